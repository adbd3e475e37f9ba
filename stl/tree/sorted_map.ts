import { PairFormat } from "../bytes/pair_format.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import { ClassCache } from "../core/class_cache.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { growUntil } from "../core/grow_until.ts";
import { checkedCount } from "../core/indexes.ts";
import { PARTS, refuseFunctionOf, TAKE_OVER, takeOverAll } from "../core/parts.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { refuseCursor, refuseNothing, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { AnyElement, Element, InferElement } from "../elements/element.ts";
import { FixedBytes } from "../elements/fixed_bytes.ts";
import { NumberElement } from "../elements/number_element.ts";
import { u32 } from "../elements/numbers.ts";
import { partsWriterOf } from "../elements/parts_writer.ts";
import { isRefusal } from "../elements/refusal.ts";
import { soughtView } from "../elements/sought.ts";
import {
  checkedKind,
  type Coding,
  type Kind,
  refuseKeyOf,
  refuseValueOf,
  VariableElement,
} from "../elements/variable_element.ts";
import { type ItemsClass, itemsOf, type LinksClass } from "../items/items.ts";
import type { EntryCursor } from "../hash/entry_cursor.ts";
import { entryCursorOf } from "../hash/entry_cursor_of.ts";
import type { Change } from "../hash/keyed_container.ts";
import { compileStrongHashes, hashBytes, newSeed } from "../rows/hash.ts";
import { isActive } from "../rows/rows_of.ts";
import { defineVariableRows } from "../rows/variable_rows.ts";
import { lendBytes } from "../struct/lent_places.ts";
import { NO_BYTES } from "../struct/memory.ts";
import type { AnyCompound, InferPlace } from "../struct/property.ts";
import type { KeyOrderClass } from "./_key_order.ts";
import { defineNodes } from "./_nodes.ts";
import { defineNumberOrder } from "./_number_order.ts";
import { defineRowItems } from "./_row_items.ts";
import { defineRowOrder } from "./_row_order.ts";
import { defineRowStore, type RowStoreClass } from "./_row_store.ts";
import { defineSortedMap, type SortedMapClass } from "./_sorted_map.ts";
import { defineTree } from "./_tree.ts";

/** Options of a {@linkcode SortedMap}. */
export interface SortedMapOptions<K = unknown> extends ContainerOptions {
  /** How many entries there is room for from the start. */
  readonly capacity?: number;
  /**
   * Which of two keys comes first, as in `Array.prototype.sort`: needed for structs and other keys without an order of
   * their own. Keys for which it returns 0 are the same key. It must not use the map.
   */
  readonly compare?: (a: K, b: K) => number;
}

/** Which entries of a {@linkcode SortedMap}, and in which direction. */
export interface KeyRange<K> {
  /** The least key; from the first on when it is left out. */
  readonly from?: K;
  /** The key before which it ends; after the last when it is left out. */
  readonly to?: K;
  /**
   * Whether the greatest key comes first.
   *
   * @default {false}
   */
  readonly reverse?: boolean;
}

/**
 * A map whose entries are in the order of their keys: a B+ tree in a few blocks of memory. Keys are numbers, bigints,
 * texts or bytes, and with `compare` anything; values are of any kind.
 *
 * Of numbers NaN is the greatest, and -0 is 0. Texts come in the order of their code points, bytes in that of bytes.
 * Entries may be added and deleted while it is iterated over: the iteration goes on with the key that is next then.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `has`, `firstKey`, `lastKey`, `floorKey`, `ceilingKey` | log n | log n |
 * | `set`, `update`, `getOrInsert` | log n | n, when a block grows |
 * | `delete` | log n | log n |
 * | an iteration over k entries | log n + k | k log n, when entries come and go meanwhile |
 * | `clear` | constant for numbers and elements of fixed size, else n | n |
 * | `reserve` | capacity | capacity |
 * | `shrinkToFit`, `toBytes`, `fromBytes` | n log n | n log n |
 *
 * Keys of texts, bytes and structs are compared byte by byte, or by `compare` after each was read.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { anyText, f64, SortedMap, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "prices" });
 * const prices = new SortedMap(f64, u32, { allocator: heap });
 * prices.set(2.5, 1).set(0.5, 2).set(9, 3);
 * assert.deepEqual([...prices.keys()], [0.5, 2.5, 9]);
 * assert.deepEqual([...prices.entries({ from: 1, to: 9 })], [[2.5, 1]]);
 * assert.equal(prices.floorKey(8), 2.5);
 *
 * const names = new SortedMap(anyText, u32, { allocator: heap });
 * names.set("pear", 1).set("apple", 2).set("peach", 3);
 * assert.deepEqual([...names.keys({ from: "p" })], ["peach", "pear"]);
 * ```
 */
