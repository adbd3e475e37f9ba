import type { RegionMark } from "./_region.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** What a scope remembers at a checkpoint. */
export interface Mark extends Checkpoint {
  /** The state of its region. */
  readonly region: RegionMark;
  /** Bytes that were handed out from chunks. */
  readonly bumpBytes: number;
  /** Blocks that were handed out from chunks. */
  readonly bumpBlocks: number;
}

/** Whether nothing was handed out or taken back between two marks of a scope. */
export function isSameMoment(a: Mark, b: Mark): boolean {
  return a.liveBytes === b.liveBytes && a.liveBlocks === b.liveBlocks && a.bumpBytes === b.bumpBytes &&
    a.bumpBlocks === b.bumpBlocks && a.region.depth === b.region.depth && a.region.sequence === b.region.sequence;
}
