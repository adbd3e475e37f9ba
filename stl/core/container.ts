import type { Allocator } from "../../heaps/allocator.ts";

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
   * Throws `RangeError` for anything but an integer ≥ 0 and for more than a block can hold, `AllocationError` when
   * there is no memory, `ClosedError` when it is closed.
   */
  reserve(capacity: number): void;
  /**
   * Gives back the memory of what has no element. Containers that find elements by their keys are first built anew in
   * smaller memory, beside that which they have.
   *
   * Throws `AllocationError` when there is no memory for that, and then every element is still there; `ClosedError`
   * when it is closed.
   */
  shrinkToFit(): void;
  /**
   * Everything that it holds as ordinary bytes, from which `fromBytes` of its class makes it again: in any process, on
   * any runtime and version of mimalloc. `allocator.bytes(container.toBytes())` puts them into memory of an allocator.
   *
   * Throws `TypeError` for structs with references, which lead nowhere in other memory; `RangeError` for values that
   * cannot be read, and for more bytes than one array can have; `ClosedError` when it is closed.
   */
  toBytes(): Uint8Array<ArrayBuffer>;
  /**
   * What `JSON.stringify` takes in its place, as copies: an array of its elements, of pairs where it has keys, a string
   * for a text. Big integers are no JSON, as in plain objects.
   *
   * Throws `ClosedError` when it is closed.
   */
  toJSON(): unknown;
  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  dispose(): void;
}
