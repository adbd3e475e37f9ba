import type { Container } from "../core/container.ts";
import { boundAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { refuseNested, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { listOf } from "../core/sources.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import { valuesClass } from "../core/values.ts";
import { requireElement } from "../elements/check.ts";
import type { AnyElement, Element, InferElement, InferInput } from "../elements/element.ts";
import { type AnyNumberElement, type ColumnView, NumberElement } from "../elements/number_element.ts";
import { typeStoredAsIs } from "../elements/numbers.ts";
import { partsWriterOf } from "../elements/parts_writer.ts";
import { paddingOf } from "../struct/layout.ts";
import { accessError, Memory, NO_BYTES, OFFSET, storeAgain } from "../struct/memory.ts";
import { type InferPlace, isCompound } from "../struct/property.ts";
import type { AccessorOf, AnyStruct, FieldsOf } from "../struct/struct.ts";
import { defineNumberVector, type NumberVectorClass } from "./_number_vector.ts";
import { definePackedVector, type PackedVectorClass } from "./_packed_vector.ts";
import { permuteRows } from "./_permute.ts";
import { orderOf } from "./_sort_keys.ts";
import { VectorBase, vectorFromBytes } from "./_vector_base.ts";
import { type Column, columnOf } from "./column.ts";
import { createCursor, type Cursor } from "./cursor.ts";

/**
 * A growing list in one block of memory: what `Array` is to JavaScript, with the density of a typed array. Elements are
 * pushed and removed at the end in constant time; the block grows to twice its size by `reallocate`.
 *
 * Elements are numbers, structs or anything else of fixed size. What is read by index is an accessor for structs, and
 * what is removed is a plain object.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `set`, `at`, `pop`, `swapRemove`, `subarray`, `column`, a step of an iteration | constant | constant |
 * | `push`, `append` | constant | n, when the block grows |
 * | `pushMany` of k elements, a longer `length` | k | n + k, when the block grows |
 * | `insert`, `removeAt` | elements behind it | n |
 * | `binarySearch` | log n | log n |
 * | `indexOf`, `includes` | elements before it | n |
 * | `fill`, `forEach`, `toArray` | elements of the range | n |
 * | `sort` | n log n | n log n |
 * | `sortBy` | n for numbers, n log n for texts | n log n |
 * | `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | n | n |
 * | `clear`, `dispose`, a shorter `length` | constant | constant |
 *
 * `sort` with `compare` and `sortBy` take 4 to 24 bytes for each element besides, on the heap of JavaScript, and the
 * texts that they compare.
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
export interface Vector<E extends AnyElement> extends Container, Iterable<InferPlace<E>> {
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
   * Appends every one of `values` and returns the new length; in one copy when it is a typed array of the same class.
   *
   * An iterable is read to its end before the first value is added, so it may be the vector itself. Throws `TypeError`
   * for what has no values, `RangeError` for a length that no list has, and like {@linkcode Vector.push}.
   */
  pushMany(values: Iterable<InferInput<E>> | ArrayLike<InferInput<E>>): number;
  /** Removes the last element and returns it; `undefined` when there is none. */
  pop(): InferElement<E> | undefined;
  /**
   * The element at `index`.
   *
   * Throws `RangeError` when there is none, `ClosedError` when the vector is closed.
   */
  get(index: number): InferPlace<E>;
  /**
   * Replaces the element at `index`.
   *
   * Throws like {@linkcode Vector.get}.
   */
  set(index: number, value: InferInput<E>): void;
  /** The element at `index`, counted from the end when it is negative; `undefined` when there is none. */
  at(index: number): InferPlace<E> | undefined;
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
   * Sorts in place: by value when `compare` is left out. Equal elements keep their order.
   *
   * Throws `TypeError` for structs without `compare`, `ClosedError` when the vector is closed.
   */
  sort(compare?: (a: InferPlace<E>, b: InferPlace<E>) => number): this;
  /**
   * Where `value` is in a sorted vector: the index of the first element for which `compare` returns 0, or `-1 - index`
   * of where it would be inserted. Elements and `value` are compared by value when `compare` is left out.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  binarySearch<T = InferElement<E>>(value: T, compare?: (element: InferPlace<E>, value: T) => number): number;
  /** The first index from `start` on of an element that is equal to `value`, or -1. */
  indexOf(value: InferPlace<E>, start?: number): number;
  /** Whether some element is equal to `value`. */
  includes(value: InferPlace<E>): boolean;
  /** Calls `visit` with every element and its index. */
  forEach(visit: (value: InferPlace<E>, index: number, vector: this) => void): void;
  /** The pairs of index and element. */
  entries(): IterableIterator<[number, InferPlace<E>]>;
  /** The indexes. */
  keys(): IterableIterator<number>;
  /** The elements. */
  values(): IterableIterator<InferPlace<E>>;
  /** The elements from `start` to before `end` as an ordinary array. */
  toArray(start?: number, end?: number): InferElement<E>[];
}

/** A {@linkcode Vector} of numbers, bigints or booleans. */
export interface NumberVector<E extends AnyNumberElement> extends Vector<E> {
  /**
   * The elements from `start` to before `end` as a typed array over the memory of the vector: valid until the vector
   * grows, shrinks to fit or ends.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  subarray(start?: number, end?: number): ColumnView<E>;
}

/** Options of {@linkcode StructVector.sortBy}. */
export interface SortOptions {
  /**
   * Whether the largest value comes first.
   *
   * @default {false}
   */
  readonly descending?: boolean;
}

/** A {@linkcode Vector} of structs. */
export interface StructVector<S extends AnyStruct> extends Vector<S> {
  /**
   * Appends a struct of zeros and returns its accessor, which is the same object each time: the fastest way to add,
   * because nothing is allocated.
   *
   * Throws like {@linkcode Vector.push}.
   */
  append(): AccessorOf<S>;
  /**
   * A cursor over the elements from `start` to before `end`, or to the last: one accessor that is moved.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  cursor(start?: number, end?: number): Cursor<AccessorOf<S>>;
  /**
   * One field of all elements.
   *
   * Throws `RangeError` when there is none of that name.
   */
  column<K extends keyof FieldsOf<S> & string>(name: K): Column<InferElement<S>[K & keyof InferElement<S>]>;
  /**
   * Sorts in place by a field of numbers, booleans or texts; much faster than with a function. Equal ones keep their
   * order, NaN is larger than any number.
   *
   * Throws `RangeError` when there is no such field, `TypeError` when it is none of these, `ClosedError` when the
   * vector is closed.
   */
  sortBy(name: keyof FieldsOf<S> & string, options?: SortOptions): this;
}

/** Makes {@linkcode Vector}s. */
export interface VectorConstructor {
  /**
   * Makes an empty vector, which takes no memory yet.
   *
   * Throws `TypeError` for what is not an element and without an allocator, `ClosedError` when the allocator is closed.
   */
  new <E extends AnyNumberElement>(element: E, options: ContainerOptions): NumberVector<E>;
  /** Makes an empty vector of structs. */
  new <S extends AnyStruct>(element: S, options: ContainerOptions): StructVector<S>;
  /** Makes an empty vector of any other element. */
  new <E extends AnyElement>(element: E, options: ContainerOptions): Vector<E>;
  /**
   * The vector of numbers that `toBytes` of another one wrote, made like a new one.
   *
   * Throws `FormatError` for bytes that no vector of `element` wrote, and for what was cut or changed; `TypeError` for
   * what is not a Uint8Array and for references; and like `new Vector`. Nothing is left of it then.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, struct, Vector } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "points" });
   * const Point = struct({ x: f64, y: f64 });
   * const points = new Vector(Point, { allocator: heap });
   * points.push({ x: 1, y: 2 });
   * const bytes = points.toBytes();
   * const copy = Vector.fromBytes(Point, bytes, { allocator: heap });
   * assert.equal(copy.get(0).y, 2);
   * assert.throws(() => Vector.fromBytes(f64, bytes, { allocator: heap }), { name: "FormatError", byteOffset: 24 });
   * ```
   */
  fromBytes<E extends AnyNumberElement>(element: E, bytes: Uint8Array, options: ContainerOptions): NumberVector<E>;
  /** The vector of structs that `toBytes` of another one wrote. */
  fromBytes<S extends AnyStruct>(element: S, bytes: Uint8Array, options: ContainerOptions): StructVector<S>;
  /** The vector of any other element that `toBytes` of another one wrote. */
  fromBytes<E extends AnyElement>(element: E, bytes: Uint8Array, options: ContainerOptions): Vector<E>;
  /** What every vector inherits from. */
  readonly prototype: Vector<AnyElement>;
}

const numberClasses = new WeakMap<AnyElement, NumberVectorClass>();
const packedClasses = new WeakMap<AnyElement, PackedVectorClass>();

function numberClassOf(element: AnyNumberElement): NumberVectorClass {
  let Class = numberClasses.get(element);
  if (Class === undefined) {
    Class = specialise(defineNumberVector)({
      Base: VectorBase,
      Storage,
      Values: valuesClass(),
      element,
      keepsNumbers: typeStoredAsIs(element) === "number",
      boundAt,
      checkedCount,
      elementAt,
      listOf,
      refuseIndex,
      requireFunction,
    });
    numberClasses.set(element, Class);
  }
  return Class;
}

function packedClassOf(element: AnyElement): PackedVectorClass {
  let Class = packedClasses.get(element);
  if (Class === undefined) {
    requireElement("a Vector", element);
    Class = specialise(definePackedVector)({
      Base: VectorBase,
      Memory,
      NO_BYTES,
      OFFSET,
      Storage,
      Values: valuesClass(),
      accessError,
      boundAt,
      checkedCount,
      columnOf,
      createCursor,
      element: element as unknown as Element<unknown>,
      elementAt,
      listOf,
      open: isCompound(element) ? element.open.bind(element) : undefined,
      orderOf,
      padded: paddingOf(element) > 0,
      partsWriterOf,
      permuteRows,
      refuseIndex,
      refuseNested,
      requireFunction,
      storeAgain,
    });
    packedClasses.set(element, Class);
  }
  return Class;
}

function create(element: AnyElement, options: ContainerOptions): Vector<AnyElement> {
  const Class = element instanceof NumberElement ? numberClassOf(element) : packedClassOf(element);
  return new Class(options);
}

function fromBytes(make: Make, element: AnyElement, bytes: Uint8Array, options: ContainerOptions): object {
  requireElement("a Vector", element);
  return vectorFromBytes(element, bytes, options, make);
}

/** Makes {@linkcode Vector}s of any element. */
export const Vector: VectorConstructor = publicClass("Vector", VectorBase, create, { fromBytes });
