import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { addressOf, bytesOf } from "../../../native/mod.ts";
import { array, f64, struct, u16, u8, Vector } from "../../../stl/mod.ts";

const Pixel = struct({ x: u16, y: u16 }, { name: "Pixel" });

test("bytesOf() sees rows, parts of rows, vectors and views", () => {
  using heap = new Heap({ name: "bytes" });
  const Line = struct({ id: u8, ends: array(Pixel, 2) });
  const lines = new Vector(Line, { allocator: heap });
  lines.push({ id: 1, ends: [{ x: 1, y: 2 }, { x: 3, y: 4 }] });
  lines.push({ id: 2, ends: [{ x: 5, y: 6 }, { x: 7, y: 8 }] });
  assert.deepEqual([...bytesOf(lines.get(1))], [2, 0, 5, 0, 6, 0, 7, 0, 8, 0]);
  assert.deepEqual([...bytesOf(lines.get(1).ends.get(1))], [7, 0, 8, 0]);
  assert.equal(bytesOf(lines).length, 20);
  bytesOf(lines)[0] = 9;
  assert.equal(lines.get(0).id, 9);
  assert.deepEqual([...bytesOf(Uint16Array.of(0x0102))], [2, 1]);
  assert.equal(bytesOf(new Uint8Array(0)).length, 0);
});

test("asBytes() of a vector is its memory", () => {
  using heap = new Heap({ name: "vectors" });
  const numbers = new Vector(f64, { allocator: heap });
  numbers.pushMany([1, 2]);
  const bytes = numbers.asBytes();
  assert.equal(bytes.length, 16);
  new DataView(bytes.buffer, bytes.byteOffset).setFloat64(8, 7, true);
  assert.deepEqual(numbers.toArray(), [1, 7]);
  numbers.dispose();
  assert.throws(() => numbers.asBytes(), { name: "ClosedError" });
  const pixels = new Vector(Pixel, { allocator: heap });
  assert.equal(pixels.asBytes().length, 0);
  pixels.push({ x: 1, y: 2 });
  assert.deepEqual([...pixels.asBytes()], [1, 0, 2, 0]);
});

test("addressOf() tells where things are", () => {
  using heap = new Heap({ name: "addresses" });
  const view = heap.allocate(Uint8Array, 64, { alignment: 64 });
  assert.equal(addressOf(view) % 64, 0);
  assert.equal(addressOf(view.subarray(3)), addressOf(view) + 3);
  assert.equal(addressOf(Pixel.at(view, 8)), addressOf(view) + 8);
  using pool = new ScopePool();
  pool.run((scope) => {
    const [a, b] = [scope.allocate(Uint8Array, 8), scope.allocate(Uint8Array, 8)];
    assert.equal(addressOf(b), addressOf(a) + 8);
  });
});

test("what has no bytes or no more of them is refused", () => {
  using heap = new Heap({ name: "refused" });
  const view = heap.allocate(Uint8Array, 8);
  const row = Pixel.at(view);
  heap.free(view);
  for (const use of [bytesOf, addressOf]) {
    assert.throws(() => use(view), { name: "ClosedError" });
    assert.throws(() => use(row), { name: "ClosedError" });
    for (const value of [null, 5, {}, "text", new ArrayBuffer(8)]) {
      assert.throws(() => use(value as never), { name: "TypeError", message: /expected a view, a row or a vector/ });
    }
  }
  assert.throws(() => addressOf(new Uint8Array(0)), RangeError);
});