export interface SortedMap<K, V, P = V> extends Container, Iterable<[K, V]> {
  /** What keys are. */
  readonly key: Kind<K>;
  /** What values are. */
  readonly value: Kind<V>;
  /** Number of entries. */
  readonly size: number;

  /**
   * The value of `key`; `undefined` when there is none.
   *
   * Throws what a getter of `key` or `compare` throws, `ClosedError` when the map is closed.
   */
  get(key: K): V | undefined;
  /**
   * Adds an entry, or replaces the value of one.
   *
   * Throws `RangeError` or `TypeError` for a key that is not of the kind, and like {@linkcode Container.reserve}; then
   * nothing has changed.
   */
  set(key: K, value: V): this;
  /**
   * The value of `key`, which is `value` from now on when there was none; a copy, as `get` returns it.
   *
   * Throws like {@linkcode SortedMap.set}.
   */
  getOrInsert(key: K, value: V): V;
  /**
   * The value of `key`, which is what `compute` returns from now on when there was none.
   *
   * Throws what `compute` throws, `TypeError` when it is no function, and like {@linkcode SortedMap.set}.
   */
  getOrInsertComputed(key: K, compute: (key: K) => V): V;
  /**
   * Changes the value of `key`, which is `initial` first when there was none; whether there is one now. The function is
   * given a copy: what it has changed of an object is stored when it returns, of any other kind what it returns. Takes
   * the time of several `get`; what it throws leaves the value as it was.
   *
   * Throws what `change` throws, `TypeError` when it is no function or has returned no value where it should, and like
   * {@linkcode SortedMap.set}.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, SortedMap, struct, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "days" });
   * const days = new SortedMap(u32, struct({ sum: f64, count: u32 }), { allocator: heap });
   * for (const [day, value] of [[3, 1.5], [1, 2], [3, 4]] as const) {
   *   days.update(day, (total) => {
   *     total.sum += value;
   *     total.count++;
   *   }, { sum: 0, count: 0 });
   * }
   * assert.deepEqual(days.toArray(), [[1, { sum: 2, count: 1 }], [3, { sum: 5.5, count: 2 }]]);
   * ```
   */
  update(key: K, change: Change<V>, initial?: V): boolean;
  /**
   * Whether there is an entry of `key`.
   *
   * Throws like {@linkcode SortedMap.get}.
   */
  has(key: K): boolean;
  /**
   * Removes the entry of `key`; whether there was one.
   *
   * Throws like {@linkcode SortedMap.get}.
   */
  delete(key: K): boolean;
  /** The least key; `undefined` when there is none. */
  firstKey(): K | undefined;
  /** The greatest key; `undefined` when there is none. */
  lastKey(): K | undefined;
  /**
   * The greatest key that is not above `key`; `undefined` when there is none.
   *
   * Throws what the kind of keys throws for what it cannot store, and like {@linkcode SortedMap.get}.
   */
  floorKey(key: K): K | undefined;
  /**
   * The least key that is not below `key`; `undefined` when there is none.
   *
   * Throws like {@linkcode SortedMap.floorKey}.
   */
  ceilingKey(key: K): K | undefined;
  /**
   * Packs the entries as densely as they can be, in new memory, and gives back the old.
   *
   * Throws `AllocationError` when there is no memory for both, and then nothing has changed; `ClosedError` when the map
   * is closed.
   */
  shrinkToFit(): void;
  /** Removes every entry; the memory stays for new ones. */
  clear(): void;
  /** Calls `visit` with every value and its key, in the order of keys. */
  forEach(visit: (value: V, key: K, map: this) => void): void;
  /** The entries of a range, or all. */
  entries(range?: KeyRange<K>): IterableIterator<[K, V]>;
  /** The keys of a range, or all. */
  keys(range?: KeyRange<K>): IterableIterator<K>;
  /** The values of a range, or all. */
  values(range?: KeyRange<K>): IterableIterator<V>;
  /** The entries of a range, or all, as an ordinary array. */
  toArray(range?: KeyRange<K>): [K, V][];
  /**
   * A cursor over the values of a range, or all, in the order of keys, where values have accessors: one accessor that is
   * moved, with the `key` beside it. Unlike an iteration it ends with an `Error` when an entry is added or deleted
   * meanwhile.
   *
   * Throws `TypeError` for values without accessors, and at its first step what {@linkcode SortedMap.floorKey} throws for
   * a bound of the range, and `ClosedError` when the map is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, SortedMap, struct, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "days" });
   * const days = new SortedMap(u32, struct({ sum: f64 }), { allocator: heap });
   * days.set(3, { sum: 1 }).set(1, { sum: 2 }).set(2, { sum: 3 });
   * const cursor = days.cursor({ from: 2 });
   * const seen = [];
   * for (const day of cursor) {
   *   day.sum *= 10;
   *   seen.push([cursor.key, day.sum]);
   * }
   * assert.deepEqual(seen, [[2, 30], [3, 10]]);
   * ```
   */
  cursor(range?: KeyRange<K>): EntryCursor<K, P>;
}

