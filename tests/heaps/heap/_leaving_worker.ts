import { parentPort } from "node:worker_threads";
import { backend, library } from "../../../ffi/mod.ts";

/** What the worker is told: a heap of mimalloc, and how many blocks of 500 bytes to leave in it. */
export interface Legacy {
  readonly address: number;
  readonly count: number;
}

// Raw calls: a Heap that the worker had attached would count it as a user for good.
parentPort?.on("message", ({ address, count }: Legacy) => {
  const { heapMalloc } = library().bind("blocks");
  const heap = backend().toHandle(address);
  for (let block = 0; block < count; block++) heapMalloc(heap, 500);
  parentPort?.postMessage("done");
});
