import { laidOver } from "../bytes/laid_over.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import type { OverOptions } from "../core/borrowed_bytes.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase } from "../core/container_base.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { refuseChange, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import type { ContainerOptions } from "../core/storage.ts";
import type { AnyElement, InferInput } from "../elements/element.ts";
import type { AnyNumberElement, ColumnView } from "../elements/number_element.ts";
import type { Fields } from "../struct/layout.ts";
import type { AnyStruct, FieldsOf } from "../struct/struct.ts";
import type {
  FieldElement,
  ObjectIn,
  PlaceIn,
  ReadonlyNames,
  StructInput,
  StructObject,
  StructPatch,
} from "../struct/struct_types.ts";
import { type SoaClass, soaClassOf } from "./_soa_class.ts";
import { defineWalks } from "./_walks.ts";
import type { Column } from "./column.ts";
import type { Cursor } from "./cursor.ts";
import type { SortBy, SortOptions } from "./sort_key.ts";
import { Vector, type VectorOf } from "./vector.ts";

/** The columns of a {@linkcode SoaVector}: elements of any kind, some of which may be `readonly`. */
export type Columns = Fields;

/** A row as a plain object. */
export type RowObject<F extends Columns> = StructObject<F>;

/** What a row can be filled from. */
export type RowInput<F extends Columns> = StructInput<F>;

/** What every row can do. */
export interface RowMethods<F extends Columns> {
  /** A copy of all columns as a plain object. */
  toObject(): RowObject<F>;
  /** The same for `JSON.stringify`, with what references lead to. */
  toJSON(): RowObject<F>;
  /**
   * Stores some columns; all but the readonly ones of another row.
   *
   * Throws `TypeError` for one that is unknown or readonly; columns before it are stored then.
   */
  assign(values: StructPatch<F>): Row<F>;
}

/**
 * A row inside of memory: its properties read and write the columns. Structs, arrays, unions and bits in it are
 * accessors, as inside of a struct.
 */
export type Row<F extends Columns> =
  & { [K in Exclude<keyof F, ReadonlyNames<F>>]: PlaceIn<FieldElement<F[K]>, F> }
  & { readonly [K in ReadonlyNames<F>]: PlaceIn<FieldElement<F[K]>, F> }
  & RowMethods<F>;

/** A column of a {@linkcode SoaVector}: a typed array of numbers, a {@linkcode Column} of anything else. */
export type ColumnOf<F extends Columns, K extends keyof F> = FieldElement<F[K]> extends AnyNumberElement
  ? ColumnView<FieldElement<F[K]>>
  : Column<ObjectIn<FieldElement<F[K]>, F>>;

/**
 * A growing list of rows with a block of memory for each column, a "struct of arrays": a pass over one column reads no
 * byte of the others. Columns hold elements of any kind, those of a record or of a struct; one of numbers is an
 * ordinary typed array.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `get`, `at`, `column`, a step of a cursor or iteration | constant | constant |
 * | `push` | columns | n × columns, when they grow |
 * | `pushMany` of k rows | k × columns | (n + k) × columns, when they grow |
 * | `set`, `pop`, `swapRemove`, `swapDelete` | columns | columns |
 * | `insert`, `removeAt`, `deleteAt` | rows behind it × columns | n × columns |
 * | `sortBy` | n × columns for numbers, with n log n for texts, which are as often compared as they differ | n log n + n × columns |
 * | `sort` | n log n + n × columns | n log n + n × columns |
 * | `find`, `findIndex`, `some`, `every`, `reduce`, `map`, `forEach` | rows that are looked at | n |
 * | `filter` | n + found rows × columns | n × columns |
 * | `toArray`, `reserve`, `shrinkToFit`, `toBytes`, `fromBytes`, a longer `length` | n × columns | n × columns |
 * | `over` | columns | columns |
 * | `clear`, a shorter `length` | constant | constant |
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SoaVector, text, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "trades" });
 * const trades = new SoaVector({ price: f64, amount: u32, market: text(4) }, { allocator: heap });
 * trades.push({ price: 10.5, amount: 3, market: "XETR" });
 * trades.push({ price: 11, amount: 1, market: "XPAR" });
 * assert.equal(trades.column("amount").reduce((sum, amount) => sum + amount), 4);
 * trades.sortBy("amount");
 * assert.equal(trades.get(0).price, 11);
 * assert.deepEqual([...trades.column("market")], ["XPAR", "XETR"]);
 * ```
 */
