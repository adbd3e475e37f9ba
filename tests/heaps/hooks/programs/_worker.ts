// A Worker that provokes mimalloc as its data says, then tells and lives on when it is asked to.
import { parentPort, workerData } from "node:worker_threads";
import { fail, printStatistics } from "./_provoke.ts";

const { prints, failures, forever, pause } = workerData as {
  readonly prints: number;
  readonly failures: number;
  readonly forever: boolean;
  readonly pause: number;
};
const never = new Int32Array(new SharedArrayBuffer(4));
if (forever) {
  fail();
  parentPort?.postMessage("started");
}
do {
  for (let count = 0; count < prints; count++) printStatistics();
  for (let count = 0; count < failures; count++) fail();
  if (pause > 0) Atomics.wait(never, 0, 0, pause);
} while (forever);
parentPort?.postMessage("done");
