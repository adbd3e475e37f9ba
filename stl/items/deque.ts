import { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase } from "../core/container_base.ts";
import { checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { shown } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { listOf } from "../core/sources.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import type { AnyElement, InferElement, InferInput } from "../elements/element.ts";
import type { AnyNumberElement, ColumnView } from "../elements/number_element.ts";
import { defineDeque, type DequeClass } from "./_deque.ts";
import { itemsOf } from "./items.ts";

/** Options of a {@linkcode Deque}. */
export interface DequeOptions extends ContainerOptions {
  /** How many elements there is room for from the start. */
  readonly capacity?: number;
  /**
   * The most elements, which makes it a ring buffer: `push` onto a full one drops the first element, `unshift` the
   * last.
   *
   * @default {Infinity}
   */
  readonly maxLength?: number;
}

/**
 * A list that grows and shrinks at both ends in constant time, in one block of memory: a queue, a stack, and with
 * `maxLength` a ring buffer of the newest elements.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `pop`, `shift`, `get`, `set`, `at`, `slices`, `clear`, a step of an iteration | constant | constant |
 * | `push`, `unshift` | constant | n, when the block grows; constant once it has room for `maxLength` |
 * | `pushMany` of k elements | k | n + k, when the block grows |
 * | `indexOf` | elements before it | n |
 * | `forEach`, `toArray` | n | n |
 * | `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | n | n |
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { Deque, f64 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "queue" });
 * const queue = new Deque(f64, { allocator: heap });
 * queue.push(1);
 * queue.push(2);
 * queue.unshift(0);
 * assert.equal(queue.shift(), 0);
 * assert.deepEqual(queue.toArray(), [1, 2]);
 *
 * const newest = new Deque(f64, { allocator: heap, maxLength: 3 });
 * for (let i = 0; i < 10; i++) newest.push(i);
 * assert.deepEqual(newest.toArray(), [7, 8, 9]);
 * ```
 */
export interface Deque<E extends AnyElement> extends Container, Iterable<InferElement<E>> {
  /** What it holds. */
  readonly element: E;
  /** Number of elements. */
  readonly length: number;
  /** The most elements; `Infinity` when there is no limit. */
  readonly maxLength: number;

  /**
   * Appends `value` and returns the length.
   *
   * Throws like {@linkcode Container.reserve}; then nothing has changed.
   */
  push(value: InferInput<E>): number;
  /**
   * Appends every one of `values` and returns the length; in at most two copies when it is a typed array of the same
   * class.
   *
   * An iterable is read to its end before the first value is added, so it may be the deque itself. Throws `TypeError`
   * for what has no values, `RangeError` for a length that no list has, and like {@linkcode Deque.push}.
   */
  pushMany(values: Iterable<InferInput<E>> | ArrayLike<InferInput<E>>): number;
  /** Removes the last element and returns it; `undefined` when there is none. */
  pop(): InferElement<E> | undefined;
  /**
   * Puts `value` before the first element and returns the length.
   *
   * Throws like {@linkcode Deque.push}.
   */
  unshift(value: InferInput<E>): number;
  /** Removes the first element and returns it; `undefined` when there is none. */
  shift(): InferElement<E> | undefined;
  /**
   * The element at `index`.
   *
   * Throws `RangeError` when there is none, `ClosedError` when the deque is closed.
   */
  get(index: number): InferElement<E>;
  /**
   * Replaces the element at `index`.
   *
   * Throws like {@linkcode Deque.get}.
   */
  set(index: number, value: InferInput<E>): void;
  /** The element at `index`, counted from the end when it is negative; `undefined` when there is none. */
  at(index: number): InferElement<E> | undefined;
  /** The first index of `value`, or -1. */
  indexOf(value: InferElement<E>): number;
  /** Removes every element; the memory stays for new ones. */
  clear(): void;
  /** Calls `visit` with every element and its index. */
  forEach(visit: (value: InferElement<E>, index: number, deque: this) => void): void;
  /** The pairs of index and element. */
  entries(): IterableIterator<[number, InferElement<E>]>;
  /** The indexes. */
  keys(): IterableIterator<number>;
  /** The elements. */
  values(): IterableIterator<InferElement<E>>;
  /** The elements as an ordinary array. */
  toArray(): InferElement<E>[];
}

/** A {@linkcode Deque} of numbers, bigints or booleans. */
export interface NumberDeque<E extends AnyNumberElement> extends Deque<E> {
  /**
   * All elements as two typed arrays over the memory of the deque, the first ones before the others; the second is
   * empty when they lie side by side. Valid until the deque grows, shrinks to fit or ends.
   *
   * Throws `ClosedError` when the deque is closed.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { Deque, f32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "audio" });
   * const newest = new Deque(f32, { allocator: heap, maxLength: 4 });
   * newest.pushMany(new Float32Array([1, 2, 3, 4, 5, 6]));
   * let sum = 0;
   * for (const samples of newest.slices()) for (const sample of samples) sum += sample;
   * assert.equal(sum, 3 + 4 + 5 + 6);
   * ```
   */
  slices(): [ColumnView<E>, ColumnView<E>];
}

/** Makes {@linkcode Deque}s. */
export interface DequeConstructor {
  /**
   * Makes an empty deque, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` for what is not an element and without an allocator, `RangeError` for a `capacity` or
   * `maxLength` that is not such an integer, `ClosedError` when the allocator is closed.
   */
  new <E extends AnyNumberElement>(element: E, options: DequeOptions): NumberDeque<E>;
  /** Makes an empty deque of any other element. */
  new <E extends AnyElement>(element: E, options: DequeOptions): Deque<E>;
  /**
   * The deque that `toBytes` of another one wrote, made like a new one; the last `maxLength` elements of it.
   *
   * Throws `FormatError` for bytes that no deque of `element` wrote, and for what was cut or changed; `TypeError` for
   * what is not a Uint8Array and for references; and like `new Deque`. Nothing is left of it then.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { Deque, f64 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "queue" });
   * const queue = new Deque(f64, { allocator: heap });
   * queue.push(1);
   * const copy = Deque.fromBytes(f64, queue.toBytes(), { allocator: heap });
   * assert.deepEqual(copy.toArray(), [1]);
   * ```
   */
  fromBytes<E extends AnyNumberElement>(element: E, bytes: Uint8Array, options: DequeOptions): NumberDeque<E>;
  /** The deque of any other element that `toBytes` of another one wrote. */
  fromBytes<E extends AnyElement>(element: E, bytes: Uint8Array, options: DequeOptions): Deque<E>;
  /** What every deque inherits from. */
  readonly prototype: Deque<AnyElement>;
}

const classes = new WeakMap<object, DequeClass>();

abstract class DequeBase extends ContainerBase {}

function classOf(element: AnyElement): DequeClass {
  const Items = itemsOf(element, "Deque");
  let Class = classes.get(element);
  if (Class === undefined) {
    Class = specialise(defineDeque)({
      Base: DequeBase,
      Items,
      PARTS,
      Storage,
      TAKE_OVER,
      format: new ElementFormat("Deque", element),
      bytesOf,
      checkedCount,
      encode: (element as Partial<AnyNumberElement>).encode!,
      listOf,
      elementAt,
      refuseIndex,
      shown,
    });
    classes.set(element, Class);
  }
  return Class;
}

function create(element: AnyElement, options: DequeOptions): Deque<AnyElement> {
  return new (classOf(element))(element, options);
}

function fromBytes(make: Make, element: AnyElement, bytes: Uint8Array, options: DequeOptions): object {
  classOf(element);
  const reader = new ElementFormat("Deque", element).read(bytes);
  return restored(reader, options, (given) => make(element, given), filledFrom(reader));
}

/** Makes {@linkcode Deque}s of any element. */
export const Deque: DequeConstructor = publicClass("Deque", DequeBase, create, { fromBytes });
