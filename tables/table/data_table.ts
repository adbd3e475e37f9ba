import type { Allocator } from "../../heaps/allocator.ts";
import { requireObject, shown } from "../../heaps/argument.ts";
import type { InferElement } from "../../stl/elements/element.ts";
import { StringTable } from "../../stl/text/string_table.ts";
import type { FieldElement } from "../../stl/struct/struct_types.ts";
import { type Columns, type RowInput, type RowObject, SoaVector } from "../../stl/vector/soa_vector.ts";
import { Dictionary } from "./dictionary.ts";

/** The names of the columns that are dictionaries. */
export type DictionaryNames<F extends Columns> = {
  [K in keyof F]: F[K] extends Dictionary ? K : never;
}[keyof F];

/** A row with its texts, as a plain object. */
export type TableRow<F extends Columns> = {
  -readonly [K in keyof F]: F[K] extends Dictionary ? string : InferElement<FieldElement<F[K]>>;
};

/** What the rows of a table come from. */
export interface DataTableOptions {
  /** The heap, scope or other allocator that rows and texts take their memory from. */
  readonly allocator: Allocator;
}

/** What a table is made of when it is there already. */
export interface TableParts<F extends Columns> {
  /** Its rows. */
  readonly rows: SoaVector<F>;
  /** The texts of each dictionary. */
  readonly texts: ReadonlyMap<Dictionary, StringTable>;
}

/** Makes a table of rows and texts that it owns from then on. */
export let tableOf: <F extends Columns>(parts: TableParts<F>) => DataTable<F>;

/** Parts that only this file and {@linkcode tableOf} can give a constructor. */
class Given {
  readonly parts: TableParts<Columns>;

  constructor(parts: TableParts<Columns>) {
    this.parts = parts;
  }
}

/** The tables of the texts of all dictionaries among `columns`. */
export function makeTexts(columns: Columns, options: DataTableOptions): Map<Dictionary, StringTable> {
  const texts = new Map<Dictionary, StringTable>();
  try {
    for (const column of Object.values(columns)) {
      if (column instanceof Dictionary && !texts.has(column)) texts.set(column, new StringTable(options));
    }
  } catch (error) {
    for (const table of texts.values()) table.dispose();
    throw error;
  }
  return texts;
}

/**
 * Rows in columns with the texts of their dictionaries: what `readCsv` returns, what Arrow tables are made of and what
 * `groupBy` groups. `rows` and `dictionaries` are its memory, to work with at full speed; `push`, `get` and `toArray`
 * have the texts instead of their numbers.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f32, u16 } from "@mimalloc/ffi/stl";
 * import { DataTable, dictionary } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "readings" });
 * using readings = new DataTable({ station: dictionary(u16), value: f32 }, { allocator: heap });
 * readings.push({ station: "Berlin", value: 4.5 });
 * readings.push({ station: "Lima", value: 21 });
 * readings.push({ station: "Berlin", value: 6 });
 * assert.deepEqual(readings.get(2), { station: "Berlin", value: 6 });
 * const berlin = readings.dictionaries.station.handleOf("Berlin");
 * assert.equal(readings.rows.column("station").filter((station) => station === berlin).length, 2);
 * ```
 */
export class DataTable<const F extends Columns> implements Disposable {
  /** The rows; a column of texts has their numbers. */
  readonly rows: SoaVector<F>;
  /** The texts of each column that is a dictionary. */
  readonly dictionaries: { readonly [K in DictionaryNames<F>]: StringTable };
  readonly #texts: ReadonlyMap<Dictionary, StringTable>;

  static {
    tableOf = <F extends Columns>(parts: TableParts<F>): DataTable<F> =>
      new DataTable(new Given(parts as unknown as TableParts<Columns>) as unknown as F, undefined as never);
  }

  /** Makes an empty table, which takes no memory yet. Throws like the constructors of `SoaVector` and `StringTable`. */
  constructor(columns: F, options: DataTableOptions) {
    const { rows, texts } = columns instanceof Given ? columns.parts : makeParts(columns, options);
    this.rows = rows as unknown as SoaVector<F>;
    this.#texts = texts;
    const pairs = Object.entries(rows.columns).filter(([, column]) => column instanceof Dictionary);
    this.dictionaries = Object.fromEntries(
      pairs.map(([name, column]) => [name, texts.get(column as Dictionary)!]),
    ) as DataTable<F>["dictionaries"];
  }

  /** Number of rows. */
  get length(): number {
    return this.rows.length;
  }

  /** Whether its memory is gone. */
  get closed(): boolean {
    return this.rows.closed;
  }

  /**
   * Appends a row, with texts where columns are dictionaries, and returns the new length.
   *
   * Throws `RangeError` when a dictionary has no more numbers, and like `push` of `SoaVector` and `intern` of
   * `StringTable`; then no row was added.
   */
  push(row: { readonly [K in keyof F]: F[K] extends Dictionary ? string : RowInput<F>[K] }): number {
    const stored: Record<string, unknown> = { ...requireObject(row, "push a row", "an object with all columns") };
    for (const [name, texts] of Object.entries<StringTable>(this.dictionaries)) {
      stored[name] = internIn(texts, this.rows.columns[name] as unknown as Dictionary, stored[name], name);
    }
    return this.rows.push(stored as RowInput<F>);
  }

  /** The row at `index` as a plain object with its texts. Throws like `get` of `SoaVector`. */
  get(index: number): TableRow<F> {
    return this.#withTexts(this.rows.get(index).toObject());
  }

  /** The rows from `start` to before `end` as plain objects with their texts. Throws like `toArray` of `SoaVector`. */
  toArray(start?: number, end?: number): TableRow<F>[] {
    return this.rows.toArray(start, end).map((row) => this.#withTexts(row));
  }

  /** The same for `JSON.stringify`. */
  toJSON(): TableRow<F>[] {
    return this.toArray();
  }

  #withTexts(row: RowObject<F>): TableRow<F> {
    const given: Record<string, unknown> = row;
    for (const [name, texts] of Object.entries<StringTable>(this.dictionaries)) {
      given[name] = texts.get(given[name] as number);
    }
    return given as TableRow<F>;
  }

  /** Gives back the memory of rows and texts. The second call does nothing. */
  dispose(): void {
    this.rows.dispose();
    for (const texts of this.#texts.values()) texts.dispose();
  }

  /** The same as `dispose()`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function makeParts(columns: Columns, options: DataTableOptions): TableParts<Columns> {
  const rows = new SoaVector(columns, options);
  return { rows, texts: makeTexts(columns, options) };
}

/** The number of `text` in a dictionary, which throws `RangeError` when it has no more. */
function internIn(texts: StringTable, { mostTexts, name }: Dictionary, text: unknown, column: string): number {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot push a row: expected ${column} to be a text, got ${shown(text)}`);
  }
  const known = texts.handleOf(text);
  if (known !== undefined) return known;
  if (texts.size < mostTexts) return texts.intern(text);
  throw new RangeError(
    `Cannot push a row: ${column} has ${mostTexts} different texts already, which ${name} tells apart`,
  );
}
