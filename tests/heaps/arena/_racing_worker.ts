import { parentPort, workerData } from "node:worker_threads";
import { library } from "../../../ffi/mod.ts";
import { Arena, type MemoryRange } from "../../../mod.ts";

const { memory, gate, threads } = workerData as { memory: MemoryRange; gate: SharedArrayBuffer; threads: number };
library();
const waiting = new Int32Array(gate);
Atomics.add(waiting, 0, 1);
while (Atomics.load(waiting, 0) < threads);
try {
  Arena.manage(memory);
  parentPort!.postMessage("managed");
} catch (error) {
  parentPort!.postMessage(String(error));
}
