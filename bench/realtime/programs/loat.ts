/**
 * The longest observed allocation time of one way to allocate: `loat.ts <arm> <alone | worker>`. Prints the times of
 * allocations in nanoseconds, all of them and those in which nothing came in between, and what came in between.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { measureLoat, randomWorkload } from "../../../realtime/mod.ts";
import { chosen, print } from "../../stl/programs/_process.ts";
import { ARMS } from "../arms.ts";

/** A thread that allocates and makes garbage of its own, until the process ends. */
async function startWorker(): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  worker.unref();
  await new Promise((resolve) => worker.once("message", resolve));
}

const make = chosen(ARMS);
const workload = randomWorkload();
if (process.argv[3] === "worker") await startWorker();
const other = make(workload) as Parameters<typeof measureLoat>[0];
const { allocate, free, nanoseconds, ...counts } = measureLoat(make(workload), workload, { warmUp: other as never });
const { all, undisturbed } = allocate;
const folder = process.env["BENCH_HISTOGRAMS"];
if (folder !== undefined) writeFileSync(`${folder}/${process.argv[2]!.replaceAll(/\W+/g, "_")}.hdr`, all.encode());
print({
  min: all.min,
  mean: all.mean,
  max: all.max,
  variance: all.variance,
  deviation: all.standardDeviation,
  p999: all.percentile(99.9),
  p9999: all.percentile(99.99),
  ownP999: undisturbed.percentile(99.9),
  ownP9999: undisturbed.percentile(99.99),
  freeMean: free.all.mean,
  freeMax: free.all.max,
  faults: counts.minorFaults ?? null,
  newPages: counts.newPages ?? null,
  switches: counts.waits === undefined ? null : counts.waits + counts.preemptions!,
  collections: counts.collections ?? null,
  scheduler: nanoseconds.scheduler / 1e6,
});
process.exit(0);