export interface SoaVector<F extends Columns> extends Container, Iterable<Row<F>> {
  /** What each column holds. */
  readonly columns: F;
  /**
   * Number of rows. Setting it drops rows at the end, or adds zeros there.
   *
   * Throws like {@linkcode Container.reserve}.
   */
  length: number;

  /**
   * Appends a row and returns the new length.
   *
   * Throws `TypeError` when a column is missing, and like {@linkcode Container.reserve}; then nothing has changed.
   */
  push(row: RowInput<F> | Row<F>): number;
  /**
   * Appends every one of `rows` and returns the new length; in one copy for each column when they are a vector of the
   * same columns.
   *
   * An iterable is read to its end before the first value is added, so it may be the vector itself. Throws `TypeError`
   * for what has no values, `RangeError` for a length that no list has, and like {@linkcode SoaVector.push}.
   */
  pushMany(rows: Iterable<RowInput<F> | Row<F>> | ArrayLike<RowInput<F> | Row<F>>): number;
  /** Removes the last row and returns it; `undefined` when there is none. Throws `ClosedError` when it is closed. */
  pop(): RowObject<F> | undefined;
  /** The row at `index`. Throws `RangeError` when there is none, `ClosedError` when the vector is closed. */
  get(index: number): Row<F>;
  /** Replaces the row at `index`. Throws like {@linkcode SoaVector.get} and {@linkcode SoaVector.push}. */
  set(index: number, row: RowInput<F> | Row<F>): void;
  /** The row at `index`, counted from the end when it is negative; `undefined` when there is none. */
  at(index: number): Row<F> | undefined;
  /**
   * Puts a row at `index`, where those from there on move up by one.
   *
   * Throws `RangeError` for an index above the length, and like {@linkcode SoaVector.push}.
   */
  insert(index: number, row: RowInput<F> | Row<F>): void;
  /** Removes the row at `index` and returns it; those behind it move down. Throws like {@linkcode SoaVector.get}. */
  removeAt(index: number): RowObject<F>;
  /** Removes the row at `index` and returns it; the last one takes its place. Throws like {@linkcode SoaVector.get}. */
  swapRemove(index: number): RowObject<F>;
  /** As {@linkcode SoaVector.removeAt}, and returns nothing: no object is made. Throws like that. */
  deleteAt(index: number): void;
  /** As {@linkcode SoaVector.swapRemove}, and returns nothing: no object is made. Throws like that. */
  swapDelete(index: number): void;
  /** Removes every row; the memory stays for new ones. */
  clear(): void;
  /**
   * One column. That of a number element, such as `f64`, `bool` or an enumeration, is a typed array over its memory:
   * valid until the vector grows, shrinks to fit or ends. Any other gives and takes values, and follows the vector.
   *
   * Throws `RangeError` when there is none of that name, `ClosedError` when the vector is closed.
   */
  column<K extends keyof F & string>(name: K): ColumnOf<F, K>;
  /** A cursor over the rows from `start` to before `end`, or to the last: one accessor that is moved. */
  cursor(start?: number, end?: number): Cursor<Row<F>>;
  /**
   * Sorts by columns of numbers, booleans or texts, each of which decides among rows that are equal in those before.
   * Equal rows keep their order; NaN is larger than any number, whatever its bits are, and -0 is less than 0. Texts are
   * compared as `<` does.
   *
   * Takes time with the rows and 8 bytes for each besides, on the heap of JavaScript; 8 more for each column of what is
   * not stored as it is: booleans, enumerations, `f16`, `asNumber`, and 4 with the different texts for one of texts.
   *
   * Throws `TypeError` when a column is none of these or there are none, and like {@linkcode SoaVector.column}.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { f32, SoaVector, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   *
   * using heap = new Heap({ name: "readings" });
   * const rows = new SoaVector({ station: u32, time: u32, value: f32 }, { allocator: heap });
   * rows.pushMany([[2, 5], [1, 3], [2, 8]].map(([station, time]) => ({ station: station!, time: time!, value: 0 })));
   * rows.sortBy(["station", { by: "time", descending: true }]);
   * assert.deepEqual(rows.column("time"), Uint32Array.of(3, 8, 5));
   * assert.deepEqual(rows.order("time"), Uint32Array.of(0, 2, 1)); // rows stay where they are
   * ```
   */
  sortBy(by: SortBy<keyof F & string>, options?: SortOptions): this;
  /**
   * The indexes of the rows in the order that {@linkcode SoaVector.sortBy} would give them; they stay where they are.
   * Takes as much time and memory, and throws like it.
   */
  order(by: SortBy<keyof F & string>, options?: SortOptions): Uint32Array<ArrayBuffer>;
  /** Sorts by a function of two rows. Equal rows keep their order. Throws `ClosedError` when it is closed. */
  sort(compare: (a: Row<F>, b: Row<F>) => number): this;
  /**
   * The first row for which `test` returns true; `undefined` when there is none.
   *
   * Throws `TypeError` for what is no function, `Error` when `test` changes the length, `ClosedError` when the vector is
   * closed: so do all methods here that take a function, but for `forEach`.
   */
  find(test: (row: Row<F>, index: number, vector: this) => unknown): Row<F> | undefined;
  /** The index of the first row for which `test` returns true, or -1. */
  findIndex(test: (row: Row<F>, index: number, vector: this) => unknown): number;
  /** Whether `test` returns true for some row. */
  some(test: (row: Row<F>, index: number, vector: this) => unknown): boolean;
  /** Whether `test` returns true for every row. */
  every(test: (row: Row<F>, index: number, vector: this) => unknown): boolean;
  /**
   * What `combine` makes of a copy of the first row and the next one, and of that and the next, to the last. Throws
   * `TypeError` when there is no row.
   */
  reduce(
    combine: (sum: RowObject<F>, row: Row<F>, index: number, vector: this) => RowObject<F>,
  ): RowObject<F>;
  /** The same from `initial` and the first row on; `initial` when there is none. */
  reduce<T>(combine: (sum: T, row: Row<F>, index: number, vector: this) => T, initial: T): T;
  /** What `change` returns for every row, as an ordinary array; `toObject()` of a row copies it. */
  map<T>(change: (row: Row<F>, index: number, vector: this) => T): T[];
  /** The same as a new {@linkcode Vector} of `element`, which is made like any other; nothing is left of it when something throws. */
  map<T extends AnyElement>(
    change: (row: Row<F>, index: number, vector: this) => InferInput<T>,
    into: ContainerOptions & { readonly element: T },
  ): VectorOf<T>;
  /** Copies of the rows for which `test` returns true, as an ordinary array. */
  filter(test: (row: Row<F>, index: number, vector: this) => unknown): RowObject<F>[];
  /** The same as a new vector of the same columns, which is made like any other; nothing is left of it when something throws. */
  filter(
    test: (row: Row<F>, index: number, vector: this) => unknown,
    into: ContainerOptions,
  ): SoaVector<F>;
  /** Calls `visit` with every row and its index. */
  forEach(visit: (row: Row<F>, index: number, vector: this) => void): void;
  /** The pairs of index and row. */
  entries(): IterableIterator<[number, Row<F>]>;
  /** The indexes. */
  keys(): IterableIterator<number>;
  /** The rows. */
  values(): IterableIterator<Row<F>>;
  /** The rows from `start` to before `end` as plain objects. */
  toArray(start?: number, end?: number): RowObject<F>[];
}

