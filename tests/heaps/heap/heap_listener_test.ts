import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { assertFilled, assertLive, fill } from "../_support.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a listener for deferred frees may do to the very block that is being reallocated, and the bytes it leaves. */
const ACTIONS: readonly (readonly [name: string, bytesLeft: number, act: (heap: Heap, view: Bytes) => void])[] = [
  ["frees it", 0, (heap, view) => heap.free(view)],
  ["resizes it in place", 102, (heap, view) => void heap.reallocate(view, 102)],
  ["resizes it elsewhere", 5000, (heap, view) => void heap.reallocate(view, 5000)],
  ["moves its buffer away", 100, (_heap, view) => void view.buffer.transfer()],
];

/** Allocations after which a listener is called; the one that reallocates may be the last of them. */
const PERIOD = 1024;

for (const [name, bytesLeft, act] of ACTIONS) {
  for (const length of [110, 70_000]) {
    test(`Heap.reallocate() to ${length} bytes at the limit throws when a listener ${name}`, () => {
      using heap = new Heap({ limit: 100_100 });
      const filler = heap.allocate(Uint8Array, 99_995);
      const view = heap.allocate(Uint8Array, 100);
      using _ = heap.onDeferredFree(() => {
        heap.free(filler);
        act(heap, view);
      });
      assert.throws(() => heap.reallocate(view, length), {
        name: "TypeError",
        message: /^Cannot reallocate this view/,
      });
      assertLive(heap, bytesLeft, bytesLeft === 0 ? 0 : 1);
    });
  }

  test(`Heap.reallocate() that moves a block throws when a listener ${name}`, () => {
    for (const before of [PERIOD - 2, PERIOD - 1]) {
      using heap = new Heap();
      const neighbour = heap.allocate(Uint8Array, 64);
      fill(neighbour, 1);
      const view = heap.allocate(Uint8Array, 100);
      let calls = 0;
      using _ = heap.onDeferredFree(() => {
        calls++;
        act(heap, view);
      });
      for (let index = 0; index < before; index++) heap.free(heap.allocate(Uint8Array, 8));
      assert.equal(calls, 0);
      assert.throws(() => heap.reallocate(view, 70_000), {
        name: "TypeError",
        message: /^Cannot reallocate this view/,
      });
      assert.equal(calls, 1);
      assertFilled(neighbour, 1);
      assertLive(heap, 64 + bytesLeft, bytesLeft === 0 ? 1 : 2);
    }
  });
}

test("Heap.destroy() by a listener ends the allocation that called it", () => {
  const heap = new Heap({ limit: 1000 });
  const view = heap.allocate(Uint8Array, 900);
  heap.onDeferredFree(() => heap.destroy());
  assert.throws(() => heap.allocate(Uint8Array, 200), { name: "ClosedError" });
  assert.equal(view.length, 0);
  assertLive(heap, 0, 0);
});
