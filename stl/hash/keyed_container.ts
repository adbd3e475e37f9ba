import type { Container } from "../core/container.ts";

/**
 * What maps from keys to values can do, as `Map` does.
 *
 * A key that its kind cannot store is not there: `get`, `has` and `delete` answer so, and only `set` throws. What code of
 * the program throws while a key is read, as a getter of one of its fields, is thrown.
 */
export interface KeyedContainer<K, V> extends Container, Iterable<[K, V]> {
  /** Number of entries. */
  readonly size: number;
  /**
   * The value of `key`; `undefined` when it has none.
   *
   * Throws `ClosedError` when the map is closed.
   */
  get(key: K): V | undefined;
  /**
   * Whether `key` has a value.
   *
   * Throws `ClosedError` when the map is closed.
   */
  has(key: K): boolean;
  /**
   * Gives `key` a value.
   *
   * Throws `RangeError` or `TypeError` for a key or value that is not of the kind, and like
   * {@linkcode Container.reserve}; then nothing has changed. Throws `Error` when listeners that its heap calls for memory
   * change the map each time that it grows.
   */
  set(key: K, value: V): this;
  /**
   * Removes `key` with its value, which needs no memory; whether it had one.
   *
   * Throws `ClosedError` when the map is closed.
   */
  delete(key: K): boolean;
  /** Removes every entry; the memory stays for new ones. Takes time with the capacity. */
  clear(): void;
  /** Calls `visit` with every value and its key. */
  forEach(visit: (value: V, key: K, map: this) => void): void;
  /** The pairs of key and value. */
  entries(): IterableIterator<[K, V]>;
  /** The keys. */
  keys(): IterableIterator<K>;
  /** The values. */
  values(): IterableIterator<V>;
  /** The pairs of key and value as an ordinary array. */
  toArray(): [K, V][];
}
