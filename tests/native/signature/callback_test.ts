import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { callback, cString } from "../../../native/mod.ts";
import { f64, i32, struct, u8 } from "../../../stl/mod.ts";
import { runProgram, RUNTIME } from "../../_program.ts";
import { Handler, hasCompiler, libraryFile, Listener, openPlain } from "../_library.ts";

const options = { skip: !hasCompiler && "there is no C compiler" };

test("C calls a function for the length of a call", options, () => {
  const c = openPlain();
  const values = Float64Array.of(3, -1, 2);
  c.sort_doubles(values, 3, (a, b) => Math.sign(a!.read() - b!.read()));
  assert.deepEqual([...values], [-1, 2, 3]);
  assert.equal(c.fold(values, 3, (sum, value, index) => sum + value * 10 ** index), 319);
  const seen: unknown[] = [];
  assert.equal(c.each_text(3, (...values) => seen.push(values) < 2), 1);
  assert.deepEqual(seen, [["text", 0n, false, null], ["text", 2n ** 40n, true, null]]);
});

test("what a callback throws is thrown once C has returned, and no callback is called in between", options, () => {
  const c = openPlain();
  const error = new Error("no more");
  let called = 0;
  const fold = (): number =>
    c.fold(new Float64Array(5), 5, () => {
      called++;
      throw error;
    });
  assert.throws(fold, (thrown) => thrown === error);
  assert.equal(called, 1);
  assert.equal(c.fold(Float64Array.of(1, 2), 2, (sum, value) => sum + value), 3);
});

test("a callback that returns something else gives C 0 and throws", options, () => {
  const c = openPlain();
  for (const value of ["1", 1.5, undefined, 2 ** 31, 1n]) {
    using kept = Listener.keep((() => value) as never);
    c.listen(kept);
    assert.throws(() => c.tell(1), /return this from a callback/);
    c.listen(null);
  }
  assert.equal(c.tell(1), -1);
});

test("callbacks call C, which calls back", options, () => {
  const c = openPlain();
  const depth = (left: number): number => left === 0 ? 0 : 1 + c.fold(Float64Array.of(1), 1, () => depth(left - 1));
  assert.equal(depth(20), 20);
  const inner = (): number => c.fold(Float64Array.of(1), 1, () => assert.fail("inside"));
  assert.equal(
    c.fold(Float64Array.of(1), 1, () => {
      assert.throws(inner, /inside/);
      return 5;
    }),
    5,
  );
});

test("a text stays what it is while a callback passes another one", options, () => {
  const c = openPlain();
  assert.equal(c.text_during("outer", () => void c.text_length("INNER")), "outer");
  assert.deepEqual(c.divide(9, 4), [0, 2, 1]);
});

test("C keeps a callback until it is closed", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "handlers" });
  const kept = Listener.keep((value) => value + 1);
  c.listen(kept);
  assert.equal(c.tell(1), 2);
  const handler = Handler.create(heap, { weight: 10, listener: kept });
  assert.equal(c.handle(handler, 1), 20);
  assert.equal(handler.listener?.address, kept.pointer.address);
  kept.close();
  assert.equal(kept.closed, true);
  assert.throws(() => c.tell(1), { name: "ClosedError", message: /C has called one that was closed/ });
  c.listen(null);
  // One that was good for a call only, and that C has kept.
  c.listen(() => 7);
  assert.throws(() => c.tell(1), { name: "ClosedError" });
  c.listen(null);
});

test("callbacks have the types that can be had", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => callback({ parameters: [struct({ x: f64 })] }), /parameter 1 is struct/],
    [() => callback({ parameters: [i32, "i32" as never] }), /parameter 2 is "i32"/],
    [() => callback({ result: cString }), /the result is cString/],
    [() => callback({ result: struct({ x: u8 }) }), /the result is struct/],
  ];
  for (const [make, message] of refused) assert.throws(make, { name: "TypeError", message });
  assert.throws(() => Listener.keep(null as never), TypeError);
});

test("functions that C is given are functions", options, () => {
  const c = openPlain();
  assert.throws(() => c.listen(5 as never), /expected a function, a kept callback or null, got 5/);
  const values = Float64Array.of(2, 1);
  assert.throws(() => c.sort_doubles(values, 2, {} as never), TypeError);
});

test(
  "a callback from a thread that JavaScript waits for in C hangs, as docs/native.md says",
  options,
  async () => {
    const outcome = await runProgram("tests/native/signature/programs/foreign_thread.ts", {
      arguments: [libraryFile()],
    });
    // Each of the two threads waits for the other.
    assert.equal(outcome.stdout, "calling\n", `${RUNTIME}: ${outcome.stderr}`);
    assert.equal(outcome.signal, "SIGKILL");
  },
);

test("a kept callback does not end the process at its end", options, async () => {
  const outcome = await runProgram("tests/native/signature/programs/kept_at_exit.ts", { arguments: [libraryFile()] });
  assert.deepEqual([outcome.stdout, outcome.code], ["2\n", 0], outcome.stderr);
});
