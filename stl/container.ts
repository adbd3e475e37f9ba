import type { Allocator } from "../heaps/allocator.ts";

/** What every container can do. */
export interface Container extends Disposable {
  /** Where its memory comes from. */
  readonly allocator: Allocator;
  /** How many elements fit before memory has to grow. */
  readonly capacity: number;
  /** Bytes of memory that it holds. */
  readonly bytes: number;
  /** Whether it was disposed, or its allocator is closed; every call that needs memory then throws `ClosedError`. */
  readonly closed: boolean;

  /**
   * Makes room for `capacity` elements in all.
   *
   * Throws `RangeError` for no whole number and for more than a block can hold, `AllocationError` when
   * there is no memory, `ClosedError` when it is closed.
   */
  reserve(capacity: number): void;
  /**
   * Gives back the memory of what has no element.
   *
   * Throws `ClosedError` when it is closed.
   */
  shrinkToFit(): void;
  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  dispose(): void;
}
