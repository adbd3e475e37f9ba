import { ElementFormat } from "../bytes/element_format.ts";
import { laidOver } from "../bytes/laid_over.ts";
import type { OverOptions } from "../core/borrowed_bytes.ts";
import type { Container } from "../core/container.ts";
import { boundAt, boundsAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import { PARTS, TAKE_OVER } from "../core/parts.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { lengthOf, liveBufferOf, plainView } from "../core/plain_view.ts";
import { refuseChange, refuseNested, requireFunction } from "../core/refuse.ts";
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
import { refuseSurplus } from "../struct/surplus.ts";
import { defineNumberVector, type NumberVectorClass } from "./_number_vector.ts";
import { definePackedVector, type PackedVectorClass } from "./_packed_vector.ts";
import { permuteRows } from "./_permute.ts";
import { orderBy, orderOf, sortKeysOf } from "./_sort_keys.ts";
import { VectorBase, vectorFromBytes } from "./_vector_base.ts";
import { defineWalks } from "./_walks.ts";
import { type Column, columnOf, fieldOf } from "./column.ts";
import { createCursor, type Cursor } from "./cursor.ts";
import type { SortBy, SortOptions } from "./sort_key.ts";

/**
 * A growing list in one block of memory: what `Array` is to JavaScript, with the density of a typed array. Elements are
 * pushed and removed at the end in constant time; the block grows to twice its size by `reallocate`.
 *
 * Elements are numbers, structs or anything else of fixed size. What is read by index is an accessor for structs, and
 * what is removed is a plain object.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `set`, `at`, `pop`, `swapRemove`, `swapDelete`, `subarray`, `column`, a step of an iteration | constant | constant |
 * | `push`, `append` | constant | n, when the block grows |
 * | `pushMany` of k elements, a longer `length` | k | n + k, when the block grows |
 * | `insert`, `removeAt`, `deleteAt` | elements behind it | n |
 * | `binarySearch` | log n | log n |
 * | `indexOf`, `includes` | elements before it | n |
 * | `find`, `findIndex`, `some` | elements to the first that is found | n |
 * | `every`, `reduce`, `map`, `filter`, `fill`, `forEach`, `toArray` | elements of the range | n |
 * | `sort` | n log n | n log n |
 * | `sortBy` | n for numbers, n log n for texts | n log n |
 * | `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | n | n |
 * | `over` | constant | constant |
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
  /**
   * Removes the element at `index` as {@linkcode Vector.removeAt} does, and returns nothing: no object is made.
   *
   * Throws like {@linkcode Vector.get}.
   */
  deleteAt(index: number): void;
  /**
   * Removes the element at `index` as {@linkcode Vector.swapRemove} does, and returns nothing: no object is made.
   *
   * Throws like {@linkcode Vector.get}.
   */
  swapDelete(index: number): void;
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
  /**
   * The first element for which `test` returns true; `undefined` when there is none.
   *
   * Throws `TypeError` for what is no function, `Error` when `test` changes the length, `ClosedError` when the vector is
   * closed: so do all methods here that take a function, but for `forEach`.
   */
  find(test: (value: InferPlace<E>, index: number, vector: this) => unknown): InferPlace<E> | undefined;
  /** The index of the first element for which `test` returns true, or -1. */
  findIndex(test: (value: InferPlace<E>, index: number, vector: this) => unknown): number;
  /** Whether `test` returns true for some element. */
  some(test: (value: InferPlace<E>, index: number, vector: this) => unknown): boolean;
  /** Whether `test` returns true for every element. */
  every(test: (value: InferPlace<E>, index: number, vector: this) => unknown): boolean;
  /**
   * What `combine` makes of a copy of the first element and the next one, and of that and the next, to the last. Throws
   * `TypeError` when there is no element.
   */
  reduce(
    combine: (sum: InferElement<E>, value: InferPlace<E>, index: number, vector: this) => InferElement<E>,
  ): InferElement<E>;
  /** The same from `initial` and the first element on; `initial` when there is none. */
  reduce<T>(combine: (sum: T, value: InferPlace<E>, index: number, vector: this) => T, initial: T): T;
  /**
   * What `change` returns for every element, as an ordinary array. What it is given of structs are accessors: they show
   * what is there later on, `toObject()` copies.
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
   * points.pushMany([{ x: 3, y: 4 }, { x: 6, y: 8 }]);
   * assert.deepEqual(points.map(({ x, y }) => Math.hypot(x, y)), [5, 10]);
   * assert.equal(points.reduce((sum, { x }) => sum + x, 0), 9);
   * assert.deepEqual(points.filter(({ x }) => x > 3), [{ x: 6, y: 8 }]);
   *
   * // Into native memory, which is to be given back.
   * using lengths = points.map(({ x, y }) => Math.hypot(x, y), { element: f64, allocator: heap });
   * using far = points.filter(({ x }) => x > 3, { allocator: heap });
   * assert.deepEqual([lengths.subarray(), far.length], [Float64Array.of(5, 10), 1]);
   * ```
   */
  map<T>(change: (value: InferPlace<E>, index: number, vector: this) => T): T[];
  /** The same as a new vector of `element`, which is made like any other; nothing is left of it when something throws. */
  map<T extends AnyElement>(
    change: (value: InferPlace<E>, index: number, vector: this) => InferInput<T>,
    into: ContainerOptions & { readonly element: T },
  ): VectorOf<T>;
  /** Copies of the elements for which `test` returns true, as an ordinary array. */
  filter(test: (value: InferPlace<E>, index: number, vector: this) => unknown): InferElement<E>[];
  /** The same as a new vector, which is made like any other; nothing is left of it when something throws. */
  filter(
    test: (value: InferPlace<E>, index: number, vector: this) => unknown,
    into: ContainerOptions,
  ): VectorOf<E>;
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
  /**
   * The bytes of all elements over the memory of the vector: valid until the vector grows, shrinks to fit or ends.
   *
   * Throws `ClosedError` when the vector is closed.
   */
  asBytes(): Uint8Array<ArrayBuffer>;
}

