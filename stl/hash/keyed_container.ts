import type { Container } from "../core/container.ts";

/**
 * What changes a value in {@linkcode KeyedContainer.update}: of a struct, array, union or group of bits it is given an
 * accessor, and what it returns does not matter; of any other kind the value, and it returns the new one.
 */
export type Change<V, P = V> = [P] extends [Uint8Array] ? (value: V) => V
  : [P] extends [object] ? (place: P) => unknown
  : (value: V) => V;

/**
 * What maps from keys to values can do, as `Map` does.
 *
 * A key that its kind cannot store is not there: `get`, `has` and `delete` answer so, and only `set` throws. What code of
 * the program throws while a key is read, as a getter of one of its fields, is thrown.
 */
export interface KeyedContainer<K, V, P = V> extends Container, Iterable<[K, V]> {
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
   * The value of `key`, which is `value` from now on when it had none; a copy, as `get` returns it.
   *
   * Throws like {@linkcode KeyedContainer.set}.
   */
  getOrInsert(key: K, value: V): V;
  /**
   * The value of `key`, which is what `compute` returns from now on when it had none, whatever that does to the map.
   *
   * Throws what `compute` throws, `TypeError` when it is no function, and like {@linkcode KeyedContainer.set}.
   */
  getOrInsertComputed(key: K, compute: (key: K) => V): V;
  /**
   * Changes the value of `key` where it is, without a copy, after giving it `initial` when it had none; whether there
   * was anything to change. See {@linkcode Change}.
   *
   * The accessor looks into the entry itself and is the same object in every call: it ends with the call, and throws
   * `ClosedError` once an entry was added, deleted or moved meanwhile. When `change` throws, what it has written stays,
   * and so does `initial`.
   *
   * Throws what `change` throws, `TypeError` when it is no function or has returned no value where it should, and like
   * {@linkcode KeyedContainer.set}.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { anyText, f64, HashMap, struct, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "groups" });
   * const groups = new HashMap(u32, struct({ sum: f64, count: u32 }), { allocator: heap });
   * for (const [station, value] of [[7, 1.5], [8, 2], [7, 4]] as const) {
   *   groups.update(station, (group) => {
   *     group.sum += value;
   *     group.count++;
   *   }, { sum: 0, count: 0 });
   * }
   * assert.deepEqual(groups.get(7), { sum: 5.5, count: 2 });
   *
   * const words = new HashMap(anyText, u32, { allocator: heap });
   * for (const word of ["to", "be", "to"]) words.update(word, (count) => count + 1, 0);
   * assert.equal(words.get("to"), 2);
   * assert.equal(words.update("or", (count) => count + 1), false);
   * ```
   */
  update(key: K, change: Change<V, P>, initial?: V): boolean;
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
