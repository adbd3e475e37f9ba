import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
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
  // Memory of C, and never freed: Bun makes an object of each typed array that is passed.
  const memory = libc("streams").calloc(1, BYTES);
  if (memory === null) return undefined;
  const number = currentPlatform().os === "darwin" ? 6 : 1;
  const { clockGettime } = libc("clock");
  return {
    words: new Uint32Array(backend().wrap(memory, 0, BYTES)),
    read: () => {
      clockGettime(number, memory);
    },
  };
}
