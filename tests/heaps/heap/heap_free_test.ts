import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyView, ClosedError, Heap, LeakError, ScopePool } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill } from "../_support.ts";

function assertNotFreed(heap: Heap, view: AnyView, reason: RegExp): void {
  assertRefused(heap, () => heap.free(view), TypeError, "Cannot free this view");
  assert.throws(() => heap.free(view), reason);
}

test("Heap.free() detaches the view and every other view of its buffer", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint32Array, 16);
  const others = [new Uint8Array(view.buffer), view.subarray(4), new DataView(view.buffer)];
  heap.free(view);
  assert.deepEqual([view.length, view.byteLength, view.buffer.detached], [0, 0, true]);
  assert.ok(others.every((other) => other.buffer.byteLength === 0));
  view[0] = 5;
  assert.equal(view[0], undefined);
  assertLive(heap, 0, 0);
});

test("Heap.free() takes blocks in any order and uses their memory again", () => {
  using heap = new Heap();
  const addresses = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const views = Array.from({ length: 1000 }, (_, index) => heap.allocate(Uint8Array, 48).fill(index));
    views.forEach((view) => addresses.add(addressOf(view)));
    const order = [...views.keys()].sort((a, b) => (a * 7919) % 1000 - (b * 7919) % 1000);
    for (const index of order) {
      assert.ok(views[index]!.every((byte) => byte === index % 256));
      heap.free(views[index]!);
    }
    assertLive(heap, 0, 0);
  }
  assert.ok(addresses.size < 10_000, `20,000 blocks had ${addresses.size} addresses`);
});

test("Heap.free() frees through any view over the whole buffer", () => {
  using heap = new Heap();
  const first = heap.allocate(Float64Array, 8);
  heap.free(new Uint8Array(first.buffer));
  assert.equal(first.length, 0);
  const second = heap.allocate(Float64Array, 8);
  heap.free(new DataView(second.buffer));
  assert.equal(second.length, 0);
  assertLive(heap, 0, 0);
});

test("Heap.free() refuses a view that it freed before", () => {
  using heap = new Heap();
  for (const type of [Uint8Array, Float64Array, DataView]) {
    const view = heap.allocate(type, 8);
    const twin = new Uint8Array(view.buffer);
    heap.free(view);
    heap.allocate(type, 8);
    assertNotFreed(heap, view, /it was freed before$/);
    assertNotFreed(heap, twin, /it was freed before$/);
  }
});

test("Heap.free() refuses parts of a block", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint32Array, 16);
  fill(view, 4);
  const parts = [
    view.subarray(1),
    view.subarray(0, 15),
    view.subarray(3, 3),
    new Uint8Array(view.buffer, 0, 63),
    new DataView(view.buffer, 8),
  ];
  for (const part of parts) assertNotFreed(heap, part, /it covers \d+ bytes of a block of 64/);
  assertFilled(view, 4);
  heap.free(view);
});

test("Heap.free() refuses views that no heap handed out", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  const inScope = pool.open().allocate(Uint8Array, 64);
  const large = pool.open().allocate(Uint8Array, 100_000);
  const shared = new Uint8Array(new SharedArrayBuffer(8)) as unknown as AnyView;
  for (const view of [new Uint8Array(8), new DataView(new ArrayBuffer(8)), inScope, large, shared]) {
    assertNotFreed(heap, view, /no heap handed it out/);
  }
  assert.deepEqual([inScope.length, large.length], [64, 100_000]);
  for (const value of [null, undefined, 5, "view", {}, new ArrayBuffer(8)]) {
    assertNotFreed(heap, value as unknown as AnyView, /no heap handed it out/);
  }
});

test("Heap.free() refuses a view of another heap and names that heap", () => {
  using heap = new Heap({ name: "mine" });
  using other = new Heap({ name: "other" });
  const view = other.allocate(Uint8Array, 64);
  assertNotFreed(heap, view, /in heap "mine": it belongs to heap "other"$/);
  assertLive(other, 64, 1);
  assert.deepEqual([heap.owns(view), other.owns(view)], [false, true]);
  other.free(view);
});

