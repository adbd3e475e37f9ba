import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, Heap } from "../../../mod.ts";
import { f32, u16, u8 } from "../../../stl/mod.ts";
import { DataTable, dictionary } from "../../../tables/mod.ts";

test("DataTable keeps each text once, and gives rows with their texts", () => {
  using heap = new Heap();
  using table = new DataTable({ station: dictionary(u16), value: f32 }, { allocator: heap });
  for (const [station, value] of [["Berlin", 1], ["Lima", 2], ["Berlin", 3]] as const) table.push({ station, value });
  assert.equal(table.length, 3);
  assert.deepEqual(table.rows.column("station"), Uint16Array.of(0, 1, 0));
  assert.deepEqual(table.get(1), { station: "Lima", value: 2 });
  assert.deepEqual(JSON.parse(JSON.stringify(table)), table.toArray());
});

test("DataTable adds no row when a text has no number any more or a column is missing", () => {
  using heap = new Heap();
  using table = new DataTable({ word: dictionary(u8), n: u8 }, { allocator: heap });
  for (let n = 0; n < 256; n++) table.push({ word: `w${n}`, n });
  assert.throws(() => table.push({ word: "one more", n: 0 }), RangeError);
  assert.throws(() => table.push({ word: "w1" } as never), /column n is missing/);
  assert.throws(() => table.push({ n: 1 } as never), /expected word to be a text/);
  assert.throws(() => table.push(null as never), TypeError);
  assert.equal(table.length, 256);
  assert.equal(table.push({ word: "w255", n: 1 }), 257);
});

test("DataTable gives back the memory of rows and texts", () => {
  using heap = new Heap();
  const table = new DataTable({ a: dictionary(u8), b: dictionary(u8) }, { allocator: heap });
  table.push({ a: "x", b: "y" });
  assert.ok(heap.liveBlocks > 0);
  table.dispose();
  table.dispose();
  assert.equal(heap.liveBlocks, 0);
  assert.ok(table.closed);
  assert.throws(() => table.get(0), ClosedError);
  assert.throws(() => new DataTable({}, { allocator: heap }), /it has no columns/);
  assert.throws(() => new DataTable({ a: u8 }, {} as never), /allocator/);
});
