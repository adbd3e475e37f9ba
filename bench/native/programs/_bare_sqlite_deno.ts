import { cText, LIBRARY, type Sqlite } from "./_sqlite.ts";

const { symbols: c } = Deno.dlopen(LIBRARY, {
  sqlite3_open: { parameters: ["buffer", "buffer"], result: "i32" },
  sqlite3_exec: { parameters: ["pointer", "buffer", "pointer", "pointer", "pointer"], result: "i32" },
  sqlite3_prepare_v2: { parameters: ["pointer", "buffer", "i32", "buffer", "pointer"], result: "i32" },
  sqlite3_bind_text: { parameters: ["pointer", "i32", "buffer", "i32", "pointer"], result: "i32" },
  sqlite3_bind_double: { parameters: ["pointer", "i32", "f64"], result: "i32" },
  sqlite3_bind_int: { parameters: ["pointer", "i32", "i32"], result: "i32" },
  sqlite3_step: { parameters: ["pointer"], result: "i32" },
  sqlite3_reset: { parameters: ["pointer"], result: "i32" },
  sqlite3_column_double: { parameters: ["pointer", "i32"], result: "f64" },
});
// A number as isize takes a microsecond longer.
const transient = Deno.UnsafePointer.create(2n ** 64n - 1n);
const result = new BigUint64Array(1);

/** SQLite by the binding of Deno and nothing else. */
export const sqlite: Sqlite = {
  open: () => {
    c.sqlite3_open(cText(":memory:"), result);
    return Deno.UnsafePointer.create(result[0]!);
  },
  exec: (database, statement) => {
    c.sqlite3_exec(database as Deno.PointerValue, cText(statement), null, null, null);
  },
  prepare: (database, statement) => {
    c.sqlite3_prepare_v2(database as Deno.PointerValue, cText(statement), -1, result, null);
    return Deno.UnsafePointer.create(result[0]!);
  },
  bindText: (statement, place, text, byteLength) =>
    c.sqlite3_bind_text(statement as Deno.PointerValue, place, text, byteLength, transient),
  bindDouble: c.sqlite3_bind_double as Sqlite["bindDouble"],
  bindInt: c.sqlite3_bind_int as Sqlite["bindInt"],
  step: c.sqlite3_step as Sqlite["step"],
  reset: c.sqlite3_reset as Sqlite["reset"],
  columnDouble: c.sqlite3_column_double as Sqlite["columnDouble"],
};
