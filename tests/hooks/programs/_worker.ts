// A Worker that provokes mimalloc as its data says, then tells and lives on when it is asked to.
import { parentPort, workerData } from "node:worker_threads";
import { fail, printStatistics } from "./_provoke.ts";

const { prints, failures, forever } = workerData as {
  readonly prints: number;
  readonly failures: number;
  readonly forever: boolean;
};
if (forever) {
  fail();
  parentPort?.postMessage("started");
}
do {
  for (let count = 0; count < prints; count++) printStatistics();
  for (let count = 0; count < failures; count++) fail();
} while (forever);
parentPort?.postMessage("done");
