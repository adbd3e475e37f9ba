import assert from "node:assert/strict";
import { test } from "node:test";
import { type DeferredFreeCall, Heap, library, unsafeRegisterDeferredFree } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const PROGRAMS = "tests/heaps/hooks/programs";

// Another file of the suite may have started a Worker in this process (bun test), which refuses the hook for good,
// so everything that registers runs in a process of its own.
test("unsafeRegisterDeferredFree() refuses what is not a function", () => {
  for (const listener of [undefined, null, 1]) {
    assert.throws(() => unsafeRegisterDeferredFree(listener as unknown as () => void), TypeError);
  }
});

test("unsafeRegisterDeferredFree() is called by C, once at a time, until it is disposed of", async () => {
  const { code, stdout, stderr } = await runProgram(`${PROGRAMS}/register.ts`);
  assert.equal(code, 0, stderr);
  const { first, duringAllocations, deepest, second, afterDispose, disposedInside, liveBlocks } = JSON.parse(stdout);
  assert.deepEqual(first.map(({ force }: DeferredFreeCall) => force), [false, true]);
  assert.ok(first[0].heartbeat < first[1].heartbeat, JSON.stringify(first));
  assert.ok(duringAllocations > 0, "C never called during 40,000 allocations");
  assert.deepEqual({ deepest, afterDispose, disposedInside, liveBlocks }, {
    deepest: 1,
    afterDispose: 0,
    disposedInside: 1,
    liveBlocks: 0,
  });
  assert.match(second, /one is registered, dispose of that one first/);
});

test("listeners that throw are reported, and every allocation goes on", async () => {
  for (const kind of ["heap", "c"]) {
    const { code, stdout, stderr } = await runProgram(`${PROGRAMS}/throwing_listener.ts`, { arguments: [kind] });
    assert.deepEqual({ code, ...JSON.parse(stdout || "{}") }, {
      code: 0,
      liveBlocks: 1024,
      reported: ["from the listener"],
      throwing: false,
    }, `${kind}: ${stderr}`);
  }
});

for (const [way, expected] of [["return", 0], ["exit", 0], ["throw", 1]] as const) {
  test(`a registered listener does not crash a process that ends by ${way}`, async () => {
    const outcome = await runProgram(`${PROGRAMS}/registered_at_exit.ts`, { arguments: [way] });
    assert.deepEqual([outcome.code, outcome.stdout.split("\n")[0]], [expected, "called"], outcome.stderr);
  });
}

test("a Worker that opens the library ends the registration and refuses every later one", async () => {
  const { code, stdout, stderr } = await runProgram(`${PROGRAMS}/worker_opens.ts`);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    before: 1,
    during: 0,
    inWorker: "Cannot register a listener for deferred frees in a Worker: C would call it on any thread, " +
      "use heap.onDeferredFree()",
    afterwards:
      "Cannot register a listener for deferred frees: a Worker has opened the library, and C would call on its thread",
  });
});

test("the listener of a heap is heard without any registration in C", () => {
  using heap = new Heap();
  const calls: DeferredFreeCall[] = [];
  heap.onDeferredFree((call) => calls.push(call));
  library().bind("process").collect(true);
  assert.deepEqual(calls, []);
});
