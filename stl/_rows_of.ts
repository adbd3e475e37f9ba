import type { Memory } from "./_place.ts";

/** What cursors and columns have to know of a vector. */
export interface Rows {
  /** The memory of its elements, one after the other. */
  readonly memory: Memory;
  /** How many there are. */
  readonly length: number;
  /** Throws `ClosedError` when the vector is closed. */
  requireOpen(action: string): void;
}
