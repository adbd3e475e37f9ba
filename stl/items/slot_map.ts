import { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs } from "../core/container_base.ts";
import { checkedCount } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { specialise } from "../core/specialise.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { AnyElement, InferElement, InferInput } from "../elements/element.ts";
import { KEYS, Memory, NO_BYTES } from "../struct/memory.ts";
import { type InferPlace, isCompound } from "../struct/property.ts";
import { defineSlotMap, type SlotMapClass } from "./_slot_map.ts";
import { itemsOf } from "./items.ts";

/** Options of a {@linkcode SlotMap}. */
export interface SlotMapOptions extends ContainerOptions {
  /** How many values there is room for from the start. */
  readonly capacity?: number;
}

/**
 * Values under handles that it gives out itself: what a `Map` with a counter for keys is to JavaScript, with the cost
 * of an array. A handle is an integer below 2^53 that no other value ever has, so a handle of a deleted value is always
 * found out, even when another value has its place. (A place that 1,048,576 values have had is not used again.)
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `at`, `set`, `has`, `delete`, `move` of a cursor | constant | constant |
 * | `add` | constant | p, when the blocks grow |
 * | all of an iteration, `forEach`, `toArray`, `clear` | p | p |
 * | `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | p | p |
 *
 * p are the places up to the last one that was ever used, or was left by `shrinkToFit`: free ones in between count too.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SlotMap } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "timers" });
 * const timers = new SlotMap(f64, { allocator: heap });
 * const first = timers.add(0.5);
 * timers.delete(first);
 * const second = timers.add(2);
 * assert.equal(timers.get(second), 2);
 * assert.equal(timers.get(first), undefined);
 * assert.throws(() => timers.set(first, 1), RangeError);
 * ```
 */
export interface SlotMap<E extends AnyElement> extends Container, Iterable<[number, InferElement<E>]> {
  /** What it holds. */
  readonly element: E;
  /** Number of values. */
  readonly size: number;

  /**
   * Adds `value` and returns its handle.
   *
   * Throws like {@linkcode Container.reserve}; then nothing has changed.
   */
  add(value: InferInput<E>): number;
  /**
   * The value under `handle`; `undefined` when it was deleted or `handle` was never given out.
   *
   * Throws `ClosedError` when the map is closed.
   */
  get(handle: number): InferElement<E> | undefined;
  /**
   * The value under `handle` where it is: of a struct, array, union or group of bits an accessor, which throws
   * `ClosedError` once the value was deleted; of any other kind the value.
   *
   * Throws `RangeError` when it was deleted or `handle` was never given out, `ClosedError` when the map is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, SlotMap, struct } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "entities" });
   * const entities = new SlotMap(struct({ x: f64, vx: f64 }), { allocator: heap });
   * const ship = entities.add({ x: 0, vx: 2 });
   * entities.at(ship).x += entities.at(ship).vx; // in the memory itself
   * assert.equal(entities.at(ship).x, 2);
   * for (const entity of entities.cursor()) entity.x += entity.vx; // one object for all steps
   *
   * const kept = entities.at(ship);
   * entities.delete(ship);
   * entities.add({ x: 9, vx: 9 }); // takes its place
   * assert.throws(() => kept.x, { name: "ClosedError" });
   * ```
   */
  at(handle: number): InferPlace<E>;
  /**
   * A cursor over all values, where those have accessors.
   *
   * Throws `TypeError` for values without accessors, `ClosedError` when the map is closed.
   */
  cursor(): SlotCursor<InferPlace<E>>;
  /**
   * Replaces the value under `handle`.
   *
   * Throws `RangeError` when it was deleted or `handle` was never given out, `ClosedError` when the map is closed.
   */
  set(handle: number, value: InferInput<E>): this;
  /**
   * Whether there is a value under `handle`.
   *
   * Throws like {@linkcode SlotMap.get}.
   */
  has(handle: number): boolean;
  /**
   * Removes the value under `handle`; whether there was one.
   *
   * Throws like {@linkcode SlotMap.get}.
   */
  delete(handle: number): boolean;
  /** Removes every value, and so makes all handles stale; the memory stays for new values. */
  clear(): void;
  /** Calls `visit` with every value and its handle. */
  forEach(visit: (value: InferElement<E>, handle: number, map: this) => void): void;
  /** The pairs of handle and value, in the order of their places. */
  entries(): IterableIterator<[number, InferElement<E>]>;
  /** The handles. */
  keys(): IterableIterator<number>;
  /** The values. */
  values(): IterableIterator<InferElement<E>>;
  /** The pairs of handle and value as an ordinary array. */
  toArray(): [number, InferElement<E>][];
}

