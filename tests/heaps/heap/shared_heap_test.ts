import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { runProgram } from "../../_program.ts";
import { ClosedError, Heap, type HeapTicket, library } from "../../../mod.ts";

function askWorker(worker: Worker, ticket: HeapTicket): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
    worker.postMessage(ticket);
  });
}

test("Heap.attach() lets any thread use a heap from 3.3 on and refuses other threads before", async () => {
  using heap = new Heap({ name: "shared" });
  const mine = heap.allocate(Uint8Array, 64).fill(7);
  const worker = new Worker(new URL("./_attaching_worker.ts", import.meta.url));
  try {
    const answer = await askWorker(worker, heap.share());
    assert.deepEqual(
      answer,
      library().sharedHeaps ? { correct: true, liveBytes: 100_000, emptied: true } : { error: "WrongThreadError" },
    );
  } finally {
    await worker.terminate();
  }
  assert.ok(mine.every((byte) => byte === 7));
  assert.equal(heap.liveBytes, 64);
});

test("Heap.attach() on the same thread shares the heap of every version", () => {
  using heap = new Heap({ name: "shared" });
  const same = Heap.attach(heap.share());
  const view = same.allocate(Float64Array, 4);
  assert.throws(() => heap.free(view), TypeError);
  heap.destroy();
  view.fill(1.5);
  assert.deepEqual([...view], [1.5, 1.5, 1.5, 1.5]);
  same.free(view);
  same.close();
});

test("Heap.attach() throws ClosedError for a heap that is destroyed", () => {
  const heap = new Heap();
  const ticket = heap.share();
  heap.destroy();
  assert.throws(() => Heap.attach(ticket), ClosedError);
  assert.throws(() => heap.share(), ClosedError);
});

test("Heap.destroy() frees its own blocks of a heap that others still use", () => {
  const heap = new Heap();
  const same = Heap.attach(heap.share());
  const views = Array.from({ length: 100 }, () => heap.allocate(Uint8Array, 1000));
  heap.destroy();
  assert.ok(views.every((view) => view.length === 0));
  const view = same.allocate(Uint8Array, 1000);
  assert.equal(same.liveBlocks, 1);
  same.destroy();
  assert.equal(view.length, 0);
});

// On 3.2.8, where they are refused, mimalloc crashes then.
test("heaps that two threads use one after another keep their blocks apart", {
  skip: library().sharedHeaps ? false : "heaps have one thread before mimalloc 3.3",
}, async () => {
  const { code, signal, stdout, stderr } = await runProgram("tests/heaps/heap/programs/heaps_that_follow.ts");
  assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: "done\n" }, stderr);
});
