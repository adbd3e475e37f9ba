import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  type AnyView,
  bigEndian,
  borrow,
  compare,
  concat,
  copy,
  fill,
  readAt,
  slice,
  subview,
  swapBytes,
  text,
  toOwned,
  u16,
  u32,
  viewOf,
  writeAt,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Date.now() % 2 ** 31);

test("viewOf() returns a view of another class over the same bytes, where they fit", () => {
  using heap = new Heap();
  const words = heap.allocateZeroed(Uint32Array, 3);
  viewOf(words, Uint8Array)[4] = 7;
  assert.equal(words[1], 7);
  assert.equal(viewOf(words, DataView).getUint8(4), 7);
  assert.throws(() => viewOf(words, Float64Array), { name: "RangeError", message: /both have to be multiples of 8$/ });
  assert.throws(() => viewOf(viewOf(words, Uint8Array).subarray(1, 5), Uint32Array), RangeError);
  assert.throws(() => viewOf([1] as never, Uint8Array), TypeError);
  assert.equal(heap.liveBlocks, 1);
});

test("subview() shares memory, slice() takes a block of its own", () => {
  using heap = new Heap();
  const numbers = heap.allocate(Float32Array, 5);
  numbers.set([1, 2, 3, 4, 5]);
  const part = subview(numbers, { start: 1, end: -1 });
  assert.deepEqual([...part], [2, 3, 4]);
  part[0] = 9;
  const own = slice(heap, numbers, { start: 1, end: 3 });
  assert.deepEqual([...own], [9, 3]);
  numbers[1] = 0;
  assert.equal(own[0], 9);
  heap.free(numbers);
  assert.deepEqual([part.length, own.length, heap.liveBlocks], [0, 2, 1]);
  assert.throws(() => slice(heap, own, { start: 2 }), RangeError);
  for (const [start, end] of [[NaN, 1], [-9, -1], [0.9, 1.9], [1, 0], [-Infinity, Infinity], [5, 9], [1, undefined]]) {
    const range = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
    assert.deepEqual(subview(own, range), own.subarray(start, end));
  }
  assert.equal(subview(viewOf(own, DataView), { start: 4 }).byteLength, 4);
});

test("copy(), fill(), compare() and concat() work on bytes", () => {
  using heap = new Heap();
  const [a, b] = [heap.bytes([1, 2, 3, 4, 5, 6, 7]), heap.allocateZeroed(Uint16Array, 2)];
  assert.equal(copy(a, b), 4);
  assert.deepEqual([...b], [0x201, 0x403]);
  assert.equal(copy(a.subarray(0, 6), a.subarray(1)), 6);
  assert.deepEqual([...a], [1, 1, 2, 3, 4, 5, 6]);
  fill(a, Uint8Array.of(8, 9));
  assert.deepEqual([...a], [8, 9, 8, 9, 8, 9, 8]);
  fill(a, 3);
  assert.deepEqual([...a], [3, 3, 3, 3, 3, 3, 3]);
  assert.throws(() => fill(a, new Uint8Array(0)), RangeError);
  for (const wrong of [-1, 256, 1.5, NaN]) {
    assert.throws(() => fill(a, wrong), { name: "RangeError", message: /: expected a byte from 0 to 255, got / });
  }
  assert.ok(compare(b, a) < 0 && compare(a, b) > 0 && compare(a, a.slice()) === 0 && compare(a, a.subarray(1)) > 0);
  const joined = concat(heap, [b, heap.bytes([5, 6])]);
  assert.deepEqual([...joined], [0x201, 0x403, 0x605]);
  assert.throws(() => concat(heap, [b, heap.bytes([5])]), RangeError);
  assert.equal(heap.liveBlocks, 5);
});

test("compare() orders bytes as Buffer does, whatever their length and alignment", () => {
  using heap = new Heap();
  const random = new Random(SEED);
  for (let round = 0; round < 5000; round++) {
    const bytes = Uint8Array.from({ length: random.below(20) }, () => random.below(3) * 127);
    const [a, b] = [random.below(4), random.below(4)].map((start) => {
      const block = heap.allocateZeroed(Uint8Array, 32);
      block.set(bytes, start);
      if (bytes.length > 0 && random.once(2)) block[start + random.below(bytes.length)]! ^= 1 + random.below(255);
      return block.subarray(start, start + random.below(bytes.length + 1));
    }) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
    assert.equal(Math.sign(compare(a, b)), Buffer.compare(a, b), `SEED=${SEED}: ${a} and ${b}`);
  }
});