/**
 * Walks over the values of a {@linkcode SlotMap} in the order of their places, with one accessor that is moved from each
 * to the next: nothing is copied. What it yields is always the same object, so it must not be kept. Values may come and
 * go meanwhile.
 */
export interface SlotCursor<A> extends IteratorObject<A, undefined, unknown> {
  /**
   * The handle of the value that it is at.
   *
   * Throws `RangeError` before the first one.
   */
  readonly handle: number;
  /**
   * Moves the accessor to the value under `handle` and returns it; the next one is behind that.
   *
   * Throws like {@linkcode SlotMap.at}.
   */
  move(handle: number): A;
}

/** Makes {@linkcode SlotMap}s. */
export interface SlotMapConstructor {
  /**
   * Makes an empty map, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is not an element and without an allocator, `RangeError` for a `capacity` that is not
   * an integer ≥ 0, `ClosedError` when the allocator is closed.
   */
  new <E extends AnyElement>(element: E, options: SlotMapOptions): SlotMap<E>;
  /**
   * The map that `toBytes` of another one wrote, made like a new one: every handle leads to its value, and stale ones
   * stay stale.
   *
   * Throws like `fromBytes` of {@linkcode Deque}.
   */
  fromBytes<E extends AnyElement>(element: E, bytes: Uint8Array, options: SlotMapOptions): SlotMap<E>;
  /** What every slot map inherits from. */
  readonly prototype: SlotMap<AnyElement>;
}

const classes = new WeakMap<object, SlotMapClass>();

abstract class SlotMapBase extends ContainerBase {}
showAs(SlotMapBase, { shape: "map" });

function refuseCursor({ name }: AnyElement): never {
  throw new TypeError(`Cannot walk over a SlotMap by a cursor: its values are ${name}, values() has them`);
}

function classOf(element: AnyElement): SlotMapClass {
  const Items = itemsOf(element, "SlotMap");
  let Class = classes.get(element);
  if (Class === undefined) {
    Class = specialise(defineSlotMap)({
      APART: PARTS,
      Base: SlotMapBase,
      Items,
      Storage,
      TAKE_OVER,
      format: new ElementFormat("SlotMap", element),
      bytesOf,
      checkedCount,
      ...KEYS,
      Memory,
      NO_BYTES,
      open: isCompound(element) ? element.open.bind(element) : undefined,
      byteLength: element.byteLength,
      refuseCursor: () => refuseCursor(element),
    });
    classes.set(element, Class);
  }
  return Class;
}

function create(element: AnyElement, options: SlotMapOptions): SlotMap<AnyElement> {
  return new (classOf(element))(element, options);
}

function fromBytes(make: Make, element: AnyElement, bytes: Uint8Array, options: SlotMapOptions): object {
  classOf(element);
  const reader = new ElementFormat("SlotMap", element).read(bytes, 1);
  return restored(reader, options, (given) => make(element, given), filledFrom(reader));
}

/** Makes {@linkcode SlotMap}s of any element. */
export const SlotMap: SlotMapConstructor = publicClass("SlotMap", SlotMapBase, create, { fromBytes });
