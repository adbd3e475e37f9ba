import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import {
  array,
  bool,
  enumeration,
  f64,
  FormatError,
  i64,
  reference,
  SoaVector,
  struct,
  text,
  u16,
  u32,
  u8,
  Vector,
} from "../../../stl/mod.ts";

const Point = struct({ x: u8, y: f64, name: text(5) }, { name: "Point" });
const Kind = enumeration({ water: 1, air: 2 });
const columns = { id: u16, level: f64, wet: bool, name: text(6), place: Point, ids: array(u32, 3), big: i64 };

function row(index: number): {
  id: number;
  level: number;
  wet: boolean;
  name: string;
  place: { x: number; y: number; name: string };
  ids: number[];
  big: bigint;
} {
  const place = { x: index % 256, y: index / 4, name: `p${index % 100}` };
  return {
    id: index % 65_536,
    level: -index / 3,
    wet: index % 3 === 0,
    name: `n${index}`,
    place,
    ids: [index, 1, 2],
    big: BigInt(index),
  };
}

function rowBytes(count: number): Uint8Array<ArrayBuffer> {
  using heap = new Heap({ name: "rows" });
  const rows = new SoaVector(columns, { allocator: heap });
  for (let index = 0; index < count; index++) rows.push(row(index));
  return rows.toBytes();
}

for (const count of [0, 1, 7, 1000]) {
  test(`over() of ${count} elements reads what toBytes() wrote, where it is`, () => {
    using heap = new Heap({ name: "source" });
    const numbers = new Vector(f64, { allocator: heap });
    const points = new Vector(Point, { allocator: heap });
    for (let index = 0; index < count; index++) {
      numbers.push(index / 2);
      points.push(row(index).place);
    }
    const [numberBytes, pointBytes, bytes] = [numbers.toBytes(), points.toBytes(), rowBytes(count)];
    const numbersOver = Vector.over(f64, numberBytes);
    assert.deepEqual(numbersOver.toArray(), numbers.toArray());
    assert.equal(numbersOver.subarray().buffer, count === 0 ? numbersOver.subarray().buffer : numberBytes.buffer);
    assert.deepEqual(Vector.over(Point, pointBytes).toArray(), points.toArray());
    const over = SoaVector.over(columns, bytes);
    assert.deepEqual(over.toArray(), Array.from({ length: count }, (_, index) => row(index)));
    assert.deepEqual([over.length, over.capacity], [count, count]);
    assert.deepEqual([...over.column("name")], Array.from({ length: count }, (_, index) => `n${index}`));
    assert.deepEqual(over.toBytes(), bytes);
    assert.deepEqual(SoaVector.fromBytes(columns, over.toBytes(), { allocator: heap }).toArray(), over.toArray());
  });
}

test("what is changed is changed in the bytes", () => {
  const bytes = rowBytes(10);
  const rows = SoaVector.over(columns, bytes);
  rows.get(2).level = 5;
  rows.get(2).place.y = 6;
  rows.set(3, row(77));
  rows.swapRemove(0);
  rows.sortBy("id", { descending: true });
  const seen = SoaVector.over(columns, bytes);
  assert.deepEqual(seen.toArray().slice(0, 9), rows.toArray());
  assert.equal(rows.length, 9);
  // What was removed leaves room.
  assert.equal(rows.push(row(5)), 10);
  assert.deepEqual(seen.get(9).toObject(), row(5));
});

test("without an allocator growing is refused and nothing changes", () => {
  const rows = SoaVector.over(columns, rowBytes(3));
  const message = /they have no more room, and it has no allocator to move to/;
  assert.throws(() => rows.push(row(3)), { name: "TypeError", message });
  assert.throws(() => rows.pushMany([row(3)]), { name: "TypeError", message });
  assert.throws(() => rows.reserve(4), { name: "TypeError", message });
  assert.throws(() => {
    rows.length = 4;
  }, { name: "TypeError", message });
  assert.deepEqual(rows.toArray(), [row(0), row(1), row(2)]);
  using heap = new Heap({ name: "numbers" });
  const numbers = new Vector(u32, { allocator: heap });
  numbers.pushMany([1, 2, 3]);
  const over = Vector.over(u32, numbers.toBytes());
  assert.throws(() => over.push(4), { name: "TypeError", message });
  assert.equal(over.pop(), 3);
  over.shrinkToFit();
  assert.deepEqual([over.capacity, over.toArray()], [2, [1, 2]]);
  assert.throws(() => over.push(4), { name: "TypeError", message });
});

