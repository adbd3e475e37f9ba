/** Uses one heap after another on two threads, each destroyed before the next one is made. Prints "done". */
import assert from "node:assert/strict";
import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Heap, type HeapTicket } from "../../../../mod.ts";

/** Uses the heap of the main thread for a block, and leaves it. */
function serve(ticket: HeapTicket): void {
  const shared = Heap.attach(ticket);
  const view = shared.allocate(Uint8Array, 100).fill(2);
  assert.ok(view.every((byte) => byte === 2));
  shared.free(view);
  shared.destroy();
}

async function main(): Promise<void> {
  const worker = new Worker(new URL(import.meta.url));
  for (let round = 0; round < 50; round++) {
    const heap = new Heap();
    const view = heap.allocate(Uint8Array, 100).fill(1);
    const answer = new Promise((resolve) => worker.once("message", resolve));
    // An error of the worker ends the program.
    worker.postMessage(heap.share());
    await answer;
    assert.ok(view.every((byte) => byte === 1));
    heap.destroy();
  }
  await worker.terminate();
  process.stdout.write("done\n");
}

if (isMainThread) await main();
else parentPort!.on("message", (ticket: HeapTicket) => parentPort!.postMessage(serve(ticket)));
