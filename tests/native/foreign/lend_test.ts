import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { addressOf, lend, Pointer } from "../../../native/mod.ts";
import { f64, u8 } from "../../../stl/mod.ts";

function pointerIn(heap: Heap): Pointer<typeof u8> {
  return Pointer.at(addressOf(heap.bytes([1, 2, 3, 4, 5, 6, 7, 8])), u8);
}

test("lend() shows memory of C for the length of a call", () => {
  using heap = new Heap({ name: "lent" });
  const pointer = pointerIn(heap);
  let kept: Uint8Array | undefined;
  const sum = lend(pointer, 4, (view) => {
    kept = view;
    view[0] = 10;
    return view.reduce((sum, value) => sum + value, 0);
  });
  assert.deepEqual([sum, kept?.length], [19, 0]);
  assert.equal(lend(pointer, 8, (view) => view[0]), 10);
  assert.ok(lend(pointer.as(f64), 8, (view) => view instanceof Float64Array));
  assert.ok(lend(pointer.as(undefined), 8, (view) => view instanceof Uint8Array));
});

test("the view is empty when the task throws, and what it throws comes through", () => {
  using heap = new Heap({ name: "throwing" });
  let kept: Uint8Array | undefined;
  assert.throws(() =>
    lend(pointerIn(heap), 8, (view) => {
      kept = view;
      throw new Error("in the middle");
    }), /in the middle/);
  assert.equal(kept?.length, 0);
});

test("lends may stand in each other", () => {
  using heap = new Heap({ name: "nested" });
  const pointer = pointerIn(heap);
  const seen = lend(pointer, 8, (outer) => {
    lend(pointer, 8, (inner) => inner.fill(9));
    return outer[7];
  });
  assert.equal(seen, 9);
});

test("asynchronous tasks are refused", () => {
  using heap = new Heap({ name: "asynchronous" });
  const pointer = pointerIn(heap);
  let called = false;
  assert.throws(
    () =>
      // deno-lint-ignore require-await -- that it is one is what is looked at
      lend(pointer, 8, async () => {
        called = true;
      }),
    { name: "TypeError", message: /asynchronous function/ },
  );
  assert.equal(called, false);
  let kept: Uint8Array | undefined;
  assert.throws(() =>
    lend(pointer, 8, (view) => {
      kept = view;
      return Promise.resolve();
    }), { name: "TypeError", message: /asynchronous function/ });
  assert.equal(kept?.length, 0);
});

test("lend() refuses what is no memory, and a buffer that was moved away", () => {
  using heap = new Heap({ name: "refused" });
  const pointer = pointerIn(heap);
  let called = 0;
  const task = (): void => void called++;
  for (const value of [null, undefined, 4096, {}]) {
    assert.throws(() => lend(value as never, 8, task), { name: "TypeError", message: /expected a Pointer/ });
  }
  for (const length of [0, -1, 0.5, NaN, 2 ** 32]) assert.throws(() => lend(pointer, length, task), RangeError);
  assert.throws(() => lend(Pointer.at(4096), 8, task), { name: "RangeError", message: /memory of the process/ });
  assert.throws(() => lend(pointer, 8, null as never), { name: "TypeError", message: /expected a function, got null/ });
  assert.equal(called, 0);
  assert.throws(() => lend(pointer, 8, (view) => view.buffer.transfer()), { name: "TypeError", message: /was moved/ });
});
