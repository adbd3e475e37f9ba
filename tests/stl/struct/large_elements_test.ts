import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  type AnyStruct,
  array,
  bytes,
  f64,
  SoaVector,
  struct,
  text,
  u16,
  u32,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";
import { assertQuick } from "../../_time.ts";

const MOST = 2 ** 32 - 1;

/** Asserts that `make` takes a time that depends on no length: that is far from a second. */
function assertAtOnce(label: string, make: () => unknown): void {
  assertQuick(1000, make, label);
}

function fieldsOf(count: number): Record<string, typeof f64> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, f64]));
}

test("an array of any length is made in no time", () => {
  const Padded = struct({ flag: u8, value: f64 });
  assertAtOnce("array(u8, 2 ** 21)", () => struct({ list: array(u8, 2 ** 21) }));
  assertAtOnce("array(u8, 2 ** 31)", () => struct({ list: array(u8, 2 ** 31) }));
  assertAtOnce("a padded array", () => struct({ list: array(Padded, 2 ** 27) }));
  assertAtOnce("a nested array", () => array(array(array(Padded, 2 ** 9), 2 ** 9), 2 ** 9));
  assertAtOnce("text(2 ** 31)", () => struct({ name: text(2 ** 31) }));
  assertAtOnce("a union", () => union({ small: u8, large: array(u32, 2 ** 29) }));
  assert.equal(struct({ list: array(Padded, 2 ** 27) }).byteLength, 2 ** 31);
});

test("structs in structs are made in no time, however deep", () => {
  assertAtOnce("a deep struct", () => {
    let inner: AnyStruct = struct({ flag: u8, value: u16 });
    for (let depth = 0; depth < 29; depth++) inner = struct({ one: inner, other: inner });
    assert.equal(inner.byteLength, 2 ** 31);
  });
});

test("an element with more bytes than a block can have is refused", () => {
  const refused: readonly (() => unknown)[] = [
    () => array(u8, 2 ** 32),
    () => array(u8, Number.MAX_SAFE_INTEGER),
    () => array(f64, 2 ** 29),
    () => array(array(u32, 2 ** 20), 2 ** 10),
    () => text(2 ** 32),
    () => text(Number.MAX_SAFE_INTEGER),
    () => bytes(2 ** 32),
    () => struct({ one: text(2 ** 31), other: text(2 ** 31) }),
    () => struct({ list: array(u8, MOST), value: f64 }),
    () => union({ list: array(u8, MOST) }),
    () => union({ value: f64, list: array(u8, MOST - 8) }),
  ];
  for (const make of refused) assert.throws(make, { name: "RangeError", message: /^Cannot make / }, `${make}`);
  assert.equal(array(u8, MOST).byteLength, MOST);
  assert.equal(text(MOST).byteLength, MOST);
});

test("a struct with 10,000 fields is made in little time, and is one like any other", () => {
  let Wide = struct(fieldsOf(1));
  assertQuick(5000, () => Wide = struct(fieldsOf(10_000)));
  using heap = new Heap();
  const vector = new Vector(Wide, { allocator: heap });
  const values = Object.fromEntries(Object.keys(fieldsOf(10_000)).map((name, index) => [name, index]));
  vector.push(values);
  const accessor = vector.get(0);
  assert.deepEqual(accessor.toObject(), values);
  accessor["field9999"] = 0.5;
  assert.deepEqual([accessor["field9998"], accessor["field9999"]], [9998, 0.5]);
  const { field9999: _, ...rest } = values;
  assert.throws(() => vector.push(rest), { name: "TypeError", message: /its field field9999 is missing/ });
});

test("a SoaVector of 1,000 columns is one like any other", () => {
  using heap = new Heap();
  const vector = new SoaVector({ ...fieldsOf(1000), name: text(4) }, { allocator: heap });
  const row = { ...Object.fromEntries(Object.keys(fieldsOf(1000)).map((name, index) => [name, index])), name: "ab" };
  vector.push(row);
  assert.deepEqual(vector.get(0).toObject(), row);
  const accessor = vector.get(0) as unknown as Record<string, unknown>;
  accessor["field999"] = 0.5;
  assert.deepEqual([accessor["field999"], accessor["name"], vector.toArray()[0]!.name], [0.5, "ab", "ab"]);
  assert.throws(() => vector.push({ name: "ab" } as never), { name: "TypeError", message: /field0 is missing/ });
});

test("equals() compares every byte of nested arrays but the padding", () => {
  const Padded = struct({ flag: u8, value: u16 });
  const Grid = struct({ before: u8, grid: array(array(Padded, 3), 2), shape: union({ one: u8, other: u32 }) });
  const [one, other] = [new Uint8Array(Grid.byteLength), new Uint8Array(Grid.byteLength)];
  const [a, b] = [Grid.at(one), Grid.at(other)];
  const meaningless: number[] = [];
  for (let at = 0; at < one.length; at++) {
    other[at] = 0xff;
    if (a.equals(b)) meaningless.push(at);
    other[at] = 0;
  }
  const grid = Grid.offsetOf("grid");
  const shape = Grid.offsetOf("shape");
  const items = Array.from({ length: 6 }, (_, index) => grid + index * Padded.byteLength + 1);
  assert.deepEqual(meaningless, [1, ...items, ...[-2, -1, 1, 2, 3].map((at) => shape + at)]);
  assert.ok(a.grid.equals(b.grid));
  other[grid + Padded.byteLength * 5 + 2] = 1;
  assert.ok(!a.grid.equals(b.grid) && a.grid.get(0).equals(b.grid.get(0)) && !a.grid.get(1).equals(b.grid.get(1)));
});
