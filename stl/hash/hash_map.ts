import { filledFrom, restored } from "../bytes/restored.ts";
import { ClassCache } from "../core/class_cache.ts";
import type { Container } from "../core/container.ts";
import { specialise } from "../core/specialise.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { checkedKind, type Kind } from "../elements/variable_element.ts";
import { columnOf, entryParts } from "./_entry_parts.ts";
import { defineHashMap } from "./_hash_map.ts";
import { IncrementalTable } from "./_incremental_table.ts";
import { tableIteratorsOf } from "./_table_iterator.ts";
import { EntryFormat } from "./entry_format.ts";
import { tableOf } from "./table_of.ts";

/** Options of a {@linkcode HashMap} or {@linkcode HashSet}. */
export interface HashOptions extends ContainerOptions {
  /**
   * Entries to make room for at once.
   *
   * @default {0}
   */
  readonly capacity?: number;
  /**
   * Whether growing is spread over the additions that follow, so that none of them
   * takes long; everything else takes a little longer while that lasts.
   *
   * @default {false}
   */
  readonly incremental?: boolean;
}

/**
 * What `Map` is to JavaScript, in a few blocks of memory that the garbage
 * collector does not look at: numbers, bigints, texts, bytes or structs as keys
 * and as values.
 *
 * Keys are equal as those of `Map` are: NaN equals NaN, and -0 equals 0. Bytes
 * and structs are equal when all their bytes are, and texts when their UTF-8 is: a lone
 * surrogate counts as U+FFFD. What is read is a copy.
 *
 * The order of iteration is not that of insertion, and differs from map to map. While
 * iterating, the entry that was visited last may be deleted and any value may
 * be changed; adding an entry ends the iteration with an `Error`.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { anyText, f64, HashMap, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "prices" });
 * const prices = new HashMap(u32, f64, { allocator: heap });
 * prices.set(7, 9.5).set(8, 12);
 * assert.equal(prices.get(7), 9.5);
 * assert.equal(prices.get(9), undefined);
 *
 * const names = new HashMap(anyText, u32, { allocator: heap, capacity: 1000 });
 * names.set("seven", 7);
 * assert.deepEqual([...names], [["seven", 7]]);
 * ```
 */
export interface HashMap<K, V> extends Container, Iterable<[K, V]> {
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
   * Throws like {@linkcode HashMap.get}.
   */
  has(key: K): boolean;
  /**
   * Gives `key` a value.
   *
   * Throws `RangeError` or `TypeError` for a key that is not of the kind, and like
   * {@linkcode Container.reserve}; then nothing has changed.
   */
  set(key: K, value: V): this;
  /**
   * Removes `key` with its value; whether it had one.
   *
   * Throws like {@linkcode HashMap.get}.
   */
  delete(key: K): boolean;
  /** Removes every entry; the memory stays for new ones. */
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

/** Makes {@linkcode HashMap}s. */
export interface HashMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is no element and without an allocator, `ClosedError` when the allocator is
   * closed, and like {@linkcode Container.reserve}.
   */
  new <K, V>(key: Kind<K>, value: Kind<V>, options: HashOptions): HashMap<K, V>;
  /**
   * The map that `toBytes` of another one wrote, made like a new one.
   *
   * Throws `FormatError` for bytes that no map of these kinds wrote, and for what was cut or changed; `TypeError` for
   * what is no Uint8Array and for structs with references; and like `new HashMap`. Nothing is left of it then.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { anyText, f64, HashMap } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "prices" });
   * const prices = new HashMap(anyText, f64, { allocator: heap }).set("tea", 4.5);
   * const bytes = prices.toBytes();
   * const copy = HashMap.fromBytes(anyText, f64, bytes, { allocator: heap });
   * assert.equal(copy.get("tea"), 4.5);
   * bytes[100]! ^= 1;
   * assert.throws(() => HashMap.fromBytes(anyText, f64, bytes, { allocator: heap }), { name: "FormatError" });
   * ```
   */
  fromBytes<K, V>(key: Kind<K>, value: Kind<V>, bytes: Uint8Array, options: HashOptions): HashMap<K, V>;
  /** What every map inherits from. */
  readonly prototype: HashMap<unknown, unknown>;
}

type MapClass = new (options: HashOptions) => HashMap<unknown, unknown>;

const classes = new ClassCache<MapClass>();

class HashMapBase {
  constructor(key?: Kind<unknown>, value?: Kind<unknown>, options?: HashOptions) {
    if (new.target !== HashMapBase) return;
    const keys = checkedKind(key!, "HashMap");
    const values = checkedKind(value!, "HashMap");
    const mode = options?.incremental ? 1 : 0;
    return new (classes.of(keys, values, mode, () => makeClass(keys, values)))(options!);
  }

  static fromBytes(key: Kind<unknown>, value: Kind<unknown>, bytes: Uint8Array, options: HashOptions): HashMapBase {
    const format = new EntryFormat("HashMap", checkedKind(key, "HashMap"), checkedKind(value, "HashMap"));
    const fill = filledFrom(format.read(bytes));
    return restored(options, (given) => new HashMapBase(key, value, given), fill);
  }
}

function makeClass(key: Kind<unknown>, value: Kind<unknown>): MapClass {
  const parts = entryParts("HashMap", key, value);
  return specialise(defineHashMap<unknown, unknown>)({
    ...parts,
    ...tableIteratorsOf("HashMap", parts.decode),
    Base: HashMapBase,
    Table: tableOf(key, columnOf(value)),
    Incremental: IncrementalTable,
  });
}

/** Makes {@linkcode HashMap}s of any kinds. */
export const HashMap: HashMapConstructor = HashMapBase as unknown as HashMapConstructor;
