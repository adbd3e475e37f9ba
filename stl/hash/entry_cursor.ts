/**
 * Walks over the values of a map with one accessor that is moved from each to the next: nothing is copied. What it
 * yields is always the same object, so it must not be kept; it throws `ClosedError` once the entry was deleted.
 */
export interface EntryCursor<K, A> extends IteratorObject<A, undefined, unknown> {
  /**
   * The key of the entry that it is at.
   *
   * Throws `RangeError` before the first entry and after the last, `Error` when entries were added or deleted since.
   */
  readonly key: K;
}
