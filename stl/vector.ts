import type { ContainerOptions } from "./_storage.ts";
import { createNumberVector, VectorBase } from "./_number_vector.ts";
import type { Container } from "./container.ts";
import type { AnyElement, InferElement, InferInput } from "./element.ts";
import { type AnyNumberElement, type ColumnView, NumberElement } from "./number_element.ts";

/**
 * A growing list of numbers in one block of memory: what `Array` is to
 * JavaScript, with the density of a typed array. Elements are pushed and removed at the end in
 * constant time; the block grows to twice its size by `reallocate`.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, Vector } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const samples = new Vector(f64, { allocator: heap });
 * for (let i = 0; i < 1000; i++) samples.push(i / 10);
 * assert.equal(samples.get(500), 50);
 * assert.equal(samples.at(-1), 99.9);
 * samples.dispose();
 * assert.equal(heap.liveBlocks, 0);
 * ```
 */
export interface Vector<E extends AnyElement> extends Container, Iterable<InferElement<E>> {
  /** What it holds. */
  readonly element: E;
  /**
   * Number of elements. Setting it drops elements at the end, or adds zeros there.
   *
   * Throws like {@linkcode Container.reserve}.
   */
  length: number;

  /**
   * Appends `value` and returns the new length.
   *
   * Throws like {@linkcode Container.reserve}; then nothing has changed.
   */
  push(value: InferInput<E>): number;
  /**
   * Appends every one of `values` and returns the new length; in one copy when it
   * is a typed array of the same class.
   *
   * Throws like {@linkcode Vector.push}.
   */
  pushMany(values: Iterable<InferInput<E>> | ArrayLike<InferInput<E>>): number;
  /** Removes the last element and returns it; `undefined` when there is none. */
  pop(): InferElement<E> | undefined;
  /**
   * The element at `index`.
   *
   * Throws `RangeError` when there is none, `ClosedError` when the vector is closed.
   */
  get(index: number): InferElement<E>;
  /**
   * Replaces the element at `index`.
   *
   * Throws like {@linkcode Vector.get}.
   */
  set(index: number, value: InferInput<E>): void;
  /** The element at `index`, counted from the end when it is negative; `undefined` when there is none. */
  at(index: number): InferElement<E> | undefined;
  /**
   * Puts `value` at `index`, where those from there on move up by one.
   *
   * Throws `RangeError` for an index above the length, and like {@linkcode Vector.push}.
   */
  insert(index: number, value: InferInput<E>): void;
  /**
   * Removes the element at `index` and returns it; those behind it move down by one.
   *
   * Throws like {@linkcode Vector.get}.
   */
  removeAt(index: number): InferElement<E>;
  /**
   * Removes the element at `index` and returns it; the last one takes its place, so nothing else moves.
   *
   * Throws like {@linkcode Vector.get}.
   */
  swapRemove(index: number): InferElement<E>;
  /** Removes every element; the memory stays for new ones. */
  clear(): void;
  /**
   * Replaces the elements from `start` to before `end`, which count from the end when they are negative.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  fill(value: InferInput<E>, start?: number, end?: number): this;
  /**
   * Sorts in place: by number when `compare` is left out. Equal elements keep their order.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  sort(compare?: (a: InferElement<E>, b: InferElement<E>) => number): this;
  /**
   * Where `value` is in a sorted vector: the index of the first equal element, or
   * `-1 - index` of where it would be inserted.
   */
  binarySearch(value: InferElement<E>, compare?: (a: InferElement<E>, b: InferElement<E>) => number): number;
  /** The first index of `value` from `start` on, or -1. */
  indexOf(value: InferElement<E>, start?: number): number;
  /** Whether some element is `value`. */
  includes(value: InferElement<E>): boolean;
  /**
   * The elements from `start` to before `end` as a typed array over the memory of
   * the vector: valid until the vector grows, shrinks to fit or ends.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  subarray(start?: number, end?: number): E extends AnyNumberElement ? ColumnView<E> : never;
  /** Calls `visit` with every element and its index. */
  forEach(visit: (value: InferElement<E>, index: number, vector: this) => void): void;
  /** The pairs of index and element. */
  entries(): IterableIterator<[number, InferElement<E>]>;
  /** The indexes. */
  keys(): IterableIterator<number>;
  /** The elements. */
  values(): IterableIterator<InferElement<E>>;
  /** The elements from `start` to before `end` as an ordinary array. */
  toArray(start?: number, end?: number): InferElement<E>[];
}

/** Makes {@linkcode Vector}s. */
export interface VectorConstructor {
  /**
   * Makes an empty vector, which takes no memory yet.
   *
   * Throws `TypeError` for what is no element and without an allocator, `ClosedError` when the allocator is closed.
   */
  new <E extends AnyElement>(element: E, options: ContainerOptions): Vector<E>;
  /** What every vector inherits from. */
  readonly prototype: Vector<AnyElement>;
}

function create(element: AnyElement, options: ContainerOptions): unknown {
  if (element instanceof NumberElement) return createNumberVector(element, options);
  throw new TypeError(`Cannot make a Vector of ${String(element)}: it is not an element like f64 or a struct`);
}

/** Makes {@linkcode Vector}s of any element. */
export const Vector: VectorConstructor = class Vector {
  constructor(element: AnyElement, options: ContainerOptions) {
    return create(element, options) as Vector;
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof VectorBase;
  }
} as unknown as VectorConstructor;
