/** Rows into a table of SQLite in memory: `inserts.ts <arm> <rows>`. Prints the least time of a row. */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { cString, isize, opaque, openLibrary, out, pointer } from "../../../native/mod.ts";
import { f64, i32, u8 } from "../../../stl/mod.ts";
import { chosen, print, requireSum, timeOf } from "../../stl/programs/_process.ts";
import { LIBRARY, type Sqlite, TRANSIENT } from "./_sqlite.ts";

const ROWS = Number(process.argv[3]);
const ROUNDS = 5;
const ROW = 100;

/** The functions by openLibrary(). */
function opened(): Sqlite {
  const Database = opaque("sqlite3");
  const Statement = opaque("sqlite3_stmt");
  const c = openLibrary(LIBRARY, {
    sqlite3_open: { parameters: [cString, out(pointer(Database))], result: i32 },
    sqlite3_exec: { parameters: [pointer(Database), cString, pointer(), pointer(), pointer()], result: i32 },
    sqlite3_prepare_v2: {
      parameters: [pointer(Database), cString, i32, out(pointer(Statement)), pointer()],
      result: i32,
    },
    sqlite3_bind_text: { parameters: [pointer(Statement), i32, pointer(u8), i32, isize], result: i32 },
    sqlite3_bind_double: { parameters: [pointer(Statement), i32, f64], result: i32 },
    sqlite3_bind_int: { parameters: [pointer(Statement), i32, i32], result: i32 },
    sqlite3_step: { parameters: [pointer(Statement)], result: i32 },
    sqlite3_reset: { parameters: [pointer(Statement)], result: i32 },
    sqlite3_column_double: { parameters: [pointer(Statement), i32], result: f64 },
  });
  return {
    open: () => c.sqlite3_open(":memory:")[1],
    exec: (database, statement) => void c.sqlite3_exec(database as never, statement, null, null, null),
    prepare: (database, statement) => c.sqlite3_prepare_v2(database as never, statement, -1, null)[1],
    bindText: (statement, place, text, byteLength) =>
      c.sqlite3_bind_text(statement as never, place, text, byteLength, TRANSIENT),
    bindDouble: c.sqlite3_bind_double as Sqlite["bindDouble"],
    bindInt: c.sqlite3_bind_int as Sqlite["bindInt"],
    step: c.sqlite3_step as Sqlite["step"],
    reset: c.sqlite3_reset as Sqlite["reset"],
    columnDouble: c.sqlite3_column_double as Sqlite["columnDouble"],
  };
}

async function bare(): Promise<Sqlite> {
  return process.versions["bun"] === undefined
    ? (await import("./_bare_sqlite_deno.ts")).sqlite
    : (await import("./_bare_sqlite_bun.ts")).sqlite;
}

const heap = new Heap({ name: "bench" });
const [sqlite, text] = await chosen<() => Promise<[Sqlite, Uint8Array<ArrayBuffer>]>>({
  "ordinary arrays": async () => [await bare(), new Uint8Array(64)],
  openLibrary: () => Promise.resolve([opened(), heap.allocate(Uint8Array, 64)]),
})();

const encoder = new TextEncoder();

function insertSome(statement: unknown, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    const { written } = encoder.encodeInto(`station ${row % 500}`, text);
    sqlite.bindText(statement, 1, text, written);
    sqlite.bindInt(statement, 2, row);
    sqlite.bindDouble(statement, 3, row / 2);
    sqlite.step(statement);
    sqlite.reset(statement);
  }
}

const database = sqlite.open();
sqlite.exec(database, "CREATE TABLE readings (station TEXT, time INTEGER, value REAL)");
const insert = sqlite.prepare(database, "INSERT INTO readings VALUES (?, ?, ?)");
const total = sqlite.prepare(database, "SELECT sum(value) + sum(time) + sum(length(station)) FROM readings");
let names = 0;
for (let row = 0; row < ROWS; row++) names += `station ${row % 500}`.length;
const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  sqlite.exec(database, "DELETE FROM readings");
  sqlite.exec(database, "BEGIN");
  times.push(timeOf(() => {
    for (let row = 0; row < ROWS; row += 1000) insertSome(insert, row, row + 1000);
  }));
  sqlite.exec(database, "COMMIT");
  requireSum("a step", sqlite.step(total), ROW);
  requireSum("rows", sqlite.columnDouble(total, 0), (ROWS - 1) * ROWS / 2 * 1.5 + names);
  sqlite.reset(total);
}
print({ row: Math.min(...times) * 1e6 / ROWS });
