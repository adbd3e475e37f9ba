// Reserves an arena as the first call of this thread, when the thread that opened the library is gone.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Arena, Heap } from "../../../mod.ts";

const worker = new Worker(new URL("./_worker_that_opens.ts", import.meta.url));
await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
await worker.terminate();
// The thread itself ends after its Worker is gone.
await setTimeout(100);
using arena = Arena.reserve(32 * 2 ** 20);
process.stdout.write(String(new Heap({ arena }).allocate(Uint8Array, 1000).length));
process.exit(0);
