import { itemsOf } from "./_items.ts";
import { defineNodes } from "./_nodes.ts";
import { checkedCount } from "./_refuse.ts";
import { defineSortedMap } from "./_sorted_map.ts";
import type { SortedMapClass } from "./_sorted_map_parts.ts";
import { specialise } from "./_specialise.ts";
import { type ContainerOptions, Storage } from "./_storage.ts";
import type { Container } from "./container.ts";
import type { AnyElement, InferElement, InferInput } from "./element.ts";
import { type AnyNumberElement, NumberElement } from "./number_element.ts";
import { u32 } from "./numbers.ts";

/** Options of a {@linkcode SortedMap}. */
export interface SortedMapOptions extends ContainerOptions {
  /** How many entries there is room for from the start. */
  readonly capacity?: number;
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
 * A map of numbers whose entries are in the order of their keys: a B+ tree in a few blocks of memory.
 * NaN is the greatest key, and -0 is 0. Entries may be added and deleted while it is iterated over: the
 * iteration goes on with the key that is next then.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SortedMap, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "prices" });
 * const prices = new SortedMap(f64, u32, { allocator: heap });
 * prices.set(2.5, 1).set(0.5, 2).set(9, 3);
 * assert.deepEqual([...prices.keys()], [0.5, 2.5, 9]);
 * assert.deepEqual([...prices.entries({ from: 1, to: 9 })], [[2.5, 1]]);
 * assert.equal(prices.floorKey(8), 2.5);
 * ```
 */
export interface SortedMap<K extends AnyNumberElement, V extends AnyElement>
  extends Container, Iterable<[InferElement<K>, InferElement<V>]> {
  /** What keys are. */
  readonly key: K;
  /** What values are. */
  readonly value: V;
  /** Number of entries. */
  readonly size: number;

  /**
   * The value of `key`; `undefined` when there is none.
   *
   * Throws `ClosedError` when the map is closed.
   */
  get(key: InferElement<K>): InferElement<V> | undefined;
  /**
   * Adds an entry, or replaces the value of one.
   *
   * Throws `RangeError` or `TypeError` for a key that is not of the kind, and like
   * {@linkcode Container.reserve}; then nothing has changed.
   */
  set(key: InferElement<K>, value: InferInput<V>): this;
  /**
   * Whether there is an entry of `key`.
   *
   * Throws like {@linkcode SortedMap.get}.
   */
  has(key: InferElement<K>): boolean;
  /**
   * Removes the entry of `key`; whether there was one.
   *
   * Throws like {@linkcode SortedMap.get}.
   */
  delete(key: InferElement<K>): boolean;
  /** The least key; `undefined` when there is none. */
  firstKey(): InferElement<K> | undefined;
  /** The greatest key; `undefined` when there is none. */
  lastKey(): InferElement<K> | undefined;
  /** The greatest key that is not above `key`; `undefined` when there is none. */
  floorKey(key: InferElement<K>): InferElement<K> | undefined;
  /** The least key that is not below `key`; `undefined` when there is none. */
  ceilingKey(key: InferElement<K>): InferElement<K> | undefined;
  /**
   * Packs the entries as densely as they can be, in new memory, and gives back the old.
   *
   * Throws `AllocationError` when there is no memory for both, and then nothing has changed; `ClosedError`
   * when the map is closed.
   */
  shrinkToFit(): void;
  /** Removes every entry; the memory stays for new ones. */
  clear(): void;
  /** Calls `visit` with every value and its key, in the order of keys. */
  forEach(visit: (value: InferElement<V>, key: InferElement<K>, map: this) => void): void;
  /** The entries of a range, or all. */
  entries(range?: KeyRange<InferElement<K>>): IterableIterator<[InferElement<K>, InferElement<V>]>;
  /** The keys of a range, or all. */
  keys(range?: KeyRange<InferElement<K>>): IterableIterator<InferElement<K>>;
  /** The values of a range, or all. */
  values(range?: KeyRange<InferElement<K>>): IterableIterator<InferElement<V>>;
  /** The entries of a range, or all, as an ordinary array. */
  toArray(range?: KeyRange<InferElement<K>>): [InferElement<K>, InferElement<V>][];
}

/** Makes {@linkcode SortedMap}s. */
export interface SortedMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for a key that is no number element, a value that is no element and without an
   * allocator; `RangeError` for a `capacity` that is no whole number; `ClosedError` when the allocator is closed.
   */
  new <K extends AnyNumberElement, V extends AnyElement>(
    key: K,
    value: V,
    options: SortedMapOptions,
  ): SortedMap<K, V>;
  /** What every sorted map inherits from. */
  readonly prototype: SortedMap<AnyNumberElement, AnyElement>;
}

const classes = new WeakMap<object, WeakMap<object, SortedMapClass>>();

class SortedMapBase {
  constructor(key?: AnyNumberElement, value?: AnyElement, options?: SortedMapOptions) {
    if (new.target !== SortedMapBase) return;
    return new (classOf(key!, value!))(key!, value!, options!);
  }
}

function classOf(key: AnyNumberElement, value: AnyElement): SortedMapClass {
  if (!(key instanceof NumberElement)) {
    throw new TypeError(`Cannot make a SortedMap with keys of ${String(key)}: it is not a number element like f64`);
  }
  const [Keys, Values] = [itemsOf(key, "SortedMap"), itemsOf(value, "SortedMap")];
  let ofKey = classes.get(key);
  if (ofKey === undefined) classes.set(key, ofKey = new WeakMap());
  let Class = ofKey.get(value);
  if (Class === undefined) {
    const label = `SortedMap of ${key.name} to ${value.name}`;
    Class = specialise(defineSortedMap, label)({
      Base: SortedMapBase,
      Leaves: specialise(defineNodes, `leaves of ${label}`)({ Keys, Links: Values }),
      Inner: specialise(defineNodes, `inner nodes of ${label}`)({ Keys, Links: itemsOf(u32, "SortedMap") }),
      Storage,
      checkedCount,
    });
    ofKey.set(value, Class);
  }
  return Class;
}

/** Makes {@linkcode SortedMap}s of numbers to any element. */
export const SortedMap: SortedMapConstructor = SortedMapBase as unknown as SortedMapConstructor;
