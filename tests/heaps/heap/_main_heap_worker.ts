import { parentPort } from "node:worker_threads";
import { Heap, type HeapTicket, mainHeap } from "../../../mod.ts";

parentPort?.once("message", (ticket: HeapTicket) => {
  mainHeap().allocate(Uint8Array, 1000);
  const { liveBytes } = mainHeap();
  try {
    using heap = Heap.attach(ticket);
    heap.allocate(Uint8Array, 2000);
    parentPort?.postMessage({ liveBytes, attached: heap.liveBytes });
  } catch (error) {
    parentPort?.postMessage({ liveBytes, attached: (error as Error).name });
  }
});