/** The vector that `new Vector` makes of `E`. */
export type VectorOf<E extends AnyElement> = E extends AnyNumberElement ? NumberVector<E>
  : E extends AnyStruct ? StructVector<E>
  : Vector<E>;

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
   * Sorts in place by fields of numbers, booleans or texts, each of which decides among structs that are equal in those
   * before; much faster than with a function. Equal ones keep their order; NaN is larger than any number, and -0 less
   * than 0. Takes memory as {@linkcode SoaVector.sortBy} does.
   *
   * Throws `RangeError` when there is no such field, `TypeError` when it is none of these or none is given,
   * `ClosedError` when the vector is closed.
   */
  sortBy(by: SortBy<keyof FieldsOf<S> & string>, options?: SortOptions): this;
  /** The indexes in the order that {@linkcode StructVector.sortBy} would give them; nothing moves. Throws like it. */
  order(by: SortBy<keyof FieldsOf<S> & string>, options?: SortOptions): Uint32Array<ArrayBuffer>;
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
  /**
   * The vector of numbers that `toBytes` of another one wrote, over those bytes where they are, as those of a mapped file:
   * in constant time, and no element is looked at. What is changed is changed in the bytes; what does not fit any more
   * moves to `allocator`, or throws `TypeError` without one. The bytes are never freed; once others have, as `giveBack()`
   * does with a mapped file, the vector throws {@linkcode ClosedError}.
   *
   * Header, types and lengths are checked as by `fromBytes`, the checksum and the elements are not: what was damaged reads
   * as something else, or throws when it is read, as a name that an enumeration lacks does. Nothing beside the bytes is
   * ever read.
   *
   * Throws `FormatError` and `TypeError` like `fromBytes`; `RangeError` for bytes that do not begin at a multiple of 8 of
   * their buffer.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f64, Vector } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "samples" });
   * const samples = new Vector(f64, { allocator: heap });
   * samples.pushMany([1, 2, 3]);
   * const bytes = samples.toBytes();
   * const same = Vector.over(f64, bytes);
   * assert.deepEqual(same.toArray(), [1, 2, 3]);
   * assert.throws(() => same.push(4), TypeError);
   * assert.equal(Vector.over(f64, bytes, { allocator: heap }).push(4), 4);
   * ```
   */
  over<E extends AnyNumberElement>(element: E, bytes: Uint8Array, options?: OverOptions): NumberVector<E>;
  /** The vector of structs over bytes that `toBytes` of another one wrote. */
  over<S extends AnyStruct>(element: S, bytes: Uint8Array, options?: OverOptions): StructVector<S>;
  /** The vector of any other element over bytes that `toBytes` of another one wrote. */
  over<E extends AnyElement>(element: E, bytes: Uint8Array, options?: OverOptions): Vector<E>;
  /** What every vector inherits from. */
  readonly prototype: Vector<AnyElement>;
}

