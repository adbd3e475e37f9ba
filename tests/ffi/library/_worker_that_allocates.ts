import { parentPort } from "node:worker_threads";
import { Heap } from "../../../mod.ts";

const heap = new Heap();
heap.free(heap.allocate(Float64Array, 100));
heap.destroy();
parentPort?.postMessage("done");
