/**
 * Prints what the passing of time does: how many heaps there are before there is a profiler, with it, when it was
 * closed, and later; and how many files a profiler with an interval of a second has written before and after.
 */
import path from "node:path";
import process from "node:process";
import { Heap, Profiler, visitHeaps } from "../../mod.ts";
import { until } from "../heaps/_support.ts";

const directory = process.env["PROFILES"]!;

function countHeaps(): number {
  let heaps = 0;
  visitHeaps(() => void heaps++);
  return heaps;
}

const heap = new Heap();
const timed = new Profiler({ path: path.join(directory, "timed"), of: heap, sampleRate: 4096, timeInterval: 1 });
timed.start();
for (let count = 0; count < 4000; count++) heap.allocate(Uint8Array, 8192);
const early = timed.files().length;

const before = countHeaps();
const profiler = new Profiler({ path: path.join(directory, "deleted") });
const open = countHeaps();
profiler.close();
const closed = countHeaps();
await until(() => countHeaps() === before);

for (let count = 0; count < 100; count++) heap.allocate(Uint8Array, 8192);
process.stdout.write(
  `${[open, closed, countHeaps()].map((heaps) => heaps - before)} ${[early, timed.files().length]}\n`,
);
