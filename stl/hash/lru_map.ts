import { PARTS, refuseFunctionOf, TAKE_OVER } from "../core/parts.ts";
import { shown } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import type { ContainerOptions } from "../core/storage.ts";
import { NumberElement } from "../elements/number_element.ts";
import type { InferElement } from "../elements/element.ts";
import { type Kind, refuseKeyOf } from "../elements/variable_element.ts";
import type { AnyCompound, InferPlace } from "../struct/property.ts";
import { isActive } from "../rows/rows_of.ts";
import { entryParts, MapBase, rawTypeOf } from "./_entry_parts.ts";
import { now } from "./_clock.ts";
import { Flights } from "./_flights.ts";
import { hashedClass } from "./_hashed_class.ts";
import { defineLruMap } from "./_lru_map.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import { entryCursorOf, walkedInOrder } from "./entry_cursor_of.ts";
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
  /**
   * How long an entry is there after it was set, in milliseconds by the clock of the process, to one of them. Entries
   * that are too old are found by nothing; they go when `get` or `update` comes upon them, by `purgeStale`, or for newer
   * ones.
   *
   * @default none ever is too old
   */
  readonly ttl?: number;
  /**
   * Called with each entry that had to go, after it went, and why; not for what is deleted or replaced. It may use the
   * map.
   */
  readonly onEvict?: (key: K, value: V, reason: EvictReason) => void;
}

/** Why an entry had to go: it exceeded a limit, or was older than its `ttl`. */
export type EvictReason = "evict" | "expire";

/** Options of {@linkcode LruMap.set}. */
export interface LruSetOptions {
  /**
   * How long this entry is there, in milliseconds; for maps with a `ttl` of their own.
   *
   * @default that of the map
   */
  readonly ttl?: number;
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
export interface LruMap<K, V, P = V> extends KeyedContainer<K, V, P> {
  /** The most entries. */
  readonly maxEntries: number;
  /** The most bytes of keys and values together. */
  readonly maxBytes: number;
  /** Bytes of keys and values together. */
  readonly entryBytes: number;
  /** How long entries are there, in milliseconds; `undefined` when none ever is too old. */
  readonly ttl: number | undefined;
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
   * Throws `RangeError` when the entry alone exceeds `maxBytes` or for a `ttl` that is no number above 0, `TypeError`
   * for one of a map without, what `onEvict` throws, and like {@linkcode KeyedContainer.set}; then `key` is as it was.
   */
  set(key: K, value: V, options?: LruSetOptions): this;
  /**
   * The value of `key`; when it has none, what `load` gives for it, which is its value from then on. While one is loaded
   * others wait for it, so that there is one load of a key at a time. A load that fails is not kept: the next call loads
   * again. When `key` is set or deleted while it is loaded, what was loaded goes to those who wait and is not kept.
   *
   * Rejects with what `load` throws or rejects with, `TypeError` when it is no function, and what
   * {@linkcode LruMap.set} throws for what it gives.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { anyText, LruMap } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "users" });
   * const users = new LruMap(anyText, anyText, { allocator: heap, maxEntries: 1000, ttl: 60_000 });
   * let loads = 0;
   * const load = async (id: string) => (loads++, await Promise.resolve(`user ${id}`));
   * const both = await Promise.all([users.getOrFetch("7", load), users.getOrFetch("7", load)]);
   * assert.deepEqual([both, loads], [["user 7", "user 7"], 1]);
   * ```
   */
  getOrFetch(key: K, load: (key: K) => V | PromiseLike<V>): Promise<V>;
  /** The milliseconds until `key` is too old: `Infinity` in a map without `ttl`, 0 when there is none or it is too old. */
  getRemainingTTL(key: K): number;
  /**
   * Removes all entries that are too old; whether there were some. Takes time with the entries.
   *
   * Throws what `onEvict` throws, `ClosedError` when the map is closed.
   */
  purgeStale(): boolean;
  /**
   * A cursor over the values, where those have accessors, from the entry that was used last on: as that of a
   * {@linkcode HashMap}. Walking, and changing a field, do not count as using.
   *
   * Throws `TypeError` for values without accessors, and at its first step `ClosedError` when the map is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { anyText, LruMap, struct, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "sessions" });
   * const sessions = new LruMap(anyText, struct({ user: u32, seen: u32 }), { allocator: heap, maxEntries: 1000 });
   * sessions.set("a", { user: 7, seen: 3 }).set("b", { user: 7, seen: 0 });
   * const cursor = sessions.cursor();
   * for (const session of cursor) if (cursor.key === "a") session.seen++;
   * assert.equal(sessions.peek("a")?.seen, 4);
   * assert.deepEqual([...sessions.keys()], ["b", "a"]);
   * ```
   */
  cursor(): EntryCursor<K, P>;
}

/** Makes {@linkcode LruMap}s. */
export interface LruMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet.
   *
   * Throws `RangeError` when neither limit is given, or one is no whole number from 1 on, and like the
   * constructor of {@linkcode HashMap}.
   */
  new <K, E extends AnyCompound, P extends InferPlace<E>>(
    key: Kind<K>,
    value: E,
    options: LruOptions<K, InferElement<E>>,
  ): LruMap<K, InferElement<E>, P>;
  /** Makes an empty map of values without accessors. */
  new <K, V>(key: Kind<K>, value: Kind<V>, options: LruOptions<K, V>): LruMap<K, V>;
  /**
   * The map that `toBytes` of another one wrote, made like a new one, with entries in the same order; those that
   * are too many for its limits go, as they do for `set`.
   *
   * Throws what `onEvict` throws, and like `fromBytes` of {@linkcode HashMap}.
   */
  fromBytes<K, E extends AnyCompound>(
    key: Kind<K>,
    value: E,
    bytes: Uint8Array,
    options: LruOptions<K, InferElement<E>>,
  ): LruMap<K, InferElement<E>, InferPlace<E>>;
  /** The map of values without accessors that `toBytes` of another one wrote. */
  fromBytes<K, V>(key: Kind<K>, value: Kind<V>, bytes: Uint8Array, options: LruOptions<K, V>): LruMap<K, V>;
  /** What every map inherits from. */
  // deno-lint-ignore no-explicit-any -- classes that extend maps of any kind inherit from it, which change values of that kind
  readonly prototype: LruMap<any, any, any>;
}

function refuseSize(bytes: number, maxBytes: number): never {
  throw new RangeError(`Cannot store an entry of ${bytes} bytes in an LruMap: its limit is ${maxBytes} bytes`);
}

function checkedTtl(ttl: number): number {
  if (typeof ttl === "number" && ttl > 0) return ttl;
  throw new RangeError(`Cannot keep entries of an LruMap for ${shown(ttl)} milliseconds: expected a number above 0`);
}

function refuseTtl(): never {
  throw new TypeError("Cannot set a ttl in an LruMap that has none: make it with one, as in { ttl: Infinity }");
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
      Cursor: entryCursorOf<unknown>(value, "LruMap"),
      Table: rowTableOf(key, rawTypeOf(value)),
      active: isActive(key),
      valueBytes: value instanceof NumberElement ? value.byteLength : 0,
      refuseKey: refuseKeyOf(key),
      refuseSize,
      checkedLimits,
      checkedTtl,
      refuseTtl,
      walkedInOrder,
      Flights,
      PARTS,
      TAKE_OVER,
      now,
      refuseFunctionOf,
    }),
});
