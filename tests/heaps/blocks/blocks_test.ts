import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { Arena, goodSize, Heap, isInHeapRegion, ScopePool, Subprocess, usableSize } from "../../../mod.ts";
import { assertRefused, fill, MIB, ofRoom, VIEW_TYPES } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

test("usableSize() is at least the byte length of the view", ofRoom(), () => {
  using heap = new Heap();
  for (const bytes of [1, 7, 8, 9, 16, 100, 1000, 1001, 5000, 70_000, 3 * MIB + 1]) {
    const usable = usableSize(heap.allocate(Uint8Array, bytes));
    const good = goodSize(bytes);
    assert.ok(usable >= good && good >= bytes, `${usable} of ${bytes}, good is ${good}`);
    // mimalloc gives larger blocks memory of their own, and leaves the rest of it to them.
    if (bytes < MIB) assert.equal(usable, good);
  }
});

test("usableSize() takes every class of views", () => {
  using heap = new Heap();
  for (const [type, elementBytes] of VIEW_TYPES) assert.ok(usableSize(heap.allocate(type, 3)) >= 3 * elementBytes);
});

test("usableSize() is the size up to which reallocate() grows a block in place", ofRoom(), () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 1001);
  fill(view, 1);
  const usable = usableSize(view);
  assert.ok(usable > 1001, "there is nothing to grow into");
  const before = heap.blocks();
  const grown = heap.reallocate(view, usable);
  assert.deepEqual(heap.blocks(), before);
  assert.equal(usableSize(grown), usable);
});

test("usableSize() counts from the first byte of a view that begins inside of its block", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100, { alignment: MIB });
  const usable = usableSize(view);
  assert.ok(usable >= 100 && usable <= 2 * MIB, `${usable}`);
  const grown = heap.reallocate(view, usable);
  grown.fill(255);
  assert.equal(usableSize(grown), usable);
});

test("usableSize() refuses views without a block of a heap", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100);
  const freed = heap.allocate(Uint8Array, 100);
  heap.free(freed);
  using pool = new ScopePool();
  for (const wrong of [freed, view.subarray(1), new Uint8Array(8), null as unknown as Uint8Array<ArrayBuffer>]) {
    assertRefused(heap, () => usableSize(wrong), TypeError, "Cannot measure this view: ");
  }
  pool.run((scope) => assert.throws(() => usableSize(scope.allocate(Uint8Array, 8)), TypeError));
});

test("usableSize() refuses a view of another sub-process", () => {
  if (!canLeave()) return;
  using part = Subprocess.create({ name: "part" });
  const view = part.run(() => new Heap({ name: "inner" }).allocate(Uint8Array, 100));
  assert.throws(() => usableSize(view), { message: /^Cannot measure a view in heap "inner": it lies in sub-process/ });
  assert.ok(part.run(() => usableSize(view)) >= 100);
});

test("goodSize() returns a size that a block uses whole", ofRoom(), () => {
  using heap = new Heap();
  for (const bytes of [1, 8, 9, 100, 1001, 4097, 65_537]) {
    const good = goodSize(bytes);
    assert.ok(good >= bytes);
    assert.equal(goodSize(good), good);
    assert.equal(usableSize(heap.allocate(Uint8Array, good)), good);
  }
});

test("goodSize() refuses invalid sizes", () => {
  for (const wrong of [0, -1, 1.5, NaN, Infinity, 2 ** 32, 2 ** 32 + 5, 2 ** 53, "8", null, undefined]) {
    assert.throws(() => goodSize(wrong as number), { name: "RangeError", message: /^Cannot tell the good size of / });
  }
  assert.ok(goodSize(2 ** 32 - 1) >= 2 ** 32 - 1);
});

test("isInHeapRegion() is true for memory of heaps and scopes and false for other memory", ofArenas, () => {
  using heap = new Heap();
  using arena = Arena.reserve(32 * MIB);
  using bound = new Heap({ arena });
  using pool = new ScopePool();
  const view = heap.allocate(Float64Array, 100);
  assert.equal(isInHeapRegion(view), true);
  assert.equal(isInHeapRegion(view.subarray(50)), true);
  assert.equal(isInHeapRegion(bound.allocate(DataView, 100)), true);
  assert.equal(pool.run((scope) => isInHeapRegion(scope.allocate(Uint8Array, 10))), true);
  assert.equal(isInHeapRegion(new Uint8Array(100)), false);
});

test("isInHeapRegion() is false for a freed view, and throws for what is not a view", () => {
  using heap = new Heap();
  const [bytes, data] = [heap.allocate(Uint8Array, 10), heap.allocate(DataView, 10)];
  heap.free(bytes);
  heap.free(data);
  assert.equal(isInHeapRegion(bytes), false);
  assert.equal(isInHeapRegion(data), false);
  for (const wrong of [5, null, new ArrayBuffer(8)]) {
    assert.throws(() => isInHeapRegion(wrong as unknown as Uint8Array<ArrayBuffer>), {
      name: "TypeError",
      message: /^Cannot look up /,
    });
  }
});
