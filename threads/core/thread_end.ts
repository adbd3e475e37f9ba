import { setTimeout } from "node:timers/promises";
import { type ThreadMark, threadRuns } from "../../ffi/libc/realms.ts";

/** How often the system is asked whether a thread is gone, in milliseconds: soon at first, then less and less. */
const FIRST_PERIOD = 1;
const LAST_PERIOD = 50;

/** How long the program is kept alive meanwhile, in milliseconds: some threads never end. */
const PATIENCE = 5000;

/**
 * Resolves once a thread is gone, which may be long after its Worker was told to end: it touches no memory from then
 * on. Never where the system does not tell it (macOS, Windows). The program is kept
 * alive for it, but not for more than some seconds.
 */
export async function whenThreadIsGone(mark: ThreadMark): Promise<void> {
  const patience = Date.now() + PATIENCE;
  for (let period = FIRST_PERIOD; threadRuns(mark) !== false; period = Math.min(period * 2, LAST_PERIOD)) {
    if (threadRuns(mark) === undefined) return new Promise(() => {});
    await setTimeout(period, undefined, { ref: Date.now() < patience });
  }
}