/** Makes {@linkcode SoaVector}s. */
export interface SoaVectorConstructor {
  /**
   * Makes an empty vector whose columns are the fields of a struct. It takes no memory yet.
   *
   * Throws `TypeError` without columns, for a column that is not an element and without an allocator, `ClosedError`
   * when the allocator is closed.
   */
  new <S extends AnyStruct>(struct: S, options: ContainerOptions): SoaVector<FieldsOf<S>>;
  /** Makes an empty vector whose columns are the elements of a record. */
  new <const F extends Columns>(columns: F, options: ContainerOptions): SoaVector<F>;
  /**
   * The vector that `toBytes` of another one with the same columns in the same order wrote, made like a new one.
   *
   * Throws like `fromBytes` of `Vector`.
   */
  fromBytes<S extends AnyStruct>(struct: S, bytes: Uint8Array, options: ContainerOptions): SoaVector<FieldsOf<S>>;
  /** The vector with the columns of a record that `toBytes` of another one wrote. */
  fromBytes<const F extends Columns>(columns: F, bytes: Uint8Array, options: ContainerOptions): SoaVector<F>;
  /**
   * The vector that `toBytes` of another one with the same columns in the same order wrote, over those bytes where they
   * are, as those of a mapped file: in a time that grows with the columns alone.
   *
   * It is used, and throws, like `over` of `Vector`.
   *
   * @example
   * ```ts
   * import { Heap } from "@mimalloc/ffi";
   * import { mapFile } from "@mimalloc/ffi/native";
   * import { f64, SoaVector, u32 } from "@mimalloc/ffi/stl";
   * import assert from "node:assert/strict";
   * import { rmSync, writeFileSync } from "node:fs";
   * import { tmpdir } from "node:os";
   * import { join } from "node:path";
   *
   * using heap = new Heap({ name: "trades" });
   * const columns = { price: f64, amount: u32 };
   * const trades = new SoaVector(columns, { allocator: heap });
   * trades.push({ price: 10.5, amount: 3 });
   * const path = join(tmpdir(), "mimalloc-ffi-trades.bin");
   * writeFileSync(path, trades.toBytes());
   *
   * using file = mapFile(path);
   * const same = SoaVector.over(columns, file);
   * assert.equal(same.get(0).price, 10.5);
   * rmSync(path);
   * ```
   */
  over<S extends AnyStruct>(struct: S, bytes: Uint8Array, options?: OverOptions): SoaVector<FieldsOf<S>>;
  /** The vector with the columns of a record over bytes that `toBytes` of another one wrote. */
  over<const F extends Columns>(columns: F, bytes: Uint8Array, options?: OverOptions): SoaVector<F>;
  /** What every vector inherits from. */
  readonly prototype: SoaVector<Columns>;
}

