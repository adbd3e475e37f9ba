import { parentPort } from "node:worker_threads";
import { Heap, type HeapTicket, hintIdleThread } from "../../../mod.ts";
import { addressOf, assertFilled, fill } from "../_support.ts";

parentPort?.once("message", ({ ticket, hint }: { readonly ticket: HeapTicket; readonly hint: boolean }) => {
  const heap = Heap.attach(ticket);
  const views = Array.from({ length: 5000 }, () => heap.allocate(Uint8Array, 1000));
  const kept = views.filter((view, index) => index % 10 === 0 || heap.free(view));
  kept.forEach(fill);
  if (hint) hintIdleThread();
  parentPort?.once("message", () => {
    // The thread goes on: its blocks are whole, and it allocates and frees as before.
    kept.forEach((view, index) => assertFilled(view, index));
    const more = heap.allocate(Uint8Array, 1000).fill(255);
    for (const view of [...kept, more]) heap.free(view);
    parentPort?.postMessage(heap.liveBlocks);
    heap.destroy();
  });
  parentPort?.postMessage(kept.map(addressOf));
});
