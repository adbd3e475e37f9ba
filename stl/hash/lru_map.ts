import { filledFrom, restored } from "../bytes/restored.ts";
import { ClassCache } from "../core/class_cache.ts";
import type { Container } from "../core/container.ts";
import { specialise } from "../core/specialise.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { NumberElement } from "../elements/number_element.ts";
import { checkedKind, type Kind, refuseKeyOf } from "../elements/variable_element.ts";
import { columnOf, entryParts } from "./_entry_parts.ts";
import { defineLruMap } from "./_lru_map.ts";
import { EntryFormat } from "./entry_format.ts";
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
 * here too; iteration goes from the entry that was used last to the one that would go next, and using an
 * entry meanwhile ends it with an `Error`.
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
export interface LruMap<K, V> extends Container, Iterable<[K, V]> {
  /** The most entries. */
  readonly maxEntries: number;
  /** The most bytes of keys and values together. */
  readonly maxBytes: number;
  /** Number of entries. */
  readonly size: number;
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
   * Throws like {@linkcode LruMap.get}.
   */
  has(key: K): boolean;
  /**
   * Gives `key` a value, after other entries went when that exceeds a limit.
   *
   * Throws `RangeError` when the entry alone exceeds `maxBytes`, `RangeError` or `TypeError` for a key or value
   * that is not of the kind, what `onEvict` throws, and like {@linkcode Container.reserve}; then `key` is as it was.
   */
  set(key: K, value: V): this;
  /**
   * Removes `key` with its value; whether it had one.
   *
   * Throws like {@linkcode LruMap.get}.
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

type MapClass = new (options: LruOptions<unknown, unknown>) => LruMap<unknown, unknown>;

const classes = new ClassCache<MapClass>();

class LruMapBase {
  constructor(key?: Kind<unknown>, value?: Kind<unknown>, options?: LruOptions<unknown, unknown>) {
    if (new.target !== LruMapBase) return;
    const keys = checkedKind(key!, "LruMap");
    const values = checkedKind(value!, "LruMap");
    return new (classes.of(keys, values, 0, () => makeClass(keys, values)))(options!);
  }

  static fromBytes(
    key: Kind<unknown>,
    value: Kind<unknown>,
    bytes: Uint8Array,
    options: LruOptions<unknown, unknown>,
  ): LruMapBase {
    const format = new EntryFormat("LruMap", checkedKind(key, "LruMap"), checkedKind(value, "LruMap"));
    const fill = filledFrom(format.read(bytes));
    return restored(options, (given) => new LruMapBase(key, value, given), fill);
  }
}

function makeClass(key: Kind<unknown>, value: Kind<unknown>): MapClass {
  return specialise(defineLruMap<unknown, unknown>)({
    ...entryParts("LruMap", key, value),
    Base: LruMapBase,
    Table: rowTableOf(key, columnOf(value)),
    valueBytes: value instanceof NumberElement ? value.byteLength : 0,
    refuseKey: refuseKeyOf(key),
    refuseSize,
    checkedLimits,
  });
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

/** Makes {@linkcode LruMap}s of any kinds. */
export const LruMap: LruMapConstructor = LruMapBase as unknown as LruMapConstructor;
