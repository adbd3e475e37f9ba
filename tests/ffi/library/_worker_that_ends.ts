import process from "node:process";
import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("./_worker_that_allocates.ts", import.meta.url));
await new Promise<void>((resolve, reject) => {
  worker.once("error", reject);
  worker.once("message", () => resolve());
});
await worker.terminate();
// The thread itself ends after its Worker is gone.
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write("ended\n");
