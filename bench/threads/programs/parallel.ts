/** One task over a million numbers: `parallel.ts <arm>`. Prints the milliseconds of a pass, the median of some. */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { parallel } from "../../../threads/parallel/parallel.ts";
import { WorkerPool } from "../../../threads/parallel/worker_pool.ts";
import { quantile } from "../../statistics.ts";
import { print } from "../../stl/programs/_process.ts";
import * as work from "./_work.ts";

const LENGTH = 2 ** 20;
const CHUNK = LENGTH / 32;
const PASSES = 31;
const WORKERS: Readonly<Record<string, number>> = { "one thread": 0, "1 Worker": 1, "2 Workers": 2 };

const heap = new Heap({ name: "parallel" });
const values = heap.allocate(Float64Array, LENGTH);
const workers = WORKERS[process.argv[2]!]!;
const pool = workers === 0
  ? undefined
  : new WorkerPool<typeof work>(new URL("./_work.ts", import.meta.url), { workers });
await pool?.ready;

/** The same chunks and the same order of sums, whoever works on them. */
function inOneThread(): number {
  let total = 0;
  for (let start = 0; start < LENGTH; start += CHUNK) total += work.refine(values.subarray(start, start + CHUNK));
  return total;
}

const times: number[] = [];
const sums = new Set<number>();
for (let pass = 0; pass < PASSES; pass++) {
  values.fill(5);
  const begin = performance.now();
  sums.add(
    pool === undefined
      ? inOneThread()
      : await parallel(pool, values, "refine", { chunkLength: CHUNK, reduce: (left, right) => left + right }),
  );
  times.push(performance.now() - begin);
}
if (sums.size !== 1) throw new Error(`Cannot trust it: the sums are ${[...sums].join(", ")}`);
await pool?.end();
heap.free(values);
heap.close();
print({ pass: quantile(times.slice(10).toSorted((a, b) => a - b), 0.5) });
