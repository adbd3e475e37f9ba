// A thread of its own that makes garbage until it is told to stop: what a program does beside its loop.
import { workerData } from "node:worker_threads";

const stop = new Int32Array(workerData as SharedArrayBuffer);
let kept: unknown[] = [];

while (Atomics.load(stop, 0) === 0) {
  for (let i = 0; i < 20_000; i++) kept.push({ id: i, name: `object ${i}`, list: [i, i + 1] });
  if (kept.length > 400_000) kept = [];
  // A program has pauses too; without them it would be the scheduler that is measured.
  Atomics.wait(stop, 0, 0, 5);
}
