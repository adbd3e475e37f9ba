import { parentPort } from "node:worker_threads";
import { Heap, type HeapTicket } from "../../../mod.ts";

parentPort?.on("message", (ticket: HeapTicket) => {
  try {
    const heap = Heap.attach(ticket);
    const views = Array.from({ length: 1000 }, (_, index) => heap.allocate(Uint8Array, 100).fill(index));
    const correct = views.every((view, index) => view.every((byte) => byte === index % 256));
    const { liveBytes } = heap;
    heap.destroy();
    parentPort?.postMessage({ correct, liveBytes, emptied: views.every((view) => view.length === 0) });
  } catch (error) {
    parentPort?.postMessage({ error: (error as Error).name });
  }
});
