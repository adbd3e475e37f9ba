/**
 * Tables: rows in columns of native memory with the texts of their dictionaries, read from CSV.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, u16 } from "@mimalloc/ffi/stl";
 * import { dictionary, readCsv } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "orders" });
 * const file = new TextEncoder().encode("country,total\nPE,12.5\nDE,40\nPE,7.5\n");
 * using orders = await readCsv(file, { country: dictionary(u16), total: f64 }, { allocator: heap });
 * assert.equal(orders.rows.column("total").reduce((sum, total) => sum + total), 60);
 * ```
 *
 * @module
 */
export * from "./csv/csv_error.ts";
export * from "./csv/read_csv.ts";
export * from "./groups/aggregate.ts";
export * from "./groups/group_by.ts";
export { DataTable, type DataTableOptions, type DictionaryNames, type TableRow } from "./table/data_table.ts";
export * from "./table/dictionary.ts";
export * from "./table/empty_as.ts";
export { type ReadColumns, type SourceColumns } from "./table/source_columns.ts";
export * from "./table/timestamp.ts";
