/** Plays the workload on a heap of its own and makes garbage beside it, until the process ends. */
import { parentPort } from "node:worker_threads";
import { Heap } from "../../../heaps/heap/heap.ts";
import { measureLoat, randomWorkload } from "../../../realtime/mod.ts";

const heap = new Heap();
const sleeper = new Int32Array(new SharedArrayBuffer(4));
parentPort!.postMessage("ready");
for (let seed = 2;; seed++) {
  measureLoat(heap, randomWorkload({ seed, requests: 500, slotCount: 100 }));
  // With pauses, or it would be the scheduler that is measured.
  Atomics.wait(sleeper, 0, 0, 5);
}
