import { parentPort, workerData } from "node:worker_threads";

const { library } = workerData as { readonly library: boolean };
if (library) {
  const { Heap } = await import("../../../../mod.ts");
  const heap = new Heap({ name: "left open" });
  for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, 1024).fill(block);
}
parentPort!.postMessage("done");
