import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, type AnyView, Heap } from "../../../mod.ts";
import { BitSet, Deque, f64, SoaVector, struct, Text, u32, u8, Vector } from "../../../stl/mod.ts";

const LIMIT = 3_000_000;

/** A heap with a limit that counts how often it is asked for a longer block. */
class Counting extends Heap {
  calls = 0;

  override reallocate<V extends AnyView>(view: V, length: number): V {
    this.calls++;
    return super.reallocate(view, length);
  }
}

/** Adds numbers until the heap refuses; how many it took. */
function fill(add: (index: number) => void): number {
  for (let index = 0;; index++) {
    try {
      add(index);
    } catch (error) {
      assert.ok(error instanceof AllocationError, String(error));
      return index;
    }
  }
}

test("a Vector takes what its heap has left in few steps, and keeps its elements when that is refused", () => {
  using heap = new Counting({ limit: LIMIT });
  const vector = new Vector(f64, { allocator: heap });
  const length = fill((index) => vector.push(index));
  assert.equal(length, LIMIT / 8);
  assert.ok(heap.calls < 100, `${heap.calls} calls`);
  for (let index = 0; index < length; index++) assert.equal(vector.get(index), index);
  assert.equal(vector.pop(), length - 1);
  vector.push(7);
  assert.equal(vector.get(length - 1), 7);
  assert.throws(() => vector.push(8), AllocationError);
});

test("a Vector beside another block reaches the limit in few steps too", () => {
  using heap = new Counting({ limit: LIMIT });
  heap.allocate(Uint8Array, LIMIT / 2 + 1);
  const vector = new Vector(u8, { allocator: heap });
  const length = fill((index) => vector.push(index & 255));
  assert.equal(length, LIMIT / 2 - 1);
  assert.ok(heap.calls < 100, `${heap.calls} calls`);
});

test("a Deque and a Text reach the limit in few steps", () => {
  for (const begin of [beginDeque, beginText]) {
    using heap = new Counting({ limit: LIMIT });
    fill(begin(heap));
    assert.ok(heap.liveBytes > LIMIT * 0.99, `${heap.liveBytes} bytes`);
    assert.ok(heap.calls < 100, `${heap.calls} calls`);
  }
});

function beginDeque(allocator: Heap): (index: number) => void {
  const deque = new Deque(u32, { allocator });
  return (index) => deque.push(index);
}

function beginText(allocator: Heap): (index: number) => void {
  const text = new Text({ allocator });
  return () => text.append("0123456789");
}

test("a BitSet reaches the limit in few steps", () => {
  using heap = new Counting({ limit: 100_000 });
  const bits = new BitSet({ allocator: heap });
  assert.equal(fill((index) => bits.add(index)), 800_000);
  assert.ok(heap.calls < 100, `${heap.calls} calls`);
  assert.ok(bits.has(799_999));
});

test("the columns of a SoaVector share what is left, and all rows stay when that is refused", () => {
  using heap = new Counting({ limit: LIMIT });
  const Row = struct({ id: u32, x: f64 });
  const rows = new SoaVector(Row, { allocator: heap });
  const length = fill((index) => rows.push({ id: index, x: index / 2 }));
  assert.ok(length >= LIMIT / 12 * 0.9, `${length} rows`);
  assert.ok(heap.calls < 200, `${heap.calls} calls`);
  assert.equal(rows.length, length);
  for (let index = 0; index < length; index += 997) assert.equal(rows.get(index)!.x, index / 2);
});
