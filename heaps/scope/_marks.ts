import type { RegionMark } from "./_region.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** The state of a scope at a checkpoint. */
export interface Moment extends Checkpoint {
  /** The state of its region. */
  readonly region: RegionMark;
  /** Bytes that were handed out from chunks. */
  readonly bumpBytes: number;
  /** Blocks that were handed out from chunks. */
  readonly bumpBlocks: number;
}

/** A checkpoint, with what only its scope sees of it. */
class Mark implements Checkpoint {
  readonly #marks: Marks;
  readonly #number: number;
  readonly #moment: Moment;
  /** Bytes that were live at that moment. */
  readonly liveBytes: number;
  /** Blocks that were live at that moment. */
  readonly liveBlocks: number;

  constructor(marks: Marks, number: number, moment: Moment) {
    this.#marks = marks;
    this.#number = number;
    this.#moment = moment;
    this.liveBytes = moment.liveBytes;
    this.liveBlocks = moment.liveBlocks;
  }

  /** Whether `moment` is the same: nothing was handed out or taken back in between. */
  is(moment: Moment): boolean {
    const { liveBytes, liveBlocks, bumpBytes, bumpBlocks, region } = this.#moment;
    return liveBytes === moment.liveBytes && liveBlocks === moment.liveBlocks && bumpBytes === moment.bumpBytes &&
      bumpBlocks === moment.bumpBlocks && region.window === moment.region.window &&
      region.sequence >= moment.region.afterLast;
  }

  static read(checkpoint: Checkpoint, marks: Marks): { readonly number: number; readonly moment: Moment } | undefined {
    if (!(#marks in Object(checkpoint))) return undefined;
    const mark = checkpoint as Mark;
    return mark.#marks === marks ? { number: mark.#number, moment: mark.#moment } : undefined;
  }
}

/**
 * The checkpoints of a scope since its last reset. It keeps no list of them, which would grow as long as the scope
 * lives: a checkpoint tells itself whether what was before it is still there.
 */
export class Marks {
  #last: Mark | undefined;
  #count = 0;
  // A rollback went from `last` back to `target`, so those in between are gone.
  #target = 0;
  #end = 0;

  /** A checkpoint for `moment`; the last one when nothing was handed out or taken back since that. */
  add(moment: Moment): Checkpoint {
    if (this.#last?.is(moment)) return this.#last;
    return this.#last = new Mark(this, ++this.#count, moment);
  }

  /**
   * The moment of `checkpoint`; those after it are gone from then on.
   *
   * Throws `RangeError` when it is none of them, or gone; `isThere` tells whether what was before it is.
   */
  returnTo(checkpoint: Checkpoint, isThere: (region: RegionMark) => boolean): Moment {
    const found = Mark.read(checkpoint, this);
    const isOver = found !== undefined && found.number > this.#target && found.number <= this.#end;
    if (found === undefined || isOver || !isThere(found.moment.region)) {
      throw new RangeError("Cannot roll back: the checkpoint is of another scope, or was rolled back over");
    }
    this.#target = found.number;
    this.#end = this.#count;
    this.#last = checkpoint as Mark;
    return found.moment;
  }
}
