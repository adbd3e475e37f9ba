import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, expand, Heap, mainHeap, reallocateZeroed, ScopePool, usableSize } from "../../../mod.ts";
import { addressOf, assertRefused, bytesOf, fill, MIB, VIEW_TYPES } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Leaves a freed block of about that size full of ones in the heap. */
function leaveDirt(heap: Heap, byteLength: number): void {
  const dirty = Array.from({ length: 3 }, () => heap.allocate(Uint8Array, byteLength).fill(255));
  for (const view of dirty) heap.free(view);
}

/** Asserts that the bytes of a view from `start` on are zero. */
function assertZero(view: Bytes, start: number): void {
  assert.equal(view.findIndex((byte, index) => index >= start && byte !== 0), -1);
}

for (const [from, to] of [[10, 12], [100, 5000], [1000, 1001], [70_000, 300_000], [3 * MIB, 4 * MIB]] as const) {
  test(`reallocateZeroed() from ${from} to ${to} bytes keeps the contents and zeroes what is beyond them`, () => {
    using heap = new Heap();
    leaveDirt(heap, to);
    const view = heap.allocateZeroed(Uint8Array, from).fill(255);
    const grown = reallocateZeroed(heap, view, to);
    assert.deepEqual([view.length, grown.length], [0, to]);
    assert.equal(grown.findIndex((byte) => byte === 0), from);
    assertZero(grown, from);
  });
}

test("reallocateZeroed() zeroes what an earlier view of the block gave up when it was made shorter", ofArenas, () => {
  using arena = Arena.reserve(64 * MIB);
  using bound = new Heap({ arena });
  using heap = new Heap();
  for (const target of [heap, bound, mainHeap()]) {
    for (const options of [{}, { alignment: 4096 }, { alignment: MIB }, { alignment: 64, offset: 8 }]) {
      let view: Bytes = target.allocateZeroed(Uint8Array, 1000, options).fill(255);
      // In place, in place, and elsewhere.
      for (const length of [700, 1000, 500, 40, 50, 20_000, 15_000, 20_000]) {
        const kept = Math.min(view.length, length);
        view = reallocateZeroed(target, view, length);
        assertZero(view, kept);
        view.fill(255);
      }
      target.free(view);
    }
  }
});

test("reallocateZeroed() zeroes the bytes between the size of the view and that of its block", () => {
  using heap = new Heap();
  const full = heap.allocateZeroed(Uint8Array, 1001);
  const room = usableSize(full);
  const dirty = reallocateZeroed(heap, full, room).fill(255);
  const shorter = reallocateZeroed(heap, dirty, room - 50);
  const grown = reallocateZeroed(heap, shorter, room);
  assert.equal(usableSize(grown), room);
  assertZero(grown, room - 50);
});

test("reallocateZeroed() takes every class of views, and makes them shorter too", () => {
  using heap = new Heap();
  for (const [type, elementBytes] of VIEW_TYPES) {
    const view = heap.allocateZeroed(type, 4);
    fill(view, 3);
    const grown = reallocateZeroed(heap, view, 9);
    assert.equal(grown.byteLength, 9 * elementBytes);
    const bytes = bytesOf(grown);
    assertZero(bytes, 4 * elementBytes);
    assert.equal(bytes[1], (3 * 31 + 7) & 255);
    assert.equal(reallocateZeroed(heap, grown, 1).byteLength, elementBytes);
  }
  assert.equal(heap.liveBlocks, VIEW_TYPES.length);
});

test("reallocateZeroed() keeps the alignment", () => {
  using heap = new Heap();
  for (const alignment of [4096, MIB]) {
    const grown = reallocateZeroed(heap, heap.allocateZeroed(Uint8Array, 10, { alignment }), 100_000);
    assert.equal(addressOf(grown) % alignment, 0);
    assertZero(grown, 10);
  }
  assert.equal(heap.liveBlocks, 2);
});

test("reallocateZeroed() refuses a view of a heap that was not allocated zeroed, and changes nothing", () => {
  using heap = new Heap({ name: "plain" });
  const views = [
    heap.allocate(Uint8Array, 100).fill(7),
    heap.allocate(Uint8Array, 100, { alignment: 4096 }).fill(7),
    heap.bytes(new Uint8Array(100).fill(7)),
    heap.reallocate(heap.allocateZeroed(Uint8Array, 50).fill(7), 100).fill(7),
    heap.reallocate(heap.allocateZeroed(Uint8Array, 5000).fill(7), 100),
    expand(heap.allocateZeroed(Uint8Array, 101).fill(7), 100)!,
    heap.reallocate(heap.allocateZeroed(Uint8Array, 101).fill(7), 100),
  ];
  for (const view of views) {
    for (const length of [50, 200]) {
      const action = (): unknown => reallocateZeroed(heap, view, length);
      assertRefused(heap, action, TypeError, 'Cannot reallocate this view of heap "plain" zeroed: ');
    }
    assert.ok(view.every((byte) => byte === 7));
    heap.free(view);
  }
});

test("reallocateZeroed() accepts its own result again, and refuses plain memory at the same address", () => {
  using heap = new Heap();
  const view = reallocateZeroed(heap, heap.allocateZeroed(Uint8Array, 100), 120);
  heap.free(reallocateZeroed(heap, view, 64));
  assert.throws(() => reallocateZeroed(heap, heap.allocate(Uint8Array, 64), 100), TypeError);
});

test("reallocateZeroed() takes every view of a scope", () => {
  using pool = new ScopePool();
  pool.run((scope) => scope.allocate(Uint8Array, 30_000).fill(255));
  pool.run((scope) => {
    for (const to of [20, 100_000]) {
      const grown = reallocateZeroed(scope, scope.bytes([1, 2, 3]), to);
      assert.deepEqual([...grown.subarray(0, 3)], [1, 2, 3]);
      assertZero(grown, 3);
      // Shorter, with what is given up still dirty, and longer again.
      assertZero(reallocateZeroed(scope, reallocateZeroed(scope, grown.fill(255), to - 10), to), to - 10);
    }
  });
});

test("reallocateZeroed() refuses what reallocate() refuses, and changes nothing", () => {
  using heap = new Heap({ limit: 1000 });
  using other = new Heap();
  const view = heap.allocateZeroed(Uint8Array, 100).fill(7);
  const freed = heap.allocateZeroed(Uint8Array, 10);
  heap.free(freed);
  const cannot = "Cannot ";
  assertRefused(heap, () => reallocateZeroed(heap, view, 2000), RangeError, cannot);
  assertRefused(heap, () => reallocateZeroed(heap, view, 0), RangeError, cannot);
  assertRefused(heap, () => reallocateZeroed(other, view, 10), TypeError, cannot);
  assertRefused(heap, () => reallocateZeroed(heap, view.subarray(1), 10), TypeError, cannot);
  assertRefused(heap, () => reallocateZeroed(heap, freed, 10), TypeError, cannot);
  assertRefused(heap, () => reallocateZeroed(heap, new Uint8Array(10), 10), TypeError, cannot);
  assertRefused(heap, () => reallocateZeroed(heap, 5 as unknown as Bytes, 10), TypeError, cannot);
  assert.ok(view.every((byte) => byte === 7));
});
