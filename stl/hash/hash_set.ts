import type { Container } from "../core/container.ts";
import { countBits } from "../core/count_bits.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { refuseOrder, refuseWrite } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { Storage } from "../core/storage.ts";
import type { Kind } from "../elements/variable_element.ts";
import { isActive, rowsOf } from "../rows/rows_of.ts";
import { defineHashSet } from "./_hash_set.ts";
import { hashedClass } from "./_hashed_class.ts";
import { IncrementalTable } from "./_incremental_table.ts";
import { laidEntries } from "./_laid_entries.ts";
import { defineLaidHashSet } from "./_laid_hash_set.ts";
import { defineLaidTable } from "./_laid_table.ts";
import { growOnce } from "../core/grow_until.ts";
import { tableIteratorOf } from "./_table_iterator.ts";
import { EntryFormat } from "./entry_format.ts";
import type { HashOptions } from "./hash_map.ts";
import { tableOf } from "./table_of.ts";

/**
 * What `Set` is to JavaScript, in a few blocks of memory that the garbage
 * collector does not look at. What {@linkcode HashMap} says of keys, of the order of iteration
 * and of the time that calls take holds here too: `add` is its `set`.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { HashSet, u64 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "seen" });
 * const seen = new HashSet(u64, { allocator: heap });
 * seen.add(2n ** 60n).add(2n ** 60n);
 * assert.equal(seen.size, 1);
 * assert.ok(seen.has(2n ** 60n));
 * ```
 */
export interface HashSet<K> extends Container, Iterable<K> {
  /** Number of keys. */
  readonly size: number;
  /**
   * Whether `key` is in the set; one that its kind cannot store is not.
   *
   * Throws `ClosedError` when the set is closed.
   */
  has(key: K): boolean;
  /**
   * Adds `key`.
   *
   * Throws `RangeError` or `TypeError` for a key that is not of the kind, and like
   * {@linkcode Container.reserve}; then nothing has changed. Throws `Error` when listeners that its heap calls for memory
   * change the set each time that it grows.
   */
  add(key: K): this;
  /**
   * Removes `key`; whether it was there.
   *
   * Throws like {@linkcode HashSet.has}.
   */
  delete(key: K): boolean;
  /** Removes every key; the memory stays for new ones. */
  clear(): void;
  /** Calls `visit` with every key, twice as `Set` does. */
  forEach(visit: (key: K, same: K, set: this) => void): void;
  /** The keys, each twice as in `Set`. */
  entries(): IterableIterator<[K, K]>;
  /** The keys. */
  keys(): IterableIterator<K>;
  /** The keys. */
  values(): IterableIterator<K>;
  /** The keys as an ordinary array. */
  toArray(): K[];
}

/** A {@linkcode HashSet} that lies over bytes: what would change it throws `TypeError`. */
export type ReadonlyHashSet<K> = Omit<HashSet<K>, "add" | "clear" | "delete" | "reserve" | "shrinkToFit">;

/** Makes {@linkcode HashSet}s. */
export interface HashSetConstructor {
  /**
   * Makes an empty set, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws like the constructor of {@linkcode HashMap}.
   */
  new <K>(key: Kind<K>, options: HashOptions): HashSet<K>;
  /**
   * The set that `toBytes` of another one wrote, made like a new one.
   *
   * Throws like `fromBytes` of {@linkcode HashMap}.
   */
  fromBytes<K>(key: Kind<K>, bytes: Uint8Array, options: HashOptions): HashSet<K>;
  /**
   * The set that `toBytes` of another one wrote, over those bytes where they are: in constant time, and only for reading.
   *
   * It is used, and throws, like `over` of {@linkcode HashMap}.
   */
  over<K>(key: Kind<K>, bytes: Uint8Array): ReadonlyHashSet<K>;
  /** What every set inherits from. */
  readonly prototype: HashSet<unknown>;
}

abstract class HashSetBase extends ContainerBase {}
showAs(HashSetBase, { shape: "set" });

/** Makes {@linkcode HashSet}s of any kind. */
export const HashSet: HashSetConstructor = hashedClass<HashSetConstructor, HashOptions>({
  label: "HashSet",
  Base: HashSetBase,
  kinds: 1,
  classOf: ([key], incremental) =>
    specialise(defineHashSet<unknown>)({
      Base: HashSetBase,
      PARTS,
      TAKE_OVER,
      Storage,
      Table: tableOf(key, undefined),
      Incremental: incremental ? IncrementalTable : undefined,
      active: isActive(key),
      Keys: tableIteratorOf("HashSet", "key"),
      format: new EntryFormat("HashSet", key),
      refuseOrder,
      growOnce,
      checkedCount,
    }),
  laidClassOf: ([key]) =>
    specialise(defineLaidHashSet<unknown>)({
      Base: HashSetBase,
      Storage,
      kinds: {
        key,
        value: undefined,
        KeyRows: rowsOf(key),
        ValueRows: undefined,
        Table: specialise(defineLaidTable<unknown>)({ countBits }),
      },
      laidEntries,
      Keys: tableIteratorOf("HashSet", "key"),
      refuseWrite,
    }),
});
