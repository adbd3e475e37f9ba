import assert from "node:assert/strict";
import process from "node:process";

/** Milliseconds that no condition takes to come true, even on a machine that stalls. */
export const LONG_WAIT = 120_000;

/** Milliseconds of the processor that `work` takes: what other programs of the machine take meanwhile is not among them. */
export function processorTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least milliseconds of the processor of some runs; ends with the first that is below `most`. */
export function leastTime(work: () => unknown, most = 0, runs = 10): number {
  let least = Infinity;
  for (let run = 0; run < runs && !(least < most); run++) least = Math.min(least, processorTime(work));
  return least;
}

/**
 * Asserts that `work` takes less than `most` milliseconds of the processor. It may be called up to ten times, because the
 * compiler, the collector and other threads of the process take some as well.
 */
export function assertQuick(most: number, work: () => unknown, label = "it"): void {
  const least = leastTime(work, most);
  assert.ok(least < most, `${label} took ${least} ms of the processor`);
}

/** Plays a test of durations, again where an assertion fails: the machine may stand still, but not ten times in a row. */
export async function retried(play: () => void | Promise<void>): Promise<void> {
  for (let run = 1;; run++) {
    try {
      return await play();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || run === 10) throw error;
    }
  }
}

/** Waits until `condition` holds, at most two minutes. */
export async function until(condition: () => boolean | Promise<boolean>, what = "it"): Promise<void> {
  const end = performance.now() + LONG_WAIT;
  while (!await condition()) {
    assert.ok(performance.now() < end, `${what} did not happen within ${LONG_WAIT} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
