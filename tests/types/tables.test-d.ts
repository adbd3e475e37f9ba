import * as arrow from "apache-arrow";
import { expectError, expectType } from "tsd";
import type { Heap } from "@mimalloc/ffi";
import { f64, i32, i64, SoaVector, type StringTable, text, u32 } from "@mimalloc/ffi/stl";
import {
  count,
  CsvError,
  DataTable,
  dictionary,
  emptyAs,
  groupBy,
  max,
  mean,
  min,
  readCsv,
  sum,
  timestamp,
} from "@mimalloc/ffi/tables";
import { fromArrow, toArrow } from "@mimalloc/ffi/tables/arrow";

declare const allocator: Heap;
declare const bytes: Uint8Array;
declare const stream: ReadableStream<Uint8Array>;
const options = { allocator };
const columns = { station: dictionary(u32), time: timestamp, value: f64, name: text(8), id: i64 };

// Columns of a file are those of the table, and dictionaries are texts.
const table = await readCsv(bytes, columns, options);
expectType<{ station: string; time: number; value: number; name: string; id: bigint }>(table.get(0));
expectType<Float64Array<ArrayBuffer>>(table.rows.column("value"));
expectType<Uint32Array<ArrayBuffer>>(table.rows.column("station"));
expectType<BigInt64Array<ArrayBuffer>>(table.rows.column("id"));
expectType<StringTable>(table.dictionaries.station);
expectError(table.dictionaries.value);
expectError(table.rows.column("nothing"));
table[Symbol.dispose]();
await readCsv(stream, { value: emptyAs(i32, -1) }, { allocator, separator: ";", header: false, limit: 5, rowLimit: 9 });
await readCsv(new Response(""), { value: f64 }, {
  allocator,
  onProgress: ({ bytes, rows }) => expectType<[number, number]>([bytes, rows]),
});
expectType<Float64Array<ArrayBuffer>>((await readCsv(bytes, { value: emptyAs(f64, 0) }, options)).rows.column("value"));
expectType<number>(new CsvError("", { line: 1, column: 2 }).line);
expectError(readCsv(bytes, columns, {}));
expectError(readCsv(bytes, { value: "f64" }, options));
expectError(readCsv("text", columns, options));
expectError(readCsv(bytes, columns, { allocator, seperator: ";" }));
expectError(emptyAs(i32, "none"));
expectError(emptyAs(dictionary(u32), 5));

// Groups have the columns that they are grouped by, and one for each aggregate.
const groups = groupBy(table, "station", { rows: count(), total: sum("value"), latest: max("time") }, options);
expectType<{ station: string; rows: number; total: number; latest: number }>(groups.get(0));
expectType<Uint32Array<ArrayBuffer>>(groups.rows.column("rows"));
expectType<Float64Array<ArrayBuffer>>(groups.rows.column("total"));
expectType<StringTable>(groups.dictionaries.station);
const vector = new SoaVector({ shelf: u32, price: f64 }, options);
const shelves = groupBy(vector, ["shelf", "price"], { least: min("price"), usual: mean("price") }, options);
expectType<{ shelf: number; price: number; least: number; usual: number }>(shelves.get(0));
expectError(groupBy(vector, "nothing", {}, options));
expectError(groupBy(vector, "shelf", { total: sum("nothing") }, options));
expectError(groupBy(vector, "shelf", { total: 5 }, options));
expectError(groupBy(vector, "shelf", {}));

// A table of its own takes texts.
const own = new DataTable({ city: dictionary(u32), height: f64 }, options);
own.push({ city: "Bern", height: 542 });
expectError(own.push({ city: 5, height: 542 }));
expectError(own.push({ city: "Bern" }));
expectError(new DataTable({ city: dictionary(u32) }));

// Arrow and back.
const given = toArrow(arrow, table);
expectType<number>(given.numRows);
const back = fromArrow(given, { station: dictionary(u32), value: f64 }, options);
expectType<{ station: string; value: number }>(back.get(0));
expectError(back.rows.column("time"));
expectError(fromArrow(given, { value: f64 }));
expectError(toArrow(arrow, [1, 2]));
