import { parentPort } from "node:worker_threads";
import { Heap, unsafeRegisterDeferredFree } from "../../../../mod.ts";

const heap = new Heap();
for (let i = 0; i < 300_000; i++) heap.free(heap.allocate(Uint8Array, 64));
let refusal = "none";
try {
  unsafeRegisterDeferredFree(() => {});
} catch (error) {
  refusal = (error as Error).message;
}
heap.collect(true);
heap.destroy();
parentPort?.postMessage(refusal);