/** Makes {@linkcode SortedMap}s. */
export interface SortedMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is not an element, for keys without an order when there is no `compare`, and without an
   * allocator; `RangeError` for a `capacity` that is not an integer ≥ 0; `ClosedError` when the allocator is closed.
   */
  new <K, E extends AnyCompound, P extends InferPlace<E>>(
    key: Kind<K>,
    value: E,
    options: SortedMapOptions<NoInfer<K>>,
  ): SortedMap<K, InferElement<E>, P>;
  /** Makes an empty map of values without accessors. */
  new <K, V>(key: Kind<K>, value: Kind<V>, options: SortedMapOptions<NoInfer<K>>): SortedMap<K, V>;
  /**
   * The map that `toBytes` of another one wrote, made like a new one; `compare` need not be what it was.
   *
   * Throws what `compare` throws, and like `fromBytes` of `HashMap`.
   */
  fromBytes<K, E extends AnyCompound>(
    key: Kind<K>,
    value: E,
    bytes: Uint8Array,
    options: SortedMapOptions<NoInfer<K>>,
  ): SortedMap<K, InferElement<E>, InferPlace<E>>;
  /** The map of values without accessors that `toBytes` of another one wrote. */
  fromBytes<K, V>(
    key: Kind<K>,
    value: Kind<V>,
    bytes: Uint8Array,
    options: SortedMapOptions<NoInfer<K>>,
  ): SortedMap<K, V>;
  /** What every sorted map inherits from. */
  readonly prototype: SortedMap<unknown, unknown>;
}

type AnyOptions = SortedMapOptions<never>;

const classes = new ClassCache<SortedMapClass>();

abstract class SortedMapBase extends ContainerBase {}
showAs(SortedMapBase, { shape: "map" });

function create(key: Kind<unknown>, value: Kind<unknown>, options: AnyOptions): SortedMap<unknown, unknown> {
  const [keys, values] = [checkedKind(key, "SortedMap"), checkedKind(value, "SortedMap")];
  const compared = options?.compare !== undefined;
  return new (classes.of(keys, values, compared ? 1 : 0, () => makeClass(keys, values, compared)))(options);
}

function fromBytes(
  make: Make,
  key: Kind<unknown>,
  value: Kind<unknown>,
  bytes: Uint8Array,
  options: AnyOptions,
): object {
  const format = new PairFormat("SortedMap", checkedKind(key, "SortedMap"), checkedKind(value, "SortedMap"));
  const reader = format.read(bytes);
  return restored(reader, options, (given) => make(key, value, given), filledFrom(reader));
}

