import { parentPort, workerData } from "node:worker_threads";
import { Heap, type HeapTicket } from "../../mod.ts";

const heap = new Heap();
heap.allocate(Uint8Array, 1000);

function attach(ticket: HeapTicket): string {
  try {
    Heap.attach(ticket);
    return "attached";
  } catch (error) {
    return (error as Error).name;
  }
}

const answer = workerData === null || workerData === undefined ? "" : attach(workerData as HeapTicket);
parentPort!.postMessage({ ticket: heap.share(), answer });
