import { currentPlatform } from "../platform.ts";
import { keptWords } from "./kept_words.ts";
import { libc } from "./libc.ts";

/** What the system tells of a thread. */
export interface ThreadUsage {
  /**
   * Where {@linkcode ThreadUsage.read} leaves the figures, as the lower half of 64 bits: differences are right when they
   * are taken modulo 2^32.
   */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Reads the figures (`getrusage`) in about 1.2 µs, without making an object. */
  readonly read: () => void;
}

/** Which word of {@linkcode ThreadUsage.words} is what. */
export const usageWord = {
  /** Pages that were provided without reading a disk. */
  minorFaults: 16,
  /** Pages that had to be read. */
  majorFaults: 18,
  /** Times that the thread waited. */
  voluntarySwitches: 32,
  /** Times that the system took the processor away. */
  involuntarySwitches: 34,
} as const;

const BYTES = 144;
// RUSAGE_THREAD, which Linux alone has.
const THREAD = 1;

let usage: ThreadUsage | undefined;

/** What this thread has used; `undefined` where the system does not tell it of a thread: on all but Linux. */
export function threadUsage(): ThreadUsage | undefined {
  if (currentPlatform().os !== "linux") return undefined;
  return usage ??= createUsage();
}

function createUsage(): ThreadUsage | undefined {
  const kept = keptWords(BYTES);
  if (kept === undefined) return undefined;
  const { memory, words } = kept;
  const { getrusage } = libc("usage");
  return {
    words,
    read: () => {
      getrusage(THREAD, memory);
    },
  };
}
