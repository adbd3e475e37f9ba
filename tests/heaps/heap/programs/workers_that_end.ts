/** For a process into which mimalloc is preloaded: Workers that leave blocks of the runtime, and then heaps. */
import { Worker } from "node:worker_threads";
import process from "node:process";
import { useOtherHeaps } from "./_churn.ts";

for (let round = 0; round < 3; round++) {
  const worker = new Worker(new URL("./_moving_worker.ts", import.meta.url));
  await new Promise((resolve) => worker.once("message", resolve));
  await worker.terminate();
  useOtherHeaps();
}
process.stdout.write("done\n");
