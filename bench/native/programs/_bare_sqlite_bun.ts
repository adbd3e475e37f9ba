import process from "node:process";
import { cText, LIBRARY, type Sqlite, TRANSIENT } from "./_sqlite.ts";

interface BunFfi {
  dlopen(
    path: string,
    symbols: Record<string, { args: string[]; returns: string }>,
  ): { symbols: Record<string, (...values: unknown[]) => number> };
}

const { dlopen } = process.getBuiltinModule("bun:ffi") as unknown as BunFfi;
const { symbols: c } = dlopen(LIBRARY, {
  sqlite3_open: { args: ["ptr", "ptr"], returns: "i32" },
  sqlite3_exec: { args: ["ptr", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  sqlite3_prepare_v2: { args: ["ptr", "ptr", "i32", "ptr", "ptr"], returns: "i32" },
  sqlite3_bind_text: { args: ["ptr", "i32", "ptr", "i32", "i64_fast"], returns: "i32" },
  sqlite3_bind_double: { args: ["ptr", "i32", "f64"], returns: "i32" },
  sqlite3_bind_int: { args: ["ptr", "i32", "i32"], returns: "i32" },
  sqlite3_step: { args: ["ptr"], returns: "i32" },
  sqlite3_reset: { args: ["ptr"], returns: "i32" },
  sqlite3_column_double: { args: ["ptr", "i32"], returns: "f64" },
});
const result = new BigUint64Array(1);

/** SQLite by the binding of Bun and nothing else. */
export const sqlite: Sqlite = {
  open: () => {
    c["sqlite3_open"]!(cText(":memory:"), result);
    return Number(result[0]!);
  },
  exec: (database, statement) => {
    c["sqlite3_exec"]!(database, cText(statement), null, null, null);
  },
  prepare: (database, statement) => {
    c["sqlite3_prepare_v2"]!(database, cText(statement), -1, result, null);
    return Number(result[0]!);
  },
  bindText: (statement, place, text, byteLength) =>
    c["sqlite3_bind_text"]!(statement, place, text, byteLength, TRANSIENT),
  bindDouble: c["sqlite3_bind_double"]!,
  bindInt: c["sqlite3_bind_int"]!,
  step: c["sqlite3_step"]!,
  reset: c["sqlite3_reset"]!,
  columnDouble: c["sqlite3_column_double"]!,
};