test("Heap.free() refuses a view whose buffer the program detached", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 64);
  view.buffer.transfer(0);
  assertNotFreed(heap, view, /its buffer was moved/);
  assertLive(heap, 64, 1);
  assert.equal(heap.owns(view), false);
});

test("Heap.owns() is true for live views of this heap and parts of them", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 64);
  assert.ok(heap.owns(view));
  assert.ok(heap.owns(view.subarray(8, 16)));
  assert.equal(heap.owns(new Uint8Array(8)), false);
  assert.equal(heap.owns({} as AnyView), false);
  const grown = heap.reallocate(view, 1000);
  assert.deepEqual([heap.owns(view), heap.owns(grown)], [false, true]);
  heap.free(grown);
  assert.equal(heap.owns(grown), false);
});

test("Heap.close() throws LeakError while blocks are live, then closes", () => {
  const heap = new Heap({ name: "leaky" });
  const views = [heap.allocate(Uint8Array, 100), heap.allocate(Float64Array, 5)];
  assert.throws(() => heap.close(), (error) => {
    assert.ok(error instanceof LeakError);
    assert.deepEqual([error.name, error.blocks, error.bytes], ["LeakError", 2, 140]);
    assert.match(error.message, /^Cannot close heap "leaky": 2 blocks with 140 bytes are live/);
    return true;
  });
  assert.equal(heap.closed, false);
  assert.deepEqual(views.map((view) => view.length), [100, 5]);
  for (const view of views) heap.free(view);
  heap.close();
  heap.close();
  assert.equal(heap.closed, true);
});

test("Heap.destroy() detaches every view, and does nothing the second time", () => {
  const heap = new Heap();
  const views = Array.from({ length: 3000 }, (_, index) => heap.allocate(Uint8Array, 1 + index % 500));
  views.push(heap.allocate(Uint8Array, 5_000_000), heap.allocate(Uint8Array, 100, { alignment: 2 ** 20 }));
  views.push(heap.text(""));
  heap.destroy();
  assert.ok(views.every((view) => view.length === 0 && view.buffer.detached));
  assertLive(heap, 0, 0);
  heap.destroy();
  heap.close();
  heap[Symbol.dispose]();
  assert.equal(heap.closed, true);
});

test("using a Heap destroys it", () => {
  let view: Uint8Array | undefined;
  {
    using heap = new Heap();
    view = heap.allocate(Uint8Array, 8);
  }
  assert.equal(view.length, 0);
});

test("Heap throws ClosedError for every call once it is closed", () => {
  const heap = new Heap({ name: "gone" });
  const view = heap.allocate(Uint8Array, 8);
  heap.destroy();
  const calls: (() => unknown)[] = [
    () => heap.allocate(Uint8Array, 8),
    () => heap.allocate(Uint8Array, 8, { alignment: 64 }),
    () => heap.allocate(Uint8Array, 8, { alignment: 2 ** 20 }),
    () => heap.allocateZeroed(Uint8Array, 8),
    () => heap.reallocate(view, 16),
    () => heap.free(view),
    () => heap.bytes([1]),
    () => heap.bytes([]),
    () => heap.text("a"),
    () => heap.collect(),
    () => heap.share(),
  ];
  for (const call of calls) assertRefused(heap, call, ClosedError, "Cannot ");
  assert.equal(heap.owns(view), false);
});

test("Heap.collect() leaves live blocks alone", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100_000);
  fill(view, 1);
  for (let index = 0; index < 100; index++) heap.free(heap.allocate(Uint8Array, 100_000));
  heap.collect();
  heap.collect(true);
  assertFilled(view, 1);
  assertLive(heap, 100_000, 1);
});
