import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import {
  addressOf,
  assertFilled,
  assertLive,
  assertRefused,
  BAD_LENGTHS,
  fill,
  MIB,
  ofRoom,
  VIEW_TYPES,
} from "../_support.ts";

test("Heap.reallocate() stays in place while the block has room", ofRoom(), () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100);
  fill(view, 1);
  const address = addressOf(view);
  const grown = heap.reallocate(view, 110);
  assert.equal(addressOf(grown), address);
  assertFilled(grown, 1, 100);
  assert.deepEqual([view.length, view.buffer.detached, grown.length], [0, true, 110]);
  assertLive(heap, 110, 1);
  const shrunk = heap.reallocate(grown, 60);
  assert.equal(addressOf(shrunk), address);
  assertFilled(shrunk, 1);
  assert.deepEqual([grown.length, shrunk.length], [0, 60]);
  assertLive(heap, 60, 1);
});

test("Heap.reallocate() moves what outgrows its block, with its contents", () => {
  using heap = new Heap();
  const neighbours = Array.from({ length: 50 }, (_, index) => heap.allocate(Uint8Array, 64).fill(index));
  let view = heap.allocate(Uint8Array, 64);
  fill(view, 9);
  let before = 64;
  for (const length of [65, 100, 1000, 10_000, 100_000, 3 * MIB]) {
    const moved = heap.reallocate(view, length);
    assert.deepEqual([view.length, view.buffer.detached, moved.length], [0, true, length]);
    assertFilled(moved, 9, before);
    fill(moved, 9);
    assertLive(heap, 50 * 64 + length, 51);
    [view, before] = [moved, length];
  }
  neighbours.forEach((neighbour, index) => assert.ok(neighbour.every((byte) => byte === index)));
});

test("Heap.reallocate() gives memory back when it shrinks below half", () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, MIB);
  fill(view, 3);
  const address = addressOf(view);
  const shrunk = heap.reallocate(view, 1000);
  assertFilled(shrunk, 3);
  assert.notEqual(addressOf(shrunk), address);
  assertLive(heap, 1000, 1);
});

for (const [type, elementBytes] of VIEW_TYPES) {
  test(`Heap.reallocate() of a ${type.name} returns one`, () => {
    using heap = new Heap();
    const view = heap.allocate(type, 10);
    fill(view, 5);
    const grown = heap.reallocate(view, 1000);
    assert.equal(Object.getPrototypeOf(grown), type.prototype);
    assert.equal(grown.byteLength, 1000 * elementBytes);
    assertFilled(grown, 5, 10 * elementBytes);
    assert.equal(view.buffer.byteLength, 0);
    assertRefused(heap, () => heap.free(view), TypeError, "Cannot free this view: it was freed before");
    assertRefused(heap, () => heap.reallocate(view, 5), TypeError, "Cannot reallocate this view");
    assertRefused(heap, () => heap.reallocate(grown, 2 ** 33), RangeError, "Cannot allocate");
    heap.free(grown);
    assertLive(heap, 0, 0);
  });
}

test("Heap.reallocate() takes the class from the view that it is given", () => {
  using heap = new Heap();
  const floats = heap.allocate(Float64Array, 8);
  const bytes = heap.reallocate(new Uint8Array(floats.buffer), 70);
  assert.ok(bytes instanceof Uint8Array);
  assert.deepEqual([bytes.length, floats.length], [70, 0]);
});

test("Heap.reallocate() that fails leaves the view as it was", () => {
  using heap = new Heap({ limit: 1000 });
  const view = heap.allocate(Uint8Array, 600);
  fill(view, 2);
  heap.allocate(Uint8Array, 300);
  for (const [length, error] of BAD_LENGTHS) {
    assertRefused(heap, () => heap.reallocate(view, length as number), error, "Cannot allocate");
  }
  assertRefused(heap, () => heap.reallocate(view, 701), AllocationError, "Cannot allocate 101 bytes");
  assertFilled(view, 2);
  assert.equal(view.length, 600);
  assert.equal(heap.reallocate(view, 700).length, 700);
  assertLive(heap, 1000, 2);
});

test("Heap.reallocate() refuses views that are not of the heap and changes nothing", () => {
  using heap = new Heap();
  using other = new Heap();
  const view = heap.allocate(Uint32Array, 16);
  const foreign = other.allocate(Uint8Array, 16);
  const reallocate = (bad: Uint8Array<ArrayBuffer>) => (): unknown => heap.reallocate(bad, 32);
  for (const bad of [new Uint8Array(8), foreign, new Uint8Array(view.buffer, 4), new Uint8Array(view.buffer, 0, 8)]) {
    assertRefused(heap, reallocate(bad), TypeError, "Cannot reallocate this view");
  }
  for (const bad of [{}, "view", view.buffer, 8]) {
    assertRefused(heap, reallocate(bad as unknown as Uint8Array<ArrayBuffer>), TypeError, "Cannot ");
  }
  assert.deepEqual([view.length, foreign.length], [16, 16]);
  assertLive(other, 16, 1);
});
