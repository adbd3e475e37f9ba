import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { type Element, f64, i64, struct, type StructVector, text, u32, u8, Vector } from "../../../stl/mod.ts";

const Point = struct({ x: f64, id: u32 }, { name: "Point" });

test("Vector.push() grows the block and keeps what was pushed", () => {
  using heap = new Heap();
  using vector = new Vector(f64, { allocator: heap });
  assert.deepEqual([vector.bytes, vector.capacity, heap.liveBlocks], [0, 0, 0]);
  for (let i = 0; i < 10_000; i++) assert.equal(vector.push(i / 2), i + 1);
  for (let i = 0; i < 10_000; i++) assert.equal(vector.get(i), i / 2);
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [1, vector.bytes]);
  vector.shrinkToFit();
  assert.equal(vector.bytes, 80_000);
  vector.dispose();
  assert.deepEqual([heap.liveBlocks, heap.closed], [0, false]);
});

test("Vector.length adds zeros and drops elements", () => {
  using heap = new Heap();
  const vector = new Vector(i64, { allocator: heap });
  vector.push(5n);
  vector.length = 3;
  assert.deepEqual(vector.toArray(), [5n, 0n, 0n]);
  vector.length = 1;
  assert.deepEqual(vector.toArray(), [5n]);
  assert.ok(vector instanceof Vector);
});

test("Vector throws ClosedError when it was disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const [disposed, orphan] = [new Vector(u8, { allocator: heap }), new Vector(u8, { allocator: heap })];
  for (const vector of [disposed, orphan]) vector.push(1);
  disposed.dispose();
  heap.destroy();
  for (const vector of [disposed, orphan]) {
    for (const call of [() => vector.push(1), () => vector.get(0), () => vector.pop(), () => vector.at(0)]) {
      assert.throws(call, {
        name: "ClosedError",
        message: /a Vector: (it was disposed|its allocator gone is closed)$/,
      });
    }
  }
});

test("Vector.sort() refuses a function that changes the length of its vector", () => {
  using heap = new Heap();
  for (const [element, value] of [[f64, 1], [Point, { x: 1, id: 1 }]] as [Element<unknown>, unknown][]) {
    for (const change of ["push", "pop"] as const) {
      const vector = new Vector(element, { allocator: heap });
      for (let i = 0; i < 8; i++) vector.push(value);
      const compare = (): number => vector[change](value as never) === undefined ? 0 : 1;
      assert.throws(() => vector.sort(compare), { message: /^Cannot (sort a Vector: its (length|function)|move to)/ });
      assert.ok(vector.length !== 8);
      vector.dispose();
    }
  }
  assert.equal(heap.liveBlocks, 0);
});

test("Vector.pushMany() takes elements of its own, which move as it grows", () => {
  using heap = new Heap();
  const vector = new Vector(f64, { allocator: heap });
  vector.pushMany([1, 2, 3]);
  for (let times = 0; times < 6; times++) vector.pushMany(vector.subarray());
  assert.equal(vector.length, 192);
  assert.deepEqual(vector.toArray(), Array.from({ length: 192 }, (_, index) => index % 3 + 1));
});

test("Column.set() refuses a value that changes the vector while it is stored", () => {
  using heap = new Heap();
  const items = new Vector(struct({ at: Point, id: u32 }), { allocator: heap });
  items.push({ at: { x: 1, id: 1 }, id: 1 });
  const value = {
    get x(): number {
      items.reserve(1000);
      return 2;
    },
    id: 2,
  };
  assert.throws(() => items.column("at").set(0, value as never), { message: /^Cannot change a Vector: / });
  assert.deepEqual(items.toArray(), [{ at: { x: 1, id: 1 }, id: 1 }]);
});

test("Column reads and writes its own field alone, also among fields of one kind", () => {
  using heap = new Heap();
  const Box = struct({ left: u32, top: u32, width: f64, height: f64 }, { name: "Box" });
  const boxes = new Vector(Box, { allocator: heap });
  for (let index = 0; index < 3; index++) boxes.push({ left: index, top: 10, width: 20, height: index / 2 });
  boxes.column("top").fill(7).set(1, 8);
  assert.deepEqual(boxes.column("left").toArray(), [0, 1, 2]);
  assert.deepEqual([...boxes.column("top")], [7, 8, 7]);
  assert.deepEqual([...boxes.column("height")], [0, 0.5, 1]);
  assert.deepEqual(boxes.column("width").toArray(), [20, 20, 20]);
});

test("Vector of texts refuses the calls of structs, and Vector of structs values that are not objects", () => {
  using heap = new Heap();
  const words = new Vector(text(8), { allocator: heap }) as unknown as StructVector<typeof Point>;
  const calls: [() => unknown, RegExp][] = [
    [() => words.cursor(), /^Cannot walk over a Vector of text\(8\): it holds no structs$/],
    [() => words.append(), /^Cannot walk over a Vector of text\(8\): it holds no structs$/],
    [() => words.column("x"), /^Cannot view column x of a Vector of text\(8\): it holds no structs$/],
    [() => words.sortBy("x"), /^Cannot view column x of a Vector of text\(8\): it holds no structs$/],
  ];
  for (const [call, message] of calls) assert.throws(call, { name: "TypeError", message });
  const points = new Vector(Point, { allocator: heap });
  for (const value of [undefined, null, 5]) {
    assert.throws(() => points.push(value as never), {
      name: "TypeError",
      message: "Cannot store a Point: its field x is missing",
    });
  }
  assert.deepEqual([words.length, points.length], [0, 0]);
});
