/**
 * Makes and closes profilers of what `OF` names, a heap that threads share or the
 * process, while those threads allocate.
 */
import assert from "node:assert/strict";
import path from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { Heap, Profiler } from "../../../mod.ts";
import type { ProfilerWorkerInput } from "./_profiler_worker.ts";

const THREADS = 3;
const DURATION = 800;
const wholeProcess = process.env["OF"] === "process";
const directory = process.env["PROFILES"]!;
const shared = new Heap();
const stop = new SharedArrayBuffer(4);
const workers = Array.from({ length: THREADS }, (_, thread) => {
  // A profiler of the process ends those of heaps, which other threads could not attach again.
  const file = wholeProcess ? undefined : path.join(directory, `thread ${thread}`);
  const workerData: ProfilerWorkerInput = { path: file, ticket: shared.share(), stop };
  return new Worker(new URL("./_profiler_worker.ts", import.meta.url), { workerData });
});
const ends = workers.map((worker) =>
  new Promise<number>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
  })
);

const end = Date.now() + DURATION;
let rounds = 0;
while (Date.now() < end || rounds <= 5) {
  const options = {
    path: path.join(directory, `main ${wholeProcess} ${++rounds}`),
    sampleRate: 4096,
    allocationInterval: 2 ** 24,
  };
  const profiler = new Profiler(wholeProcess ? options : { ...options, of: shared });
  profiler.start();
  for (let count = 0; count < 200; count++) shared.free(shared.allocate(Uint8Array, 8192));
  if (rounds % 10 === 0) profiler.snapshot();
  profiler.close();
  // So that what is to be deleted is.
  await new Promise((resolve) => setTimeout(resolve, 1));
}
assert.ok(rounds > 5, `${rounds} rounds`);
Atomics.store(new Int32Array(stop), 0, 1);
for (const count of await Promise.all(ends)) assert.ok(count > 0);
for (const worker of workers) await worker.terminate();
process.stdout.write("as asserted\n");
