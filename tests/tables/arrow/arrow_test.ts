import * as arrow from "apache-arrow";
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../../native/mod.ts";
import { ClosedError, Heap } from "../../../mod.ts";
import {
  asNumber,
  bool,
  enumeration,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  SoaVector,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
} from "../../../stl/mod.ts";
import { fromArrow, toArrow } from "../../../tables/arrow/mod.ts";
import { DataTable, dictionary, emptyAs, timestamp } from "../../../tables/mod.ts";

const NUMBERS = { i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64, time: timestamp, safe: asNumber(u64) };

function numbers(heap: Heap): SoaVector<typeof NUMBERS> {
  const rows = new SoaVector(NUMBERS, { allocator: heap });
  for (let n = 0; n < 100; n++) {
    const [big, small] = [2n ** 60n + BigInt(n), n / 8];
    const whole = {
      i8: -n,
      i16: -300 - n,
      i32: -(10 ** 6) * n,
      i64: -big,
      u8: n,
      u16: 60_000 + n,
      u32: 4e9 + n,
      u64: big,
    };
    rows.push({ ...whole, f16: small, f32: small, f64: Math.PI * n, time: n, safe: n });
  }
  return rows;
}

/** Where the memory of a column of Arrow is, however it was made. */
function valuesOf(table: arrow.Table, name: string): ArrayBufferView<ArrayBuffer> {
  const { data } = table.getChild(name)!;
  assert.equal(data.length, 1);
  return data[0]!.values;
}

test("toArrow() and fromArrow() leave columns of numbers where they are", () => {
  using heap = new Heap();
  const rows = numbers(heap);
  const table = toArrow(arrow, rows);
  assert.equal(table.numRows, 100);
  using same = fromArrow(table, NUMBERS, { allocator: heap });
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const address = addressOf(rows.column(name));
    assert.equal(addressOf(valuesOf(table, name)), address, name);
    assert.equal(addressOf(same.rows.column(name)), address, name);
    if (name !== "safe" && name !== "f16") assert.equal(table.getChild(name)!.get(7), rows.column(name)[7], name);
  }
  assert.equal(table.getChild("f16")!.get(12), 1.5);
  assert.deepEqual(same.rows.toArray(), rows.toArray());
});

test("toArrow() writes IPC files and streams that apache-arrow reads, and fromArrow() takes those", () => {
  using heap = new Heap();
  const columns = {
    word: dictionary(u16),
    other: dictionary(u8),
    sure: bool,
    state: enumeration({ idle: -1, running: 700 }, i16),
    note: text(8),
    amount: i32,
  };
  using table = new DataTable(columns, { allocator: heap });
  for (let n = 0; n < 100; n++) {
    const state = n % 3 === 0 ? "idle" : "running";
    table.push({ word: `w${n % 7}`, other: "añejo", sure: n % 2 === 0, state, note: `日${n}`, amount: n });
  }
  for (const kind of ["file", "stream"] as const) {
    const read = arrow.tableFromIPC(arrow.tableToIPC(toArrow(arrow, table), kind));
    assert.deepEqual(read.toArray().map((row) => row.toJSON()), table.toArray());
    using same = fromArrow(read, columns, { allocator: heap });
    assert.deepEqual(same.toArray(), table.toArray());
    assert.equal(addressOf(same.rows.column("word")), addressOf(valuesOf(read, "word")));
    assert.equal(addressOf(same.rows.column("amount")), addressOf(valuesOf(read, "amount")));
  }
});

test("a table of Arrow over a heap that was freed, or rows that have moved, has empty columns", () => {
  const heap = new Heap();
  const rows = numbers(heap);
  const table = toArrow(arrow, rows);
  using same = fromArrow(table, NUMBERS, { allocator: new Heap() });
  rows.reserve(10 * rows.capacity);
  for (const name of Object.keys(NUMBERS)) assert.equal(valuesOf(table, name).byteLength, 0, name);
  assert.equal(table.getChild("i32")!.get(3), undefined);
  assert.throws(() => same.rows.get(3), ClosedError);
  const again = toArrow(arrow, rows);
  assert.equal(again.getChild("u8")!.get(3), 3);
  heap.destroy();
  for (const name of Object.keys(NUMBERS)) assert.equal(valuesOf(again, name).byteLength, 0, name);
  assert.equal(again.getChild("u8")!.get(3), undefined);
  assert.throws(() => toArrow(arrow, rows), ClosedError);
});

