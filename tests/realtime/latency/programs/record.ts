// Records 8 million times between two marks, those of a stopwatch among them.
import process from "node:process";
import { LatencyHistogram, Stopwatch } from "../../../../realtime/mod.ts";
import { makeGarbage, mark } from "../../_mark.ts";

const histogram = new LatencyHistogram();
const stopwatch = new Stopwatch();

function record(count: number): void {
  for (let i = 0; i < count; i++) histogram.record(i & 0xfffff);
}

function recordElapsed(count: number): void {
  for (let i = 0; i < count; i++) {
    stopwatch.start();
    histogram.record(stopwatch.elapsed());
  }
}

makeGarbage(2_000_000);
record(2_000_000);
recordElapsed(1_000_000);
mark();
record(6_000_000);
recordElapsed(2_000_000);
mark();
process.exitCode = histogram.count === 11_000_000 ? 0 : 1;
