import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, isUnderUtilized, library, UnsupportedError } from "../../../mod.ts";
import { assertFilled, fill, MIB } from "../_support.ts";

const skip = library().has("mi_unsafe_heap_page_is_under_utilized") ? false : "mimalloc 3.6 tells it";

test("isUnderUtilized() throws UnsupportedError before 3.6", { skip: skip === false }, () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 10);
  assert.throws(() => isUnderUtilized(view, 50), UnsupportedError);
});

test("isUnderUtilized() is true for blocks in sparse pages, and false for their copies", { skip }, () => {
  using heap = new Heap();
  const views = Array.from({ length: 3000 }, () => heap.allocate(Uint8Array, 1000));
  assert.equal(views.filter((view) => isUnderUtilized(view, 50)).length, 0);
  const live = views.filter((view, index) => index % 10 === 0 || heap.free(view));
  live.forEach(fill);
  assert.equal(live.length, 300);
  assert.equal(live.filter((view) => isUnderUtilized(view, 5)).length, 0);
  assert.ok(live.filter((view) => isUnderUtilized(view, 25)).length > 250);
  const before = heap.areas().length;
  live.forEach((view, index) => {
    if (!isUnderUtilized(view, 25)) return;
    live[index] = heap.bytes(view);
    heap.free(view);
  });
  heap.collect(true);
  const after = heap.areas().length;
  assert.ok(after <= before / 4, `${before} pages before, ${after} after`);
  live.forEach((view, index) => assertFilled(view, index));
  assert.equal(heap.liveBlocks, 300);
});

test("isUnderUtilized() is false for a large block", { skip }, () => {
  using heap = new Heap();
  assert.equal(isUnderUtilized(heap.allocate(Uint8Array, 50 * MIB), 100), false);
});

test("isUnderUtilized() refuses invalid views and figures", { skip }, () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100);
  for (const percent of [-1, 101, NaN, Infinity, 2 ** 32, "50", null, undefined]) {
    assert.throws(() => isUnderUtilized(view, percent as number), { name: "RangeError", message: /per cent/ });
  }
  const freed = heap.allocate(Uint8Array, 100);
  heap.free(freed);
  for (const wrong of [freed, view.subarray(1), new Uint8Array(8)]) {
    assert.throws(() => isUnderUtilized(wrong, 50), { name: "TypeError" });
  }
  using _same = Heap.attach(heap.share());
  assert.throws(() => isUnderUtilized(view, 50), { name: "Error", message: /other threads use it/ });
});
