/** Ends, in the way that `END` names, while profilers of the process and of a heap run that write at intervals. */
import path from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { Heap, Profiler } from "../../../mod.ts";
import type { ProfilerWorkerInput } from "./_profiler_worker.ts";

const heap = new Heap();
const file = path.join(process.env["PROFILES"]!, `exit ${process.pid}`);
// It ends while a profiler of its own runs.
const stop = new SharedArrayBuffer(4);
Atomics.store(new Int32Array(stop), 0, 1);
const workerData: ProfilerWorkerInput = { path: `${file} worker`, ticket: heap.share(), stop };
const worker = new Worker(new URL("./_profiler_worker.ts", import.meta.url), { workerData });
await new Promise((resolve) => worker.once("message", resolve));
await worker.terminate();
const profilers = [
  new Profiler({ path: `${file} heap`, of: heap, sampleRate: 4096, allocationInterval: 2 ** 22 }),
  new Profiler({ path: file, sampleRate: 4096, allocationInterval: 2 ** 22 }),
];
for (const profiler of profilers) profiler.start();
for (let count = 0; count < 4000; count++) heap.allocate(Uint8Array, 8192);
process.stdout.write("running\n", () => {
  if (process.env["END"] === "exit") process.exit(3);
  if (process.env["END"] === "error") throw new Error("as asked");
});