test("rows over a table of Arrow grow into their allocator and leave Arrow's memory alone", () => {
  using heap = new Heap();
  const values = Float64Array.of(1, 2, 3);
  const table = arrow.tableFromArrays({ value: values });
  const rows = fromArrow(table, { value: f64 }, { allocator: heap });
  assert.equal(heap.liveBlocks, 0);
  rows.rows.set(0, { value: 9 });
  assert.equal(table.getChild("value")!.get(0), 9);
  rows.push({ value: 4 });
  assert.equal(heap.liveBlocks, 1);
  rows.rows.set(0, { value: 1 });
  assert.equal(table.getChild("value")!.get(0), 9);
  assert.deepEqual([...rows.rows.column("value")], [1, 2, 3, 4]);
  rows.dispose();
  assert.equal(heap.liveBlocks, 0);
  assert.equal(table.getChild("value")!.get(2), 3);
});

test("fromArrow() copies columns in several batches, and takes nulls for what they are said to mean", () => {
  using heap = new Heap();
  const one = arrow.tableFromArrays({ n: Int32Array.of(1, 2), word: ["a", "b"], value: Float64Array.of(1, 2) });
  const two = arrow.tableFromArrays({ n: Int32Array.of(3), word: ["b"], value: Float64Array.of(3) });
  using joined = fromArrow(one.concat(two), { word: dictionary(u32), n: i32, value: f64 }, { allocator: heap });
  assert.deepEqual(joined.toArray(), [
    { word: "a", n: 1, value: 1 },
    { word: "b", n: 2, value: 2 },
    { word: "b", n: 3, value: 3 },
  ]);
  const nulls = arrow.tableFromArrays({ value: [1.5, null, 3], word: ["x", null, "y"], sure: [true, null, false] });
  const columns = { value: f64, word: dictionary(u8), sure: emptyAs(bool, true) };
  using read = fromArrow(nulls, columns, { allocator: heap });
  assert.deepEqual(read.toArray(), [
    { value: 1.5, word: "x", sure: true },
    { value: NaN, word: "", sure: true },
    { value: 3, word: "y", sure: false },
  ]);
  using told = fromArrow(nulls, { value: emptyAs(f64, -1), word: emptyAs(dictionary(u8), "none") }, {
    allocator: heap,
  });
  assert.deepEqual(told.get(1), { value: -1, word: "none" });
});

test("fromArrow() takes texts of every kind, parts of tables, and moments in every unit", () => {
  using heap = new Heap();
  const words = ["b", "a", "b", "c"];
  for (const type of [new arrow.Utf8(), new arrow.LargeUtf8(), new arrow.Utf8View()]) {
    const table = new arrow.Table({ word: arrow.vectorFromArray(words, type) });
    using read = fromArrow(table.slice(1), { word: dictionary(u16) }, { allocator: heap });
    assert.deepEqual(read.toArray().map(({ word }) => word), words.slice(1));
  }
  const moments = [0, 1_717_147_800_250, -5_000];
  const units = [
    [new arrow.TimestampMillisecond(), 1n],
    [new arrow.TimestampMicrosecond(), 1000n],
    [new arrow.TimestampNanosecond(), 1_000_000n],
  ] as const;
  for (const [type, factor] of units) {
    const data = arrow.makeData({ type, data: BigInt64Array.from(moments, (moment) => BigInt(moment) * factor) });
    const table = new arrow.Table({ time: new arrow.Vector<arrow.Timestamp>([data]) });
    using read = fromArrow(table, { time: timestamp }, { allocator: heap });
    assert.deepEqual([...read.rows.column("time")], moments, String(type));
  }
  const seconds = arrow.makeData({ type: new arrow.TimestampSecond(), data: BigInt64Array.of(7n, -1n) });
  using read = fromArrow(new arrow.Table({ time: new arrow.Vector([seconds]) }), { time: timestamp }, {
    allocator: heap,
  });
  assert.deepEqual([...read.rows.column("time")], [7000, -1000]);
  const table = arrow.tableFromArrays({ n: Int32Array.of(1, 2, 3, 4), sure: [true, false, true, true] });
  using part = fromArrow(table.slice(1, 3), { n: i32, sure: bool }, { allocator: heap });
  assert.deepEqual(part.toArray(), [{ n: 2, sure: false }, { n: 3, sure: true }]);
  using none = fromArrow(table.slice(1, 1), { n: i32, sure: bool }, { allocator: heap });
  assert.equal(none.length, 0);
});

