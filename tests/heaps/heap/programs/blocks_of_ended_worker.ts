/** Buffers that a Worker moved here before it ended, and then the ordinary use of heaps. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import process from "node:process";
import { loadLibrary } from "../../../../mod.ts";
import { countOverwritten, useOtherHeaps } from "./_churn.ts";

// 3.3 has to be opened by a thread that stays.
loadLibrary();
const worker = new Worker(new URL("./_moving_worker.ts", import.meta.url));
const [kept] = await once(worker, "message") as [Uint8Array[]];
await worker.terminate();
// The thread ends a little later than its program.
await new Promise((resolve) => setTimeout(resolve, 300));
useOtherHeaps();
process.stdout.write(`${countOverwritten(kept)} overwritten of ${kept.length}\n`);
