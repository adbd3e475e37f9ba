import { parentPort } from "node:worker_threads";
import { Arena, Heap } from "../../../mod.ts";

const heap = new Heap({ arena: Arena.reserve(32 * 2 ** 20) });
try {
  heap.allocate(Uint8Array, 64 * 2 ** 20);
} catch (error) {
  parentPort!.postMessage((error as Error).name);
}
