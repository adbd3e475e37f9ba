import type { Allocator, AnyView } from "../../heaps/allocator.ts";
import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import { BorrowedBytes } from "../../stl/core/borrowed_bytes.ts";
import { type Movable, TAKE_OVER } from "../../stl/core/parts.ts";
import { isElement } from "../../stl/elements/check.ts";
import { SoaVector } from "../../stl/vector/soa_vector.ts";
import { type DataTable, makeTexts, tableOf } from "../table/data_table.ts";
import { type ReadColumns, rowColumnsOf, type SourceColumns } from "../table/source_columns.ts";
import { ColumnReader, type ColumnTarget } from "./_column_reader.ts";
import type { ArrowTable, ArrowVector } from "./arrow_module.ts";

/** Where {@linkcode fromArrow} takes memory from. */
export interface FromArrowOptions {
  /** The heap, scope or other allocator of texts, of columns that have to be copied, and of rows that are added. */
  readonly allocator: Allocator;
}

const ACTION = "take a table of Arrow";

/**
 * The columns of a table of apache-arrow as a table of rows. A column of numbers whose type is that of its element, which
 * has no null and lies in one piece, is the memory of Arrow itself; so are the numbers of a dictionary, when its texts
 * differ from each other. Everything else is copied: booleans, texts, columns with nulls (which mean what
 * {@linkcode emptyAs} says, NaN in columns of numbers with decimals) and those in several batches. Columns that are not
 * asked for are left out.
 *
 * What is not copied is shared: changes of rows change the table of Arrow. Rows that are added go to the allocator, with
 * all columns that move then.
 *
 * Throws `TypeError` when a column is not there or holds something else, for nulls where there must be none, and for
 * arguments; `RangeError` for numbers that a dictionary does not have; what the allocator throws. Nothing is left then.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, u32 } from "@mimalloc/ffi/stl";
 * import { dictionary } from "@mimalloc/ffi/tables";
 * import { fromArrow } from "@mimalloc/ffi/tables/arrow";
 * import assert from "node:assert/strict";
 * import * as arrow from "apache-arrow";
 *
 * using heap = new Heap({ name: "readings" });
 * const table = arrow.tableFromArrays({ station: ["Berlin", "Lima", "Berlin"], value: Float64Array.of(4.5, 21, 6) });
 * using readings = fromArrow(table, { station: dictionary(u32), value: f64 }, { allocator: heap });
 * assert.deepEqual(readings.get(2), { station: "Berlin", value: 6 });
 * assert.equal(readings.rows.column("value").buffer, table.getChild("value")?.data[0]?.values.buffer);
 * ```
 */
export function fromArrow<const C extends SourceColumns>(
  table: ArrowTable,
  columns: C,
  options: FromArrowOptions,
): DataTable<ReadColumns<C>> {
  const { allocator } = requireObject(options, ACTION);
  if (typeof table?.getChild !== "function") refuseArgument(table, ACTION, "a table of apache-arrow");
  requireObject(columns, ACTION, "an object with columns");
  const own = rowColumnsOf(columns);
  const vectors = Object.keys(columns).map((name) => vectorOf(table, name, own[name]));
  const borrowed = new Set<ArrayBuffer>();
  const rows = new SoaVector(own, { allocator: new BorrowedBytes(borrowed, allocator) });
  const texts = makeTexts(own, { allocator });
  const made = tableOf({ rows, texts });
  const views: (AnyView | undefined)[] = [];
  try {
    for (const [place, [name, column]] of Object.entries(columns).entries()) {
      const target: ColumnTarget = { name, column, allocator, texts };
      const { view, isBorrowed } = new ColumnReader(vectors[place]!, target).read();
      views.push(view);
      if (isBorrowed) borrowed.add(view!.buffer);
    }
    (rows as unknown as Movable)[TAKE_OVER]({ numbers: [table.numRows], views });
    return made as unknown as DataTable<ReadColumns<C>>;
  } catch (error) {
    for (const view of views) {
      if (view !== undefined && !borrowed.has(view.buffer) && !allocator.closed) allocator.free(view);
    }
    made.dispose();
    throw error;
  }
}

function vectorOf(table: ArrowTable, name: string, element: unknown): ArrowVector {
  if (!isElement(element)) {
    throw new TypeError(`Cannot ${ACTION}: expected column ${name} to be an element like u32, got ${shown(element)}`);
  }
  const vector = table.getChild(name) as ArrowVector | null;
  if (vector !== null && vector !== undefined) return vector;
  const names = table.schema.fields.slice(0, 20).map((field) => JSON.stringify(field.name));
  throw new TypeError(`Cannot ${ACTION}: there is no column ${JSON.stringify(name)} among ${names.join(", ")}`);
}
