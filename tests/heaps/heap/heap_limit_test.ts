import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Arena, Heap, onError } from "../../../mod.ts";
import { assertFilled, assertLive, assertRefused, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

function catchError(action: () => unknown): AllocationError {
  try {
    action();
  } catch (error) {
    if (error instanceof AllocationError) return error;
    throw error;
  }
  assert.fail("it did not throw");
}

function fillUp(heap: Heap, byteLength: number): Uint8Array<ArrayBuffer>[] {
  const views: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    try {
      views.push(heap.allocate(Uint8Array, byteLength));
    } catch (error) {
      assert.ok(error instanceof AllocationError);
      return views;
    }
  }
}

test("Heap with a limit hands out that many bytes and not one more", () => {
  using heap = new Heap({ name: "small", limit: 1000 });
  const view = heap.allocate(Uint8Array, 600);
  heap.allocate(Float64Array, 50);
  for (
    const action of [
      () => heap.allocate(Uint8Array, 1),
      () => heap.allocateZeroed(Uint8Array, 1),
      () => heap.allocate(Uint8Array, 1, { alignment: 64 }),
      () => heap.bytes([1]),
      () => heap.text("a"),
    ]
  ) assertRefused(heap, action, AllocationError, 'Cannot allocate 1 bytes in heap "small": its limit is 1000 bytes');
  heap.free(view);
  assert.equal(heap.allocate(Uint8Array, 600).length, 600);
  assertLive(heap, 1000, 2);
});

test("AllocationError tells what was requested, what is live and the limit", () => {
  using heap = new Heap({ limit: 1000 });
  const view = heap.allocate(Uint8Array, 600);
  const error = catchError(() => heap.allocate(Uint8Array, 401));
  assert.ok(error instanceof RangeError);
  assert.equal(error.name, "AllocationError");
  assert.deepEqual([error.requested, error.live, error.limit], [401, 600, 1000]);
  const grown = catchError(() => heap.reallocate(view, 1001));
  assert.deepEqual([grown.requested, grown.live, grown.limit], [401, 600, 1000]);
});

test("Heap.reallocate() within the limit needs no room for both blocks", () => {
  using heap = new Heap({ limit: 100_000 });
  const view = heap.allocate(Uint8Array, 60_000);
  fill(view, 8);
  const grown = heap.reallocate(view, 100_000);
  assertFilled(grown, 8, 60_000);
  assertLive(heap, 100_000, 1);
  assert.equal(heap.reallocate(grown, 10).length, 10);
  assertLive(heap, 10, 1);
});

test("new Heap() refuses a limit that is not a number of bytes", () => {
  for (const limit of [0, -1, 1.5, NaN, -Infinity, 2 ** 53, "8", null, {}]) {
    assert.throws(() => new Heap({ limit: limit as number }), { name: "RangeError", message: /^Cannot limit to / });
  }
  using heap = new Heap({ limit: Infinity });
  assert.equal(heap.limit, Infinity);
});

for (const byteLength of [1000, 100_000, MIB]) {
  test(
    `Heap.allocate() throws when its arena is full of ${byteLength} bytes, and goes on after a free`,
    ofArenas,
    () => {
      using arena = Arena.reserve(32 * MIB, { name: "full" });
      using heap = new Heap({ arena });
      const views = fillUp(heap, byteLength);
      assert.ok(views.length * byteLength > 12 * MIB, `only ${views.length} blocks fit`);
      views.forEach(fill);
      assertLive(heap, views.length * byteLength, views.length);
      const error = catchError(() => heap.allocate(Uint8Array, byteLength));
      assert.match(error.message, /in arena "full": mimalloc has no room for it, \d+ bytes are in use$/);
      assert.deepEqual([error.requested, error.live, error.limit], [byteLength, heap.liveBytes, Infinity]);
      const calls = [
        () => heap.allocateZeroed(Uint8Array, byteLength),
        () => heap.allocate(Uint8Array, 31 * MIB, { alignment: 4096 }),
        () => heap.allocate(Uint8Array, 31 * MIB, { alignment: MIB }),
        () => heap.reallocate(views[0]!, 40 * MIB),
      ];
      for (const call of calls) assertRefused(heap, call, AllocationError, "Cannot allocate");
      views.forEach((view, index) => assertFilled(view, index));
      for (const view of views.splice(1)) heap.free(view);
      assert.equal(heap.allocate(Uint8Array, byteLength).length, byteLength);
      assertFilled(views[0]!, 0);
      assertLive(heap, 2 * byteLength, 2);
    },
  );
}

test("Heap.allocate() that fails calls the error listeners, which may use the heap", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  using heap = new Heap({ arena, limit: 35 * MIB });
  const view = heap.allocate(Uint8Array, MIB);
  fill(view, 6);
  let calls = 0;
  using _ = onError(() => {
    calls++;
    heap.free(heap.allocate(Uint8Array, 1000));
    assert.throws(() => heap.allocate(Uint8Array, 34.5 * MIB), AllocationError);
    assert.throws(() => heap.allocate(Uint8Array, 33 * MIB), AllocationError);
  });
  assertRefused(heap, () => heap.allocate(Uint8Array, 33 * MIB), AllocationError, "Cannot allocate");
  assertRefused(heap, () => heap.reallocate(view, 34 * MIB), AllocationError, "Cannot allocate");
  assert.ok(calls >= 2, `${calls} calls`);
  assertFilled(view, 6);
  assertLive(heap, MIB, 1);
});

test("Heap.destroy() by an error listener ends the heap whose allocation fails", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  for (const action of ["allocate", "reallocate"] as const) {
    const heap = new Heap({ arena });
    const view = heap.allocate(Uint8Array, MIB);
    using _ = onError(() => heap.destroy());
    assert.throws(
      () => action === "allocate" ? heap.allocate(Uint8Array, 33 * MIB) : heap.reallocate(view, 33 * MIB),
      AllocationError,
    );
    assert.deepEqual([heap.closed, view.length], [true, 0]);
    assertLive(heap, 0, 0);
  }
  assert.equal(arena.liveHeaps, 0);
});

test("Heap.allocate() reads its options before it looks whether it is open", () => {
  const heap = new Heap();
  const options = {
    get alignment(): number {
      heap.destroy();
      return 64;
    },
  };
  assert.throws(() => heap.allocate(Uint8Array, 8, options), { name: "ClosedError" });
  assertLive(heap, 0, 0);
});
