import * as arrow from "apache-arrow";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f32, f64, u16, u32 } from "../../../stl/mod.ts";
import { fromArrow, toArrow } from "../../../tables/arrow/mod.ts";
import { DataTable, dictionary } from "../../../tables/mod.ts";

/** What is used of DuckDB, whose types name another copy of apache-arrow. */
interface Connection {
  insertArrowFromIPCStream(stream: Uint8Array, options: { name: string; create: boolean }): void;
  useUnsafe(
    run: (bindings: { runQuery(connection: number, text: string): Uint8Array }, connection: number) => Uint8Array,
  ): Uint8Array;
  close(): void;
}

async function openDuckDb(): Promise<Connection> {
  const { resolve } = createRequire(import.meta.url);
  const program = resolve("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs");
  const duckdb = createRequire(import.meta.url)(program);
  const mainModule = join(dirname(program), "duckdb-eh.wasm");
  const bundle = { mainModule, mainWorker: "" };
  const bundles = { mvp: bundle, eh: bundle };
  const database = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await database.instantiate();
  return database.connect();
}

function query(connection: Connection, text: string): arrow.Table {
  return arrow.tableFromIPC(connection.useUnsafe((bindings, id) => bindings.runQuery(id, text)));
}

test("DuckDB reads a table and gives it back, and groups it, with equal values", async () => {
  using heap = new Heap();
  const columns = { station: dictionary(u16), time: u32, value: f32 };
  using table = new DataTable(columns, { allocator: heap });
  for (let n = 0; n < 5000; n++) table.push({ station: `Station ${n % 37}`, time: n, value: (n % 1000) / 4 });
  const connection = await openDuckDb();
  try {
    const stream = arrow.tableToIPC(toArrow(arrow, table), "stream");
    connection.insertArrowFromIPCStream(stream, { name: "readings", create: true });
    using back = fromArrow(query(connection, "select * from readings order by time"), columns, { allocator: heap });
    assert.deepEqual(back.toArray(), table.toArray());
    const summed = query(
      connection,
      "select station, sum(value)::double as total, count(*)::uinteger as n from readings group by station order by station",
    );
    using groups = fromArrow(summed, { station: dictionary(u16), total: f64, n: u32 }, { allocator: heap });
    const [first] = groups.toArray();
    let total = 0;
    for (let n = 0; n < 5000; n += 37) total += (n % 1000) / 4;
    assert.deepEqual(first, { station: "Station 0", total, n: 136 });
    assert.equal(groups.length, 37);
  } finally {
    connection.close();
  }
});
