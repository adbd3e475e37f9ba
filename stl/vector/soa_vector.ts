import { bytesOf } from "../bytes/element_format.ts";
import { filledFrom, restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase } from "../core/container_base.ts";
import { boundAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import { type Make, publicClass } from "../core/public_class.ts";
import { refuseNested, requireFunction } from "../core/refuse.ts";
import { specialise } from "../core/specialise.ts";
import { listOf } from "../core/sources.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";
import { valuesClass } from "../core/values.ts";
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
import { permuteRows } from "./_permute.ts";
import {
  checkColumns,
  columnsOf,
  fillPlace,
  insertLast,
  memoriesOf,
  packedColumn,
  plansOf,
  removeRow,
  scratchColumns,
} from "./_soa_columns.ts";
import { SoaFormat } from "./_soa_format.ts";
import { INDEX, rowCode } from "./_soa_rows.ts";
import { defineSoaVector, type SoaVectorClass } from "./_soa_vector.ts";
import { orderOf } from "./_sort_keys.ts";
import type { Column } from "./column.ts";
import { createCursor, type Cursor } from "./cursor.ts";
import type { SortOptions } from "./vector.ts";

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
 * | `set`, `pop`, `swapRemove` | columns | columns |
 * | `insert`, `removeAt` | rows behind it × columns | n × columns |
 * | `sortBy` | n × columns for numbers, with n log n for texts | n log n + n × columns |
 * | `sort` | n log n + n × columns | n log n + n × columns |
 * | `toArray`, `reserve`, `shrinkToFit`, `toBytes`, `fromBytes`, a longer `length` | n × columns | n × columns |
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
   * Sorts by a column of numbers, booleans or texts. Equal rows keep their order, NaN is larger than any number.
   *
   * Throws `TypeError` when it is none of these, and like {@linkcode SoaVector.column}.
   */
  sortBy(name: keyof F & string, options?: SortOptions): this;
  /** Sorts by a function of two rows. Equal rows keep their order. Throws `ClosedError` when it is closed. */
  sort(compare: (a: Row<F>, b: Row<F>) => number): this;
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
  /** What every vector inherits from. */
  readonly prototype: SoaVector<Columns>;
}

abstract class SoaVectorBase extends ContainerBase {}

/** What is made once for each set of columns. */
interface Made {
  readonly Class: SoaVectorClass;
  readonly format: SoaFormat;
}

const made = new WeakMap<object, Made>();

function madeFor(given: Columns | AnyStruct): Made {
  const known = made.get(given);
  if (known !== undefined) return known;
  const columns = columnsOf(given);
  checkColumns(columns);
  const plans = plansOf(columns);
  const format = new SoaFormat(plans);
  const Class = specialise(defineSoaVector)({
    ...rowCode(plans),
    Base: SoaVectorBase,
    Storage,
    Values: valuesClass(),
    boundAt,
    bytesOf,
    checkedCount,
    columns,
    createCursor,
    elementAt,
    fillPlace,
    format,
    insertLast,
    listOf,
    memoriesOf,
    movement: { key: INDEX, step: 1 },
    orderOf,
    packedColumn,
    permuteRows,
    plans,
    refuseIndex,
    refuseNested,
    removeRow,
    requireFunction,
    scratchColumns,
  });
  const own = { Class, format };
  made.set(given, own);
  return own;
}

function create(columns: Columns | AnyStruct, options: ContainerOptions): SoaVector<Columns> {
  return new (madeFor(columns).Class)(options);
}

function fromBytes(make: Make, columns: Columns | AnyStruct, bytes: Uint8Array, options: ContainerOptions): object {
  const reader = madeFor(columns).format.read(bytes);
  return restored(options, (own) => make(columns, own), filledFrom(reader));
}

/** Makes {@linkcode SoaVector}s. */
export const SoaVector: SoaVectorConstructor = publicClass("SoaVector", SoaVectorBase, create, { fromBytes });
