import type { Port } from "../../../threads/handover/message.ts";

/** What goes along with blocks from one thread to another. */
export type Note = Readonly<Record<string, unknown>>;

/** Blocks and what goes along with them. */
export interface Delivery<B> {
  readonly blocks: B[];
  readonly note: Note;
}

/** Puts a block into a place of a table, and takes what was there. */
export type Exchange<B> = (index: number, block: B | undefined) => B | undefined;

/** How one arm has memory; a `B` is a block. Each thread makes one of its own. */
export interface Memory<B> {
  /** How many blocks may be on their way at the same time. */
  readonly mostOnTheWay: number;
  /** A block of which the first and the last byte are the length, as far as that fits into a byte. */
  ends(byteLength: number): B;
  /** A block of which every byte is `value`. */
  filled(byteLength: number, value: number): B;
  /** Frees such a block; its first byte. */
  free(block: B): number;
  /** A block of so many words that count down to 1. */
  words(count: number): B;
  /** Checks every word of such a block and frees it; how many there were. */
  freeWords(block: B): number;
  /** Hands blocks over. */
  send(port: Port, blocks: readonly B[], note: Note): void;
  /** What another thread has sent; the message of it, as it came. */
  receive(message: unknown): Delivery<B>;
  /** What goes along with a message, which somebody else may still receive. */
  note(message: unknown): Note;
  /** Goes to a table that all threads see. */
  at(table: SharedArrayBuffer): Exchange<B>;
  /** Ends it; throws when it has blocks. */
  close(): void;
}

/** Bytes of a place of a table. */
export const PLACE_BYTES = 512;

/** Throws unless a block is as it was made. */
export function refuseOverwritten(): never {
  throw new Error("Cannot accept the work: a block was overwritten");
}
