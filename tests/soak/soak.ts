import process from "node:process";
import { library } from "../../mod.ts";
import { heaps, pairs, type Phase, scopes } from "./_phases.ts";

/** What a phase of the soak has measured, as one line of JSON; scripts/soak.mjs reads it. */
interface Result {
  readonly phase: string;
  readonly version: string;
  readonly count: number;
  readonly seconds: number;
  /** Resident bytes at the samples, which are spread evenly over the work. */
  readonly rss: readonly number[];
  readonly liveBytes: number;
}

const SAMPLES = 20;
/** What is done before the first sample: compilers take memory at first, which is no leak. */
const WARM_UP = 20_000;
const DIVISOR = Number(process.env["SOAK_DIVISOR"] ?? 1);

// The runner starts both runtimes with --expose-gc, so that a sample shows what stays and not what is yet to be swept.
declare const gc: () => void;

function soak(phase: Phase): Result {
  const times = Math.ceil(phase.count / DIVISOR / SAMPLES);
  const rss: number[] = [];
  let seconds = 0;
  phase.run(Math.max(times, WARM_UP));
  for (let sample = 0; sample < SAMPLES; sample++) {
    const start = performance.now();
    phase.run(times);
    seconds += (performance.now() - start) / 1000;
    gc();
    rss.push(process.memoryUsage().rss);
  }
  const liveBytes = phase.end();
  const { name } = phase;
  return { phase: name, version: library().versionText, count: times * SAMPLES, seconds, rss, liveBytes };
}

for (const make of [scopes, heaps, pairs]) process.stdout.write(`${JSON.stringify(soak(make()))}\n`);