test("fromArrow() numbers texts anew where dictionaries have one twice or columns share theirs", () => {
  using heap = new Heap();
  const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Uint8());
  const makeVector = (values: string[], indices: number[]): arrow.Vector =>
    new arrow.Vector([arrow.makeData({
      type,
      data: Uint8Array.from(indices),
      dictionary: arrow.vectorFromArray(values, new arrow.Utf8()),
    })]);
  const table = new arrow.Table({
    a: makeVector(["x", "y", "x"], [2, 1, 0]),
    b: makeVector(["y", "z"], [1, 0, 1]),
    wrong: makeVector(["y"], [0, 7, 0]),
  });
  const shared = dictionary(u8);
  using read = fromArrow(table, { a: shared, b: shared }, { allocator: heap });
  assert.deepEqual(read.toArray(), [{ a: "x", b: "z" }, { a: "y", b: "y" }, { a: "x", b: "z" }]);
  assert.deepEqual(read.dictionaries.a.toArray(), ["x", "y", "z"]);
  const { liveBlocks } = heap;
  assert.throws(() => fromArrow(table, { a: shared, wrong: shared }, { allocator: heap }), /row 1 has number 7/);
  assert.equal(heap.liveBlocks, liveBlocks);
});

test("toArrow() and fromArrow() refuse what does not fit, and name the column", () => {
  using heap = new Heap();
  const allocator = { allocator: heap };
  const table = arrow.tableFromArrays({ n: Int32Array.of(1), word: ["a"], lack: [1, null] as never });
  assert.throws(() => fromArrow(table, { other: i32 }, allocator), /no column "other" among "n", "word"/);
  assert.throws(() => fromArrow(table, { n: u32 }, allocator), /column n of Arrow: it is "Int32", and u32/);
  assert.throws(() => fromArrow(table, { n: dictionary(u8) }, allocator), /column n of Arrow/);
  assert.throws(() => fromArrow(table, { word: f64 }, allocator), /column word of Arrow/);
  assert.throws(() => fromArrow(table, { n: struct({ x: i32 }) }, allocator), /column n of Arrow/);
  assert.throws(() => fromArrow(table, { n: 5 as never }, allocator), /expected column n to be an element/);
  assert.throws(() => fromArrow(null as never, { n: i32 }, allocator), TypeError);
  assert.throws(() => fromArrow(table, { n: i32 }, null as never), TypeError);
  assert.throws(() => fromArrow(table, null as never, allocator), TypeError);
  const nulls = new arrow.Table({ n: arrow.vectorFromArray([1, null], new arrow.Int32()) });
  assert.throws(() => fromArrow(nulls, { n: i32 }, allocator), /it has nulls, say what they mean: emptyAs\(i32/);
  assert.equal(heap.liveBlocks, 0);
  assert.throws(() => toArrow(null as never, new SoaVector({ n: i32 }, allocator)), /expected the module apache-arrow/);
  assert.throws(() => toArrow(arrow, {} as never), /expected a DataTable or a SoaVector/);
  assert.throws(() => toArrow(arrow, new SoaVector({ p: struct({ x: i32 }) }, allocator)), /column p of Arrow/);
});