abstract class SoaVectorBase extends ContainerBase {}

const classes = new WeakMap<object, SoaClass>();

function classOf(given: Columns | AnyStruct): SoaClass {
  let own = classes.get(given);
  if (own !== undefined) return own;
  own = soaClassOf(given, "SoaVector", SoaVectorBase);
  const walks = specialise(defineWalks)({
    label: "SoaVector",
    refuseChange,
    requireFunction,
    copyOf: (vector: SoaVector<Columns>, index) => vector.get(index).toObject(),
    make: ({ element, ...options }) => new Vector(element, options),
    makeLike: (_: SoaVector<Columns>, options) => new SoaVector(given as Columns, options),
  });
  Object.defineProperties(own.Class.prototype, walks);
  classes.set(given, own);
  return own;
}

function create(columns: Columns | AnyStruct, options: ContainerOptions): SoaVector<Columns> {
  return new (classOf(columns).Class)(options);
}

function fromBytes(make: Make, columns: Columns | AnyStruct, bytes: Uint8Array, options: ContainerOptions): object {
  const reader = classOf(columns).format.read(bytes);
  return restored(reader, options, (own) => make(columns, own), filledFrom(reader));
}

function over(make: Make, columns: Columns | AnyStruct, bytes: Uint8Array, options?: OverOptions): object {
  return laidOver(classOf(columns).format.readInPlace(bytes), options, (own) => make(columns, own));
}

/** Makes {@linkcode SoaVector}s. */
export const SoaVector: SoaVectorConstructor = publicClass("SoaVector", SoaVectorBase, create, { fromBytes, over });
