import { LatencyHistogram, Stopwatch } from "../../realtime/mod.ts";

/** How a loop with a fixed rate went. */
export interface Pace {
  /** Ticks that were played. */
  readonly played: number;
  /** Ticks that were not finished, or not begun, when the next was due. */
  readonly missed: number;
  /** Nanoseconds from when each tick was due to its end. */
  readonly latencies: LatencyHistogram;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** The last part of the waiting is done awake: the system wakes threads up to a millisecond late. */
const AWAKE_MILLISECONDS = 1;

/**
 * Calls `work` every `period` nanoseconds for `milliseconds`. Neither it nor its clock makes an object: what the collector
 * finds is of `work`. Other events of the thread wait, as they do for a driver of audio.
 */
export function keepPace(period: number, milliseconds: number, work: (tick: number) => void): Pace {
  const latencies = new LatencyHistogram();
  const stopwatch = new Stopwatch();
  const ticks = Math.floor(milliseconds * 1e6 / period);
  let missed = 0;
  for (let tick = 0; tick < ticks; tick++) {
    stopwatch.advance(period);
    for (let left = -stopwatch.elapsed(); left > 0; left = -stopwatch.elapsed()) {
      const asleep = Math.floor(left / 1e6) - AWAKE_MILLISECONDS;
      if (asleep > 0) Atomics.wait(sleeper, 0, 0, asleep);
    }
    work(tick);
    const taken = stopwatch.elapsed();
    latencies.record(taken);
    const late = Math.floor(taken / period);
    if (late === 0) continue;
    // What was due meanwhile is lost, as a driver would have played silence.
    missed += late;
    tick += late;
    stopwatch.advance(late * period);
  }
  return { played: latencies.count, missed, latencies };
}

/** One line about it. */
export function describePace(name: string, { played, missed, latencies }: Pace): string {
  const shown = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(3)} ms`;
  return `${name}: ${played} played, ${missed} missed, median ${shown(latencies.percentile(50))}, ` +
    `99.9 % within ${shown(latencies.percentile(99.9))}, longest ${shown(latencies.max)}`;
}
