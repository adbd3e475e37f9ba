import type { ByteReader } from "../bytes/byte_reader.ts";
import { countBits } from "../core/count_bits.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { refuseWrite } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { InferElement } from "../elements/element.ts";
import type { Kind } from "../elements/variable_element.ts";
import type { AnyCompound, InferPlace } from "../struct/property.ts";
import { isActive, rowsOf } from "../rows/rows_of.ts";
import { entryCursorOf } from "./entry_cursor_of.ts";
import { entryParts, MapBase, rawTypeOf } from "./_entry_parts.ts";
import { KEYS } from "../struct/memory.ts";
import { defineHashMap } from "./_hash_map.ts";
import { hashedClass } from "./_hashed_class.ts";
import { IncrementalTable } from "./_incremental_table.ts";
import { laidEntries } from "./_laid_entries.ts";
import { defineLaidHashMap } from "./_laid_hash_map.ts";
import { defineLaidTable } from "./_laid_table.ts";
import { tableIteratorsOf } from "./_table_iterator.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import type { KeyedContainer } from "./keyed_container.ts";
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
 * be changed; adding an entry or deleting any other one ends the iteration with an `Error`.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `has` | constant | constant: keys that were chosen to collide bring a hash that they do not know of |
 * | `set` | constant | n, when it grows; constant with `incremental` and fixed kinds |
 * | `delete` | constant | constant |
 * | `clear`, `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | capacity | capacity |
 * | `over` | constant | constant |
 * | all of an iteration, `forEach`, `toArray` | capacity | capacity |
 * | the first step of an iteration | constant | capacity, after most entries were deleted |
 *
 * All of them take time with the bytes of the keys and values they are given and return besides; `delete` with those
 * of one other key too, which takes the place that becomes free.
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
export interface HashMap<K, V, P = V> extends KeyedContainer<K, V, P> {
  /**
   * A cursor over the values, where those have accessors: one accessor that is moved, with the `key` beside it. What is
   * said of iterating holds for it, too.
   *
   * Throws `TypeError` for values without accessors, and at its first step `ClosedError` when the map is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, HashMap, struct, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "accounts" });
   * const accounts = new HashMap(u32, struct({ balance: f64 }), { allocator: heap });
   * accounts.set(1, { balance: 100 }).set(2, { balance: 50 });
   * const cursor = accounts.cursor();
   * for (const account of cursor) if (cursor.key === 1) account.balance *= 1.02;
   * assert.equal(accounts.get(1)?.balance, 102);
   * ```
   */
  cursor(): EntryCursor<K, P>;
}

/** A {@linkcode HashMap} that lies over bytes: what would change it throws `TypeError`. */
export type ReadonlyHashMap<K, V, P = V> = Omit<
  HashMap<K, V, P>,
  "clear" | "delete" | "getOrInsert" | "getOrInsertComputed" | "reserve" | "set" | "shrinkToFit" | "update"
>;