test("swapBytes() reverses every element", () => {
  using heap = new Heap();
  const data = (view: AnyView): DataView => new DataView(view.buffer, view.byteOffset);
  const [words, big, bytes] = [
    heap.allocate(Int32Array, 3),
    heap.allocate(BigUint64Array, 2),
    heap.bytes([1, 2, 3]),
  ];
  words.set([1, -2, 0x01020304]);
  big.set([1n, 2n ** 63n]);
  for (const view of [words, big, bytes]) swapBytes(view);
  assert.deepEqual([0, 4, 8].map((at) => data(words).getInt32(at)), [1, -2, 0x01020304]);
  assert.deepEqual([0, 8].map((at) => data(big).getBigUint64(at)), [1n, 2n ** 63n]);
  assert.deepEqual([...bytes], [1, 2, 3]);
});

test("toOwned() copies to the heap of JavaScript", () => {
  const heap = new Heap();
  const view = heap.allocate(BigUint64Array, 2);
  view.set([5n, 6n]);
  const [own, data] = [toOwned(view), toOwned(viewOf(view, DataView))];
  heap.destroy();
  assert.deepEqual([...own], [5n, 6n]);
  assert.equal(data.getBigUint64(8, true), 6n);
});

test("readAt() and writeAt() reach any byte, in either order of bytes", () => {
  using heap = new Heap();
  const bytes = heap.allocateZeroed(Uint8Array, 12);
  writeAt(bytes, bigEndian(u32), 3, 0x01020304);
  assert.deepEqual([...bytes.subarray(3, 7)], [1, 2, 3, 4]);
  assert.equal(readAt(bytes, u16, 3), 0x201);
  writeAt(bytes, text(4), 8, "ab");
  assert.equal(readAt(bytes, text(4), 8), "ab");
  for (const at of [-1, 9, 1.5, NaN]) assert.throws(() => readAt(bytes, u32, at), RangeError);
});

test("every function of views throws ClosedError when the memory was freed", () => {
  using heap = new Heap();
  const view: AnyView = heap.allocate(Uint8Array, 8);
  const live = heap.allocate(Uint8Array, 8);
  heap.free(view);
  const calls = [
    () => viewOf(view, Uint8Array),
    () => subview(view),
    () => slice(heap, view),
    () => copy(view, live),
    () => copy(live, view),
    () => fill(view, 0),
    () => compare(view, live),
    () => compare(live, view),
    () => concat(heap, [live, view]),
    () => swapBytes(view),
    () => toOwned(view),
    () => readAt(view, u16, 0),
    () => writeAt(view, u16, 0, 1),
    () => borrow(view as Uint8Array<ArrayBuffer>, () => 0),
  ];
  for (const call of calls) assert.throws(call, { name: "ClosedError" }, `${call}`);
  assert.equal(heap.liveBlocks, 1);
});

test("borrow() lends a view for one call, or until a promise is settled", async () => {
  using heap = new Heap();
  const view = heap.allocateZeroed(Float64Array, 3);
  const kept = borrow(view, (lent) => {
    lent.set(1, 5);
    assert.deepEqual([lent.length, [...lent], lent.toArray(1), lent.get(0)], [3, [0, 5, 0], [5, 0], 0]);
    for (const index of [-1, 3, 0.5]) assert.throws(() => lent.set(index, 1), RangeError);
    assert.throws(() => lent.get(3), RangeError);
    assert.deepEqual(lent.fill(7, 2).assign([1, 2]).toArray(), [1, 2, 7]);
    for (const start of [2, -1]) {
      assert.throws(() => lent.assign([0, 0], start), { name: "RangeError", message: /its length is 3$/ });
    }
    assert.deepEqual(lent.assign([0, 5]).toArray(), [0, 5, 7]);
    return lent;
  });
  for (
    const use of [
      () => kept.get(0),
      () => kept.set(0, 1),
      () => kept.assign([1]),
      () => kept.fill(1),
      () => kept.length,
      () => [...kept],
      () => kept.toArray(),
    ]
  ) {
    assert.throws(use, { name: "ClosedError" });
  }
  let later = kept;
  const promise = borrow(view, async (lent) => {
    later = lent;
    await Promise.resolve();
    return lent.get(1);
  });
  assert.equal(later.get(1), 5);
  assert.equal(await promise, 5);
  assert.throws(() => later.get(1), { name: "ClosedError" });
  let thrown = kept;
  assert.throws(() =>
    borrow(view, (lent) => {
      thrown = lent;
      throw new SyntaxError();
    }), SyntaxError);
  assert.throws(() => thrown.length, { name: "ClosedError" });
});

test("borrow() throws ClosedError once the memory of what was lent is freed", async () => {
  const heap = new Heap();
  const view = heap.allocateZeroed(BigInt64Array, 3);
  const promise = borrow(view, async (lent) => {
    await Promise.resolve();
    return lent.get(0);
  });
  heap.destroy();
  await assert.rejects(promise, {
    name: "ClosedError",
    message: "Cannot use a borrowed view: its memory was taken back",
  });
});