test("with an allocator it moves there, and the bytes stay as they were", () => {
  const bytes = rowBytes(100);
  const before = bytes.slice();
  using heap = new Heap({ name: "grown" });
  using pool = new ScopePool();
  using scope = pool.open();
  for (const allocator of [heap, scope]) {
    const rows = SoaVector.over(columns, bytes, { allocator });
    assert.equal(allocator.liveBlocks, 0);
    for (let index = 100; index < 1000; index++) rows.push(row(index));
    assert.deepEqual(rows.toArray(), Array.from({ length: 1000 }, (_, index) => row(index)));
    assert.ok(allocator.liveBlocks >= 7);
    rows.get(0).level = 1;
    assert.deepEqual(bytes, before);
    rows.dispose();
    assert.throws(() => rows.get(0), { name: "ClosedError" });
  }
  assert.equal(heap.liveBlocks, 0);
  const small = new Heap({ name: "small", limit: 100 });
  const rows = SoaVector.over(columns, bytes, { allocator: small, owned: true });
  assert.throws(() => rows.push(row(0)), { name: "AllocationError" });
  assert.deepEqual(rows.get(99).toObject(), row(99));
  rows.dispose();
  assert.equal(small.closed, true);
});

test("a container is closed once its bytes are gone", () => {
  using heap = new Heap({ name: "gone" });
  const bytes = heap.bytes(rowBytes(5));
  const rows = SoaVector.over(columns, bytes);
  assert.equal(rows.get(4).id, 4);
  heap.free(bytes);
  assert.throws(() => rows.get(0), { name: "ClosedError", message: /taken back by whoever gave its bytes/ });
  assert.throws(() => rows.push(row(1)), { name: "ClosedError" });
  assert.throws(() => rows.column("level"), { name: "ClosedError" });
});

test("headers are checked as by fromBytes, whatever of them is changed", () => {
  const bytes = rowBytes(20);
  using heap = new Heap({ name: "headers" });
  const headerBytes = 64 + 7 * 8;
  // Every byte but those of the checksum, of what says nothing, and of the order of equal things.
  for (let at = 0; at < headerBytes; at++) {
    if (at >= 8 && at < 16 || at >= 48 && at < 56) continue;
    for (const change of [1, 0x80, 0xff]) {
      const damaged = bytes.slice();
      damaged[at]! ^= change;
      assert.throws(() => SoaVector.over(columns, damaged), FormatError, `byte ${at}`);
    }
  }
  for (let length = 0; length < bytes.length; length += 5) {
    assert.throws(() => SoaVector.over(columns, bytes.subarray(0, length)), FormatError, `cut at ${length}`);
  }
  assert.throws(() => SoaVector.over({ id: u16 }, bytes), { name: "FormatError", message: /the layout is/ });
  assert.throws(() => Vector.over(f64, bytes), { name: "FormatError", message: /the kind is SoaVector/ });
  assert.throws(() => Vector.over(u32, new Vector(f64, { allocator: heap }).toBytes()), FormatError);
});

test("what lies in the sections is not looked at, and never read beside the bytes", () => {
  const bytes = rowBytes(50);
  let state = 1;
  for (let round = 0; round < 50; round++) {
    const damaged = bytes.slice();
    for (let count = 0; count < 40; count++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      damaged[120 + state % (damaged.length - 120)] = state >>> 24;
    }
    const rows = SoaVector.over(columns, damaged);
    assert.equal(rows.length, 50);
    // Texts that are no UTF-8 have U+FFFD in them, everything else is some value.
    for (const { name, place } of rows.toArray()) assert.equal(typeof name + typeof place.y, "stringnumber");
  }
  using heap = new Heap({ name: "kinds" });
  const kinds = new Vector(Kind, { allocator: heap });
  kinds.pushMany(["water", "air"]);
  const kindBytes = kinds.toBytes();
  kindBytes[kindBytes.length - 16] = 9;
  const over = Vector.over(Kind, kindBytes);
  assert.throws(() => over.get(0), RangeError);
  assert.equal(over.get(1), "air");
  assert.throws(() => Vector.fromBytes(Kind, kindBytes, { allocator: heap }), FormatError);
});

test("bytes that nothing can lie over are refused", () => {
  const bytes = rowBytes(3);
  for (const offset of [1, 4, 7]) {
    const moved = new Uint8Array(bytes.length + 16).subarray(offset, offset + bytes.length);
    moved.set(bytes);
    assert.throws(() => SoaVector.over(columns, moved), {
      name: "RangeError",
      message: new RegExp(`begin at byte ${offset} of their buffer, expected a multiple of 8`),
    });
  }
  const moved = new Uint8Array(bytes.length + 16).subarray(8, 8 + bytes.length);
  moved.set(bytes);
  assert.deepEqual(SoaVector.over(columns, moved).get(2).toObject(), row(2));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  assert.throws(() => SoaVector.over(columns, shared), { name: "TypeError", message: /other threads share them/ });
  for (const value of [null, undefined, "text", bytes.buffer, [1]]) {
    assert.throws(() => SoaVector.over(columns, value as never), TypeError);
    assert.throws(() => Vector.over(f64, value as never), TypeError);
  }
  const Node = struct({ next: reference("self") });
  assert.throws(() => Vector.over(Node, bytes), { name: "TypeError", message: /references/ });
  class Rows extends (SoaVector as unknown as new (...given: unknown[]) => object) {}
  const own = (Rows as unknown as typeof SoaVector).over(columns, bytes);
  assert.ok(own instanceof Rows);
});