/** Makes {@linkcode HashMap}s. */
export interface HashMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is no element and without an allocator, `ClosedError` when the allocator is
   * closed, and like {@linkcode Container.reserve}.
   */
  new <K, E extends AnyCompound, P extends InferPlace<E>>(
    key: Kind<K>,
    value: E,
    options: HashOptions,
  ): HashMap<K, InferElement<E>, P>;
  /** Makes an empty map of values without accessors. */
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
  fromBytes<K, E extends AnyCompound>(
    key: Kind<K>,
    value: E,
    bytes: Uint8Array,
    options: HashOptions,
  ): HashMap<K, InferElement<E>, InferPlace<E>>;
  /** The map of values without accessors that `toBytes` of another one wrote. */
  fromBytes<K, V>(key: Kind<K>, value: Kind<V>, bytes: Uint8Array, options: HashOptions): HashMap<K, V>;
  /**
   * The map that `toBytes` of another one wrote, over those bytes where they are, as those of a mapped file: in constant
   * time, and no entry is looked at. A key is found by the index that `toBytes` writes, in constant time. It is only for
   * reading; `fromBytes` makes one that can change. An accessor of its {@linkcode HashMap.cursor} looks into the bytes, and
   * changes them when a field is set. The bytes are never freed; once others have, as `giveBack()` does with a mapped file,
   * the map throws {@linkcode ClosedError}.
   *
   * Header, kinds and lengths are checked as by `fromBytes`, the checksum and the entries are not: where something was
   * damaged, keys are not found, and values are others, or a look at them throws `FormatError`, or what its element throws
   * for what it cannot read. Nothing beside the bytes is ever read.
   *
   * Throws `FormatError` and `TypeError` like `fromBytes`; `RangeError` for bytes that do not begin at a multiple of 8 of
   * their buffer.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { mapFile } from "@mimalloc/ffi/native";
   * import { anyText, f64, HashMap } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   * import { rmSync, writeFileSync } from "node:fs";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   *
   * using heap = new Heap({ name: "prices" });
   * const prices = new HashMap(anyText, f64, { allocator: heap }).set("tea", 4.5);
   * const path = join(tmpdir(), "mimalloc-ffi-prices.bin");
   * writeFileSync(path, prices.toBytes());
   *
   * using file = mapFile(path);
   * const same = HashMap.over(anyText, f64, file);
   * assert.equal(same.get("tea"), 4.5);
   * rmSync(path);
   * ```
   */
  over<K, E extends AnyCompound>(
    key: Kind<K>,
    value: E,
    bytes: Uint8Array,
  ): ReadonlyHashMap<K, InferElement<E>, InferPlace<E>>;
  /** The map of values without accessors over bytes. */
  over<K, V>(key: Kind<K>, value: Kind<V>, bytes: Uint8Array): ReadonlyHashMap<K, V>;
  /** What every map inherits from. */
  // deno-lint-ignore no-explicit-any -- classes that extend maps of any kind inherit from it, which change values of that kind
  readonly prototype: HashMap<any, any, any>;
}

abstract class HashMapBase extends MapBase<unknown, unknown> {}

type MapClass = new (options: HashOptions) => HashMap<unknown, unknown, unknown>;

function mapClassOf([key, value]: readonly [Kind<unknown>, Kind<unknown>], incremental: boolean): MapClass {
  const parts = entryParts("HashMap", key, value);
  return specialise(defineHashMap<unknown, unknown>)({
    ...parts,
    ...tableIteratorsOf("HashMap", parts.decode),
    Base: HashMapBase,
    PARTS,
    TAKE_OVER,
    MEMORY: KEYS.MEMORY,
    OFFSET: KEYS.OFFSET,
    OF_PARTS: KEYS.PARTS,
    Table: tableOf(key, rawTypeOf(value)),
    Incremental: incremental ? IncrementalTable : undefined,
    Cursor: entryCursorOf<unknown>(value, "HashMap"),
    active: isActive(key),
  });
}

function laidMapClassOf(
  [key, value]: readonly [Kind<unknown>, Kind<unknown>],
): new (options: HashOptions, reader: ByteReader) => HashMap<unknown, unknown, unknown> {
  const { ValueRows, decode, refuseCursor } = entryParts("HashMap", key, value);
  return specialise(defineLaidHashMap<unknown, unknown>)({
    ...tableIteratorsOf("HashMap", ValueRows === undefined ? decode : undefined),
    Base: HashMapBase,
    Storage,
    kinds: { key, value, KeyRows: rowsOf(key), ValueRows, Table: specialise(defineLaidTable<unknown>)({ countBits }) },
    laidEntries,
    decode: ValueRows === undefined ? decode : undefined,
    Cursor: entryCursorOf<unknown>(value, "HashMap"),
    refuseCursor,
    refuseWrite,
  });
}

/** Makes {@linkcode HashMap}s of any kinds. */
export const HashMap: HashMapConstructor = hashedClass<HashMapConstructor, HashOptions>({
  label: "HashMap",
  Base: HashMapBase,
  kinds: 2,
  classOf: mapClassOf,
  laidClassOf: laidMapClassOf,
});
