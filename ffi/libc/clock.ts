import { currentPlatform } from "../platform.ts";
import { keptWords } from "./kept_words.ts";
import { libc } from "./libc.ts";

/** A clock that nobody sets. */
export interface MonotonicClock {
  /** Where {@linkcode MonotonicClock.read} leaves the time: the lower half of the seconds first, nanoseconds third. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Reads the clock (`clock_gettime`), without making an object. */
  readonly read: () => void;
}

const BYTES = 16;

let clock: MonotonicClock | undefined;

/** The clock of this thread; `undefined` where the C library is none of POSIX (Windows). */
export function monotonicClock(): MonotonicClock | undefined {
  if (currentPlatform().os === "win32") return undefined;
  return clock ??= createClock();
}

function createClock(): MonotonicClock | undefined {
  const kept = keptWords(BYTES);
  if (kept === undefined) return undefined;
  const { memory, words } = kept;
  const number = currentPlatform().os === "darwin" ? 6 : 1;
  const { clockGettime } = libc("clock");
  return {
    words,
    read: () => {
      clockGettime(number, memory);
    },
  };
}
