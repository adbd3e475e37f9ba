import type { Memory } from "./memory.ts";
import { rawMemory } from "./raw_memory.ts";
import { viewMemory } from "./view_memory.ts";

/** The arms that play in Workers. */
export const RAW = "raw layer";
/** The other one. */
export const SEND = "Heap, send()";

/** The memory of an arm. Throws `RangeError` for another name. */
export function memoryOf(arm: string): Memory<unknown> {
  if (arm === RAW) return rawMemory() as Memory<unknown>;
  if (arm === SEND) return viewMemory() as Memory<unknown>;
  throw new RangeError(`Cannot measure "${arm}": the arms are C, ${RAW}, and ${SEND}`);
}
