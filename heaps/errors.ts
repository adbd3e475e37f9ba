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

/** Thrown for packed bytes that are damaged, end too early, or are not packed at all: the sender's fault, status 400. */
export class DamagedInputError extends Error {
  /** The name of the class. */
  override readonly name = "DamagedInputError";
}

/** Data of an {@linkcode InputTooLongError}. */
export interface InputTooLongErrorOptions {
  /** The most bytes that were to be taken. */
  readonly limit: number;
}

/** Thrown when a stream or packed bytes hold more than the program will take; a server answers with status 413. */
export class InputTooLongError extends RangeError {
  /** The name of the class. */
  override readonly name = "InputTooLongError";
  /** The most bytes that were to be taken. */
  readonly limit: number;

  /** Makes an error from a message and the limit behind it. */
  constructor(message: string, options: InputTooLongErrorOptions) {
    super(message);
    this.limit = options.limit;
  }
}

/** A place of the program whose blocks are still live. */
export interface LeakSite {
  /** The call that allocated: `loadUsers (server.ts:12:20)`; `"(unknown)"` where the engine does not tell it. */
  readonly place: string;
  /** The calls around the first of its blocks, a line each. */
  readonly stack: string;
  /** Its blocks. */
  readonly blocks: number;
  /** Their bytes. */
  readonly bytes: number;
}

/** Data of a {@linkcode LeakError}. */
export interface LeakErrorOptions {
  /** Blocks that are still live. */
  readonly blocks: number;
  /** Bytes that are still live. */
  readonly bytes: number;
  /** Where they were allocated, the most bytes first. */
  readonly sites?: readonly LeakSite[];
}

/** Thrown by `close()` when blocks are still live; `destroy()` would free them. */
export class LeakError extends Error {
  /** The name of the class. */
  override readonly name = "LeakError";
  /** Blocks that are still live. */
  readonly blocks: number;
  /** Bytes that are still live. */
  readonly bytes: number;
  /** Where they were allocated, the most bytes first; empty unless the heap traces that. */
  readonly sites: readonly LeakSite[];

  /** Makes an error from a message and the figures behind it. */
  constructor(message: string, options: LeakErrorOptions) {
    super(message);
    this.blocks = options.blocks;
    this.bytes = options.bytes;
    this.sites = options.sites ?? [];
  }
}

/** Thrown by every call on an object that is closed, except closing it again. */
export class ClosedError extends Error {
  /** The name of the class. */
  override readonly name = "ClosedError";
}

/** Thrown when a heap that belongs to one thread is used from another (before mimalloc 3.3). */
export class WrongThreadError extends Error {
  /** The name of the class. */
  override readonly name = "WrongThreadError";
}
