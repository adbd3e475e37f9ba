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

/** Adds `mark` to `marks`, or returns the last of them when nothing was handed out or taken back since that. */
export function keepMark(marks: Mark[], mark: Mark): Mark {
  const last = marks.at(-1);
  // A loop of checkpoints and rollbacks shall not pile them up.
  if (last !== undefined && isSameMoment(last, mark)) return last;
  marks.push(mark);
  return mark;
}

function isSameMoment(a: Mark, b: Mark): boolean {
  return a.liveBytes === b.liveBytes && a.liveBlocks === b.liveBlocks && a.bumpBytes === b.bumpBytes &&
    a.bumpBlocks === b.bumpBlocks && a.region.depth === b.region.depth && a.region.sequence === b.region.sequence;
}

/**
 * The mark that `checkpoint` is; drops the later ones from `marks`.
 *
 * Throws `RangeError` when it is none of them.
 */
export function returnTo(marks: Mark[], checkpoint: Checkpoint): Mark {
  const index = marks.lastIndexOf(checkpoint as Mark);
  const mark = marks[index];
  if (mark === undefined) {
    throw new RangeError("Cannot roll back: the checkpoint is of another scope, or was rolled back over");
  }
  marks.length = index + 1;
  return mark;
}
