import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { checkedCount } from "../core/indexes.ts";
import { refuseOrder } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { Storage } from "../core/storage.ts";
import { checkedKind, type Kind } from "../elements/variable_element.ts";
import { defineHashSet } from "./_hash_set.ts";
import { IncrementalTable } from "./_incremental_table.ts";
import { tableIteratorOf } from "./_table_iterator.ts";
import { EntryFormat } from "./entry_format.ts";
import type { HashOptions } from "./hash_map.ts";
import { tableOf } from "./table_of.ts";

/**
 * What `Set` is to JavaScript, in a few blocks of memory that the garbage
 * collector does not look at. What {@linkcode HashMap} says of keys and of
 * the order of iteration holds here too.
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
   * Whether `key` is in the set.
   *
   * Throws `ClosedError` when the set is closed.
   */
  has(key: K): boolean;
  /**
   * Adds `key`.
   *
   * Throws `RangeError` or `TypeError` for a key that is not of the kind, and like
   * {@linkcode Container.reserve}; then nothing has changed.
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
  /** What every set inherits from. */
  readonly prototype: HashSet<unknown>;
}

type SetClass = new (options: HashOptions) => HashSet<unknown>;

const classes = new WeakMap<object, SetClass[]>();

class HashSetBase {
  constructor(key?: Kind<unknown>, options?: HashOptions) {
    if (new.target !== HashSetBase) return;
    return new (classOf(checkedKind(key!, "HashSet"), options?.incremental ? 1 : 0))(options!);
  }

  static fromBytes(key: Kind<unknown>, bytes: Uint8Array, options: HashOptions): HashSetBase {
    const format = new EntryFormat("HashSet", checkedKind(key, "HashSet"));
    const fill = filledFrom(format.read(bytes));
    return restored(options, (given) => new HashSetBase(key, given), fill);
  }
}

function classOf(key: Kind<unknown>, incremental: 0 | 1): SetClass {
  let made = classes.get(key);
  if (made === undefined) classes.set(key, made = []);
  return made[incremental] ??= specialise(defineHashSet<unknown>)({
    Base: HashSetBase,
    Storage,
    Table: tableOf(key, undefined),
    Incremental: IncrementalTable,
    Keys: tableIteratorOf("HashSet", "key"),
    format: new EntryFormat("HashSet", key),
    refuseOrder,
    checkedCount,
  });
}

/** Makes {@linkcode HashSet}s of any kind. */
export const HashSet: HashSetConstructor = HashSetBase as unknown as HashSetConstructor;
