import { clearInterval, setInterval } from "node:timers";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import { shown } from "../../heaps/argument.ts";

/**
 * How long a thread waits at most before it looks whether the others still run, in milliseconds: one that is killed wakes
 * nobody.
 */
export const SLICE = 50;

/** How often a thread looks again before it waits, in all for some 20 µs: to be woken takes longer, for both sides. */
const SPINS = 40;

/** How often it pauses between two looks: each look takes the words away from the thread that writes there. */
const PAUSES = 16;

/** Tells the processor that nothing happens here; missing in older engines. */
const { pause = () => {} } = Atomics as { pause?(): void };

/** Looks whether `awaited` is ready for so long as is cheaper than to wait. */
function spin(awaited: Awaited): boolean {
  for (let look = 0; look < SPINS; look++) {
    if (awaited.isReady()) return true;
    for (let each = 0; each < PAUSES; each++) pause();
  }
  return false;
}

/** How long to wait. */
export interface WaitOptions {
  /**
   * Milliseconds after which nothing has come of it.
   *
   * @default {Infinity}
   */
  readonly timeout?: number;
}

/** When the time is over. Throws `RangeError` for a timeout that is none. */
export function deadlineOf(options: WaitOptions | undefined, action: string): number {
  const { timeout = Infinity } = options ?? {};
  if (typeof timeout === "number" && timeout >= 0) return timeout === Infinity ? timeout : performance.now() + timeout;
  throw new RangeError(`Cannot ${action} with a timeout of ${shown(timeout)}: expected milliseconds, 0 or more`);
}

/** Throws on the main thread, where waiting would stop the timers and the input of the whole program. */
export function requireWaitable(action: string, instead: string): void {
  if (!onMainThread()) return;
  throw new Error(`Cannot ${action} on the main thread: it would stop the whole program, use ${instead}()`);
}

/** The rest of the time, a slice at most; 0 when it is over. */
function sliceUntil(deadline: number): number {
  return deadline === Infinity ? SLICE : Math.max(0, Math.min(SLICE, deadline - performance.now()));
}

/** What a thread waits for. */
export interface Awaited {
  /** The word that is 1 while somebody waits. */
  readonly at: number;
  /** Whether there is nothing to wait for any more. */
  isReady(): boolean;
  /** Looks after the other threads; called before and after each slice. */
  look(): void;
}

/** Waits until `awaited` may be ready; false when the time is over. */
export function waitFor(words: Int32Array<SharedArrayBuffer>, awaited: Awaited, deadline: number): boolean {
  if (spin(awaited)) return true;
  const slice = sliceUntil(deadline);
  if (slice === 0) return false;
  Atomics.store(words, awaited.at, 1);
  // After the store: who makes it ready either finds that, or is found here.
  if (awaited.isReady()) return true;
  if (Atomics.wait(words, awaited.at, 1, slice) === "timed-out") awaited.look();
  return true;
}

/** The same without stopping the thread. */
export async function waitForAsync(
  words: Int32Array<SharedArrayBuffer>,
  awaited: Awaited,
  deadline: number,
): Promise<boolean> {
  if (spin(awaited)) return true;
  const slice = sliceUntil(deadline);
  if (slice === 0) return false;
  Atomics.store(words, awaited.at, 1);
  if (awaited.isReady()) return true;
  const { async, value } = Atomics.waitAsync(words, awaited.at, 1, slice);
  if (!async) return true;
  // A program does not end while it waits for a message, however late a busy machine ends the slice.
  const alive = setInterval(() => {}, 2 * SLICE);
  const outcome = await value;
  clearInterval(alive);
  if (outcome === "timed-out") awaited.look();
  return true;
}
