/** Where a pool gets what it hands out. */
export interface PoolSource<T extends object> {
  /** Bytes that it holds. */
  readonly bytes: number;
  /** One more, of zeros. */
  make(): T;
  /** Whether one has lost its memory. */
  isDead(item: T): boolean;
  /** Gives back the memory of as many of `idle` as it can; returns those that stay. */
  trim(idle: readonly T[], keep: number): T[];
  /** What to recycle instead of one that is released, so that the old one is of no use; may be the same. */
  replace(item: T): T;
  /** The bytes of one. */
  bytesOf(item: T): Uint8Array;
  /** Gives everything back. */
  dispose(): void;
}