function makeClass(key: Kind<unknown>, value: Kind<unknown>, compared: boolean): SortedMapClass {
  const number = !compared && key instanceof NumberElement;
  const Keys: ItemsClass<unknown> = itemsOf(number ? key : u32, "SortedMap");
  return specialise(defineSortedMap<unknown, unknown, unknown>)({
    key,
    value,
    Base: SortedMapBase,
    Tree: specialise(defineTree<unknown, unknown, unknown>)({
      Order: orderOf(key, compared) as KeyOrderClass<unknown, unknown>,
      Leaves: specialise(defineNodes<unknown, unknown>)({ Keys, Links: valuesOf(value) }),
      Inner: specialise(defineNodes<unknown, number>)({
        Keys,
        Links: itemsOf(u32, "SortedMap"),
      }),
      keysNeedRoom: !number,
      valuesNeedRoom: value instanceof VariableElement,
      takeOverAll,
    }),
    Storage,
    format: new PairFormat("SortedMap", key, value),
    refuseKey: refuseKeyOf(key),
    checkedCount,
    growUntil,
    PARTS,
    TAKE_OVER,
    refuseFunctionOf,
    Cursor: entryCursorOf<unknown>(value, "SortedMap"),
    refuseCursor: () => refuseCursor("SortedMap", value.name),
    lendBytes,
    noBytes: NO_BYTES,
    valueBytes: value instanceof VariableElement ? 0 : value.byteLength,
    refuseNothing,
    requireFunction,
  });
}

function orderOf(
  key: Kind<unknown>,
  compared: boolean,
): KeyOrderClass<unknown, unknown> | KeyOrderClass<unknown, number> {
  if (!compared && key instanceof NumberElement) {
    return specialise(defineNumberOrder<unknown>)(key);
  }
  if (!compared && !inOrderOfBytes(key)) {
    throw new TypeError(
      `Cannot make a SortedMap with keys of ${key.name}: they have no order of their own, give one as in { compare }`,
    );
  }
  return specialise(defineRowOrder<unknown>)({ Store: storeOf(key), isRefusal });
}

/** Whether the order of values is that of their bytes, as UTF-8 has it. */
function inOrderOfBytes(kind: Kind<unknown>): boolean {
  return kind instanceof VariableElement || kind instanceof FixedBytes || /^text\(\d+\)$/.test(kind.layout);
}

function valuesOf(value: Kind<unknown>): LinksClass<unknown> {
  if (!(value instanceof VariableElement)) return itemsOf(value, "SortedMap");
  return specialise(defineRowItems<unknown>)({
    Store: storeOf(value),
    RowNumbers: itemsOf(u32, "SortedMap"),
    refuse: refuseValueOf(value),
  });
}

function storeOf(kind: Kind<unknown>): RowStoreClass<unknown> {
  const active = isActive(kind);
  const coding = kind instanceof VariableElement ? kind.coding : codingOf(kind, (memory) => new DataView(memory));
  const { encode } = active && !(kind instanceof VariableElement) ? codingOf(kind, soughtView) : coding;
  return specialise(defineRowStore<unknown>)({
    Rows: specialise(defineVariableRows<unknown>)({
      ...coding,
      active,
      encodeSought: encode,
      newSeed,
      hashBytes,
      compileStrongHashes,
    }),
  });
}

/** How values of fixed length become bytes and back. */
function codingOf(
  element: Element<unknown>,
  viewOf: (memory: ArrayBuffer) => DataView<ArrayBuffer>,
): Coding<unknown> {
  const { byteLength, read } = element;
  const write = partsWriterOf(element as unknown as AnyElement);
  const scratch = new Uint8Array(byteLength);
  const view = new DataView(scratch.buffer);
  return {
    // The element itself refuses what it cannot store.
    fits: () => true,
    encode(value, into): number {
      if (into.bytes.length < byteLength) into.bytes = new Uint8Array(byteLength);
      // Bytes between fields have to be equal too. A getter of the value may use another map of this kind.
      into.bytes.fill(0, 0, byteLength);
      write(viewOf(into.bytes.buffer as ArrayBuffer), 0, value);
      return byteLength;
    },
    decode(bytes, start, end): unknown {
      scratch.set(bytes.subarray(start, end));
      return read(view, 0);
    },
  };
}

/** Makes {@linkcode SortedMap}s of any kinds. */
export const SortedMap: SortedMapConstructor = publicClass("SortedMap", SortedMapBase, create, { fromBytes });
