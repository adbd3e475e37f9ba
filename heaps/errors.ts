/** Data of an {@linkcode AllocationError}. */
export interface AllocationErrorOptions {
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes that were live at that time. */
  readonly live: number;
  /** The byte limit, `Infinity` when there is none. */
  readonly limit: number;
}

/** Thrown when memory cannot be had: a limit is hit, an arena is full or the system has none left. */
export class AllocationError extends RangeError {
  /** The name of the class. */
  override readonly name = "AllocationError";
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes that were live at that time. */
  readonly live: number;
  /** The byte limit, `Infinity` when there is none. */
  readonly limit: number;

  /** Makes an error from a message and the figures behind it. */
  constructor(message: string, options: AllocationErrorOptions) {
    super(message);
    this.requested = options.requested;
    this.live = options.live;
    this.limit = options.limit;
  }
}

/** Data of a {@linkcode LeakError}. */
export interface LeakErrorOptions {
  /** Blocks that are still live. */
  readonly blocks: number;
  /** Bytes that are still live. */
  readonly bytes: number;
}

/** Thrown by `close()` when blocks are still live; `destroy()` would free them. */
export class LeakError extends Error {
  /** The name of the class. */
  override readonly name = "LeakError";
  /** Blocks that are still live. */
  readonly blocks: number;
  /** Bytes that are still live. */
  readonly bytes: number;

  /** Makes an error from a message and the figures behind it. */
  constructor(message: string, options: LeakErrorOptions) {
    super(message);
    this.blocks = options.blocks;
    this.bytes = options.bytes;
  }
}

/** Thrown by every call on an object that is closed, except closing it again. */
export class ClosedError extends Error {
  /** The name of the class. */
  override readonly name = "ClosedError";
}

/** Thrown when a heap that belongs to one thread is used from another (mimalloc 2.x and 3.0). */
export class WrongThreadError extends Error {
  /** The name of the class. */
  override readonly name = "WrongThreadError";
}
