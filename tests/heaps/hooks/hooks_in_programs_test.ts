import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { loadLibrary } from "../../../ffi/mod.ts";
import { type Outcome, runProgram, RUNTIME } from "../../_program.ts";

// Children take long on a busy machine; Bun allows a test 5 s.
const options = { skip: process.platform === "win32", timeout: 300_000 };

function run(
  program: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return runProgram(`tests/heaps/hooks/programs/${program}.ts`, {
    arguments: words,
    environment: { MIMALLOC_PATH: loadLibrary().path, ...environment },
  });
}

test(
  "the first listener hears what mimalloc buffered before it, the next one does not hear it again",
  options,
  async () => {
    const { stdout, stderr } = await run("buffered", [], { MIMALLOC_VERBOSE: "1" });
    const { first, second } = JSON.parse(stdout) as Record<"first" | "second", string[]>;
    assert.ok(first.some((line) => line.includes("option 'show_stats': 0")), stderr);
    assert.equal(first.filter((line) => line.includes("numa nodes")).length, 1);
    assert.deepEqual(second, []);
  },
);

test("output goes to the standard error stream without listeners and nowhere else with them", options, async () => {
  const { stderr, code } = await run("standard_error");
  assert.equal(code, 0, stderr);
  const [, before = "", listening = "", oneLeft = "", after = ""] = stderr.split(/\[[a-z ]+\]\n/);
  assert.match(before, /numa nodes/);
  assert.equal(listening.trim(), "");
  assert.equal(oneLeft.trim(), "");
  assert.match(after, /numa nodes/);
});

test("no line of several Workers is lost or torn", options, async () => {
  const [workers, prints] = [3, 1000];
  const { code, stdout, stderr } = await run("volume", [String(workers), String(prints)]);
  assert.equal(code, 0, stderr);
  const { alone, counts, bytes } = JSON.parse(stdout) as {
    readonly alone: Record<string, number>;
    readonly counts: Record<string, number>;
    readonly bytes: number;
  };
  const expected = Object.entries(alone).map(([label, count]) => [label, count * workers * prints]);
  assert.ok(expected.length > 5);
  const heard = Object.fromEntries(expected.map(([label]) => [label, counts[label as string]]));
  assert.deepEqual(heard, Object.fromEntries(expected));
  // A thread of 3.2 has a part more to print once others have left pages; it comes as a whole.
  const others = Object.entries(counts).filter(([label]) => !(label in alone));
  assert.ok(new Set(others.map(([, count]) => count)).size <= 1, JSON.stringify(others));
  assert.ok(others.every(([label]) => !label.startsWith("strange")), JSON.stringify(others));
  assert.ok(bytes > 500_000, `only ${bytes} bytes`);
});

test("a timer delivers output without flushHooks()", options, async () => {
  const { code, stdout, stderr } = await run("timer", ["stay"]);
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "delivered" }, stderr);
});

test("the timer does not keep the process alive", options, async () => {
  const { code, signal, stderr } = await run("timer", ["leave"]);
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
});

test("a listener that throws is reported and the others hear every line", options, async () => {
  const { code, stdout, stderr } = await run("throw_in_listener", ["handled"]);
  assert.equal(code, 0, stderr);
  const [{ before, thrown, after }, { reported }] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(before > 1);
  assert.deepEqual({ thrown, after }, { thrown: before, after: before });
  const expected = Array.from({ length: before }, (_, index) => `RangeError: at line ${index + 1}`);
  assert.deepEqual([...new Set(reported)], expected);
});

test("a listener that throws ends a process that handles no errors, as any uncaught error", options, async () => {
  const { code, signal, stderr } = await run("throw_in_listener", ["unhandled"]);
  assert.deepEqual({ code, signal }, { code: 1, signal: null });
  assert.match(stderr, /RangeError: at line 1/);
});

/** Where mimalloc itself ends the process for errors, it looks twice at the listener, and one that goes crashes it. */
const { type, encodedFreeLists } = loadLibrary().build;
const isArmed = type === "debug" || encodedFreeLists === true;
const ofErrors = isArmed ? { ...options, skip: "this build ends the process for errors" } : options;

for (const kind of ["output", "error"]) {
  test(`listeners come and go while Workers provoke: ${kind}`, kind === "error" ? ofErrors : options, async () => {
    const { code, signal, stdout, stderr } = await run("churn", [kind, RUNTIME === "deno" ? "1000" : "500"]);
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr.slice(-2000));
    const { rounds, heard } = JSON.parse(stdout);
    assert.ok(rounds > 10 && heard > 0, stdout);
  });
}
