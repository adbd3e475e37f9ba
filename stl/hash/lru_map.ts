import { specialise } from "../core/specialise.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { NumberElement } from "../elements/number_element.ts";
import { type Kind, refuseKeyOf } from "../elements/variable_element.ts";
import { isActive } from "../rows/rows_of.ts";
import { entryParts, MapBase, rawTypeOf } from "./_entry_parts.ts";
import { hashedClass } from "./_hashed_class.ts";
import { defineLruMap } from "./_lru_map.ts";
import type { KeyedContainer } from "./keyed_container.ts";
import { rowTableOf } from "./table_of.ts";

/** Options of an {@linkcode LruMap}: at least one limit. */
export interface LruOptions<K, V> extends ContainerOptions {
  /**
   * The most entries.
   *
   * @default {Infinity}
   */
  readonly maxEntries?: number;
  /**
   * The most bytes of keys and values together, not counting what keeps them in order.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
  /** Called with each entry that had to go, after it went; not for what is deleted or replaced. It may use the map. */
  readonly onEvict?: (key: K, value: V) => void;
}

/**
 * A map with limits: when an entry would exceed one, the entries that were not used for
 * the longest time go. Using is `get` and `set`. What {@linkcode HashMap} says of keys and values holds
 * here too; iteration goes from the entry that was used last to the one that would go next, and using, adding or
 * deleting an entry meanwhile ends it with an `Error`.
 *
 * What it says of the time that calls take holds too: getting and setting are constant time, amortised. A `set` that
 * exceeds `maxBytes` takes time with the entries that go, each of which was set once.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { anyText, LruMap } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "pages" });
 * const gone: string[] = [];
 * const pages = new LruMap(anyText, anyText, { allocator: heap, maxEntries: 2, onEvict: (url) => gone.push(url) });
 * pages.set("/a", "A").set("/b", "B");
 * pages.get("/a");
 * pages.set("/c", "C");
 * assert.deepEqual(gone, ["/b"]);
 * assert.deepEqual([...pages.keys()], ["/c", "/a"]);
 * ```
 */
export interface LruMap<K, V> extends KeyedContainer<K, V> {
  /** The most entries. */
  readonly maxEntries: number;
  /** The most bytes of keys and values together. */
  readonly maxBytes: number;
  /** Bytes of keys and values together. */
  readonly entryBytes: number;
  /**
   * The value of `key`, which counts as used now; `undefined` when it has none.
   *
   * Throws `ClosedError` when the map is closed.
   */
  get(key: K): V | undefined;
  /** Like {@linkcode LruMap.get}, without using the entry. */
  peek(key: K): V | undefined;
  /**
   * Whether `key` has a value; does not count as using it.
   *
   * Throws `ClosedError` when the map is closed.
   */
  has(key: K): boolean;
  /**
   * Gives `key` a value, after other entries went when that exceeds a limit.
   *
   * Throws `RangeError` when the entry alone exceeds `maxBytes`, what `onEvict` throws, and like
   * {@linkcode KeyedContainer.set}; then `key` is as it was.
   */
  set(key: K, value: V): this;
}

/** Makes {@linkcode LruMap}s. */
export interface LruMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet.
   *
   * Throws `RangeError` when neither limit is given, or one is no whole number from 1 on, and like the
   * constructor of {@linkcode HashMap}.
   */
  new <K, V>(key: Kind<K>, value: Kind<V>, options: LruOptions<K, V>): LruMap<K, V>;
  /**
   * The map that `toBytes` of another one wrote, made like a new one, with entries in the same order; those that
   * are too many for its limits go, as they do for `set`.
   *
   * Throws what `onEvict` throws, and like `fromBytes` of {@linkcode HashMap}.
   */
  fromBytes<K, V>(key: Kind<K>, value: Kind<V>, bytes: Uint8Array, options: LruOptions<K, V>): LruMap<K, V>;
  /** What every map inherits from. */
  readonly prototype: LruMap<unknown, unknown>;
}

function refuseSize(bytes: number, maxBytes: number): never {
  throw new RangeError(`Cannot store an entry of ${bytes} bytes in an LruMap: its limit is ${maxBytes} bytes`);
}

function checkedLimits(options: LruOptions<unknown, unknown>): { entries: number; bytes: number } {
  const { maxEntries: entries = Infinity, maxBytes: bytes = Infinity } = options ?? {};
  for (const limit of [entries, bytes]) {
    if (limit === Infinity || (Number.isSafeInteger(limit) && limit > 0)) continue;
    throw new RangeError(`Cannot limit an LruMap to ${String(limit)}: a limit is a whole number from 1 on`);
  }
  if (entries === Infinity && bytes === Infinity) {
    throw new RangeError("Cannot make an LruMap without a limit: it needs maxEntries, maxBytes or both");
  }
  return { entries, bytes };
}

abstract class LruMapBase extends MapBase<unknown, unknown> {}

/** Makes {@linkcode LruMap}s of any kinds. */
export const LruMap: LruMapConstructor = hashedClass<LruMapConstructor, LruOptions<unknown, unknown>>({
  label: "LruMap",
  Base: LruMapBase,
  kinds: 2,
  classOf: ([key, value]) =>
    specialise(defineLruMap<unknown, unknown>)({
      ...entryParts("LruMap", key, value),
      Base: LruMapBase,
      Table: rowTableOf(key, rawTypeOf(value)),
      active: isActive(key),
      valueBytes: value instanceof NumberElement ? value.byteLength : 0,
      refuseKey: refuseKeyOf(key),
      refuseSize,
      checkedLimits,
    }),
});
