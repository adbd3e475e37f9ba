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
