import { createSoaVector, SoaBase, soaVectorFromBytes } from "./_soa_vector.ts";
import type { ContainerOptions } from "./_storage.ts";
import type { Container } from "./container.ts";
import type { Cursor } from "./cursor.ts";
import type { InferElement, InferInput } from "./element.ts";
import type { AnyNumberElement, ColumnView } from "./number_element.ts";
import type { SortOptions } from "./vector.ts";

/** The columns of a {@linkcode SoaVector}: numbers, bigints, booleans or enumerations by name. */
export type Columns = Readonly<Record<string, AnyNumberElement>>;

/** A row as a plain object. */
export type RowObject<F extends Columns> = { -readonly [K in keyof F]: InferElement<F[K]> };

/** What a row can be filled from. */
export type RowInput<F extends Columns> = { readonly [K in keyof F]: InferInput<F[K]> };

/** A row inside of memory: its properties read and write the columns. */
export type Row<F extends Columns> = RowObject<F> & {
  /** A copy of all columns as a plain object. */
  toObject(): RowObject<F>;
  /** Stores some columns. Throws `TypeError` for one that is unknown. */
  assign(values: Partial<RowInput<F>>): Row<F>;
};

/**
 * A growing list of rows with a block of memory for each column, a "struct of
 * arrays": a pass over one column reads no byte of the others, and the column is an ordinary
 * typed array.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, SoaVector, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "trades" });
 * const trades = new SoaVector({ price: f64, amount: u32 }, { allocator: heap });
 * trades.push({ price: 10.5, amount: 3 });
 * trades.push({ price: 11, amount: 1 });
 * assert.equal(trades.column("amount").reduce((sum, amount) => sum + amount), 4);
 * trades.sortBy("amount");
 * assert.equal(trades.get(0).price, 11);
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
  /** Appends every one of `rows` and returns the new length. Throws like {@linkcode SoaVector.push}. */
  pushMany(rows: Iterable<RowInput<F>>): number;
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
   * One column as a typed array over its memory: valid until the vector grows, shrinks to fit or ends.
   *
   * Throws `RangeError` when there is none of that name, `ClosedError` when the vector is closed.
   */
  column<K extends keyof F & string>(name: K): ColumnView<F[K]>;
  /** A cursor over the rows from `start` to before `end`, or to the last: one accessor that is moved. */
  cursor(start?: number, end?: number): Cursor<Row<F>>;
  /**
   * Sorts by a column. Equal rows keep their order, NaN is larger than any number.
   *
   * Throws like {@linkcode SoaVector.column}.
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
   * Makes an empty vector, which takes no memory yet.
   *
   * Throws `TypeError` without columns, for a column that is no number element and without an allocator,
   * `ClosedError` when the allocator is closed.
   */
  new <const F extends Columns>(columns: F, options: ContainerOptions): SoaVector<F>;
  /**
   * The vector that `toBytes` of another one with the same columns in the same order wrote, made like a new one.
   *
   * Throws like `fromBytes` of `Vector`.
   */
  fromBytes<const F extends Columns>(columns: F, bytes: Uint8Array, options: ContainerOptions): SoaVector<F>;
  /** What every vector inherits from. */
  readonly prototype: SoaVector<Columns>;
}

/** Makes {@linkcode SoaVector}s. */
export const SoaVector: SoaVectorConstructor = class SoaVector {
  constructor(columns: Columns, options: ContainerOptions) {
    return createSoaVector(columns, options) as unknown as SoaVector;
  }

  static fromBytes(columns: Columns, bytes: Uint8Array, options: ContainerOptions): unknown {
    return soaVectorFromBytes(columns, bytes, options);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof SoaBase;
  }
} as unknown as SoaVectorConstructor;
