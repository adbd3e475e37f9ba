import type { Outcome, ProgramOptions } from "../_program.ts";
import { RUNTIME } from "../_program.ts";

/**
 * What makes a program tell each run of the collector, and each `mark()` of `_mark.ts`. Code is compiled where it runs:
 * what waits for another thread to compile it makes objects meanwhile, for as long as the machine is busy.
 */
export const TELL_COLLECTIONS: ProgramOptions = RUNTIME === "deno"
  ? { engineFlags: ["--trace-gc", "--expose-gc", "--no-concurrent-recompilation", "--no-concurrent-osr"] }
  : { environment: { BUN_JSC_logGC: "1", BUN_JSC_useConcurrentJIT: "0" } };

const COLLECTION = RUNTIME === "deno" ? /^\[\d+:0x[0-9a-f]+\] .* MB, pooled/gm : /^\[GC<0x[0-9a-f]+>: START/gm;
// V8 writes by a buffer of its own, so the mark has to be a collection that the program asked for.
const MARK = RUNTIME === "deno" ? /^\[\d+:0x[0-9a-f]+\] .*testing.*$/gm : /^=== mark$/gm;

/** How often the collector ran before the first mark, and after each. */
export function countCollections({ stdout, stderr }: Outcome): number[] {
  const log = RUNTIME === "deno" ? stdout : stderr;
  return log.split(MARK).map((part) => part.match(COLLECTION)?.length ?? 0);
}