/** Gives a class of vectors the methods by which Array walks over its elements; `copyOf` copies one of them. */
function addWalks<V extends Vector<AnyElement>>(
  Class: new (options: ContainerOptions) => Vector<AnyElement>,
  copyOf: (vector: V, index: number) => unknown,
): void {
  const walks = specialise(defineWalks)({
    label: "Vector",
    refuseChange,
    requireFunction,
    copyOf,
    make: ({ element, ...options }) => new Vector(element, options),
    makeLike: ({ element }: V, options) => new Vector(element, options),
  });
  Object.defineProperties(Class.prototype, walks);
}

const numberClasses = new WeakMap<AnyElement, NumberVectorClass>();
const packedClasses = new WeakMap<AnyElement, PackedVectorClass>();

function numberClassOf(element: AnyNumberElement): NumberVectorClass {
  let Class = numberClasses.get(element);
  if (Class === undefined) {
    Class = specialise(defineNumberVector)({
      Base: VectorBase,
      PARTS,
      Storage,
      TAKE_OVER,
      Values: valuesClass(),
      element,
      format: new ElementFormat("Vector", element),
      keepsNumbers: typeStoredAsIs(element) === "number",
      boundAt,
      boundsAt,
      checkedCount,
      elementAt,
      lengthOf,
      listOf,
      liveBufferOf,
      plainView,
      refuseIndex,
      requireFunction,
    });
    addWalks(Class, (vector, index) => vector.get(index));
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
      PARTS,
      Storage,
      TAKE_OVER,
      Values: valuesClass(),
      accessError,
      boundAt,
      boundsAt,
      checkedCount,
      columnOf,
      createCursor,
      element: element as unknown as Element<unknown>,
      format: new ElementFormat("Vector", element),
      elementAt,
      listOf,
      open: isCompound(element) ? element.open.bind(element) : undefined,
      fieldOf,
      orderBy,
      orderOf,
      padded: paddingOf(element) > 0,
      partsWriterOf,
      permuteRows,
      refuseIndex,
      refuseNested,
      refuseSurplus,
      requireFunction,
      sortKeysOf,
      storeAgain,
    });
    addWalks(Class, (vector: Vector<AnyElement> & { readRow(index: number): unknown }, index) => vector.readRow(index));
    packedClasses.set(element, Class);
  }
  return Class;
}

function create(element: AnyElement, options: ContainerOptions): Vector<AnyElement> {
  const Class = element instanceof NumberElement ? numberClassOf(element) : packedClassOf(element);
  return new Class(options);
}

function over(make: Make, element: AnyElement, bytes: Uint8Array, options?: OverOptions): object {
  requireElement("a Vector", element);
  const reader = new ElementFormat("Vector", element).readInPlace(bytes);
  return laidOver(reader, options, (own) => make(element, own));
}

function fromBytes(make: Make, element: AnyElement, bytes: Uint8Array, options: ContainerOptions): object {
  requireElement("a Vector", element);
  return vectorFromBytes(element, bytes, options, make);
}

/** Makes {@linkcode Vector}s of any element. */
export const Vector: VectorConstructor = publicClass("Vector", VectorBase, create, { fromBytes, over });
