import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Arena, ClosedError, type DeferredFreeCall, Heap, ScopePool } from "../../../mod.ts";
import { ofArenas } from "../../_arenas.ts";

const MIB = 2 ** 20;

/** A heap with a listener that writes down its calls. */
function listen(heap: Heap, listener: (call: DeferredFreeCall) => void = (): void => {}): DeferredFreeCall[] {
  const calls: DeferredFreeCall[] = [];
  heap.onDeferredFree((call) => {
    calls.push(call);
    listener(call);
  });
  return calls;
}

function allocateMany(heap: Heap, count: number): void {
  for (let i = 0; i < count; i++) heap.free(heap.allocate(Uint8Array, 16));
}

test("Heap.onDeferredFree() calls before every 1,024th allocation, counted from the last call", () => {
  using heap = new Heap();
  allocateMany(heap, 500);
  const calls = listen(heap);
  allocateMany(heap, 1023);
  assert.deepEqual(calls, []);
  allocateMany(heap, 1);
  assert.deepEqual(calls, [{ force: false, heartbeat: 1 }]);
  allocateMany(heap, 2048);
  assert.deepEqual(calls.slice(1), [{ force: false, heartbeat: 2 }, { force: false, heartbeat: 3 }]);
});

test("Heap.onDeferredFree() counts every kind of allocation", () => {
  using heap = new Heap();
  const calls = listen(heap);
  for (let i = 0; i < 1024 / 4; i++) {
    heap.allocateZeroed(Float64Array, 2);
    heap.allocate(Uint8Array, 64, { alignment: 64 });
    heap.bytes([1, 2, 3]);
    heap.text("a");
  }
  assert.deepEqual(calls, [{ force: false, heartbeat: 1 }]);
});

test("Heap.onDeferredFree() is called by collect() with its argument", () => {
  using heap = new Heap();
  const calls = listen(heap);
  heap.collect();
  heap.collect(true);
  assert.deepEqual(calls, [{ force: false, heartbeat: 1 }, { force: true, heartbeat: 2 }]);
});

test("Heap.onDeferredFree() makes room once when the limit is hit, and the allocation succeeds", () => {
  using heap = new Heap({ limit: 1000 });
  const cached = [heap.allocate(Uint8Array, 600), heap.allocate(Uint8Array, 300)];
  const calls = listen(heap, ({ force }) => force && cached.splice(0).forEach((view) => heap.free(view)));
  const view = heap.allocate(Uint8Array, 900);
  assert.deepEqual(calls, [{ force: true, heartbeat: 1 }]);
  assert.deepEqual([view.length, heap.liveBytes], [900, 900]);
});

test("Heap.onDeferredFree() is forced once, then the allocation fails", () => {
  using heap = new Heap({ limit: 1000 });
  const calls = listen(heap);
  assert.throws(() => heap.allocate(Uint8Array, 1001), AllocationError);
  assert.deepEqual(calls, [{ force: true, heartbeat: 1 }]);
  assert.equal(heap.liveBytes, 0);
});

test("Heap.onDeferredFree() makes room once in a full arena", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  using heap = new Heap({ arena });
  const cached: Uint8Array<ArrayBuffer>[] = [];
  assert.throws(() => {
    for (;;) cached.push(heap.allocate(Uint8Array, MIB));
  }, AllocationError);
  const full = cached.length;
  // Blocks that escaped in other tests of the process take from the room of a reused area.
  assert.ok(full >= 10, `${full} blocks of 1 MiB in 32 MiB`);
  const calls = listen(heap, ({ force }) => force && cached.splice(0).forEach((view) => heap.free(view)));
  assert.equal(heap.allocate(Uint8Array, MIB).length, MIB);
  assert.deepEqual(calls, [{ force: true, heartbeat: 1 }]);
  assert.equal(heap.liveBlocks, 1);
});

test("Heap.onDeferredFree() is never called inside itself, whatever it allocates", () => {
  using heap = new Heap({ limit: 100_000 });
  let depth = 0;
  let deepest = 0;
  const failures: unknown[] = [];
  const calls = listen(heap, () => {
    deepest = Math.max(deepest, ++depth);
    allocateMany(heap, 5000);
    heap.collect(true);
    try {
      heap.allocate(Uint8Array, 100_001);
    } catch (error) {
      failures.push(error);
    }
    depth--;
  });
  allocateMany(heap, 3 * 1024);
  assert.deepEqual([deepest, calls.length, heap.liveBlocks], [1, 3, 0]);
  assert.ok(failures.length === 3 && failures.every((error) => error instanceof AllocationError));
});

test("Heap.onDeferredFree() takes one listener at a time, until it is disposed of", () => {
  using heap = new Heap();
  const first = heap.onDeferredFree(() => {});
  assert.throws(() => heap.onDeferredFree(() => {}), /Cannot listen in heap .* dispose of that one first/);
  first[Symbol.dispose]();
  const calls = listen(heap);
  first[Symbol.dispose]();
  allocateMany(heap, 1024);
  assert.equal(calls.length, 1);
});

test("Heap.onDeferredFree() ends with its disposable and with its heap", () => {
  const heap = new Heap();
  let calls = 0;
  const subscription = heap.onDeferredFree(() => calls++);
  subscription[Symbol.dispose]();
  subscription[Symbol.dispose]();
  allocateMany(heap, 2048);
  heap.collect(true);
  const other = heap.onDeferredFree(() => calls++);
  heap.destroy();
  other[Symbol.dispose]();
  assert.equal(calls, 0);
  assert.throws(() => heap.onDeferredFree(() => {}), ClosedError);
});

test("Heap.onDeferredFree() refuses what is not a function", () => {
  using heap = new Heap();
  for (const listener of [undefined, null, {}, "free"]) {
    assert.throws(() => heap.onDeferredFree(listener as unknown as () => void), TypeError);
  }
  heap.onDeferredFree(() => {})[Symbol.dispose]();
});

test("Heap.allocate() throws ClosedError when the listener destroyed the heap", () => {
  const heap = new Heap({ limit: 100 });
  listen(heap, () => heap.destroy());
  assert.throws(() => heap.allocate(Uint8Array, 101), ClosedError);
  const other = new Heap();
  listen(other, () => other.destroy());
  assert.throws(() => other.collect(true), ClosedError);
});

test("Heap.reallocate() throws when the listener freed the block, and loses nothing", () => {
  using heap = new Heap({ limit: 1000 });
  let view = heap.allocate(Uint8Array, 600);
  listen(heap, ({ force }) => force && view.length > 0 && heap.free(view));
  assert.throws(() => heap.reallocate(view, 1001), TypeError);
  assert.deepEqual([heap.liveBytes, heap.liveBlocks], [0, 0]);
  view = heap.allocate(Uint8Array, 100);
  assert.equal(heap.reallocate(view, 900).length, 900);
});

test("Heap.onDeferredFree() is not called for another heap", () => {
  using heap = new Heap();
  using other = new Heap();
  using pool = new ScopePool();
  const calls = listen(heap);
  allocateMany(other, 2048);
  other.collect(true);
  pool.run((scope) => scope.allocate(Uint8Array, 100_000));
  assert.deepEqual(calls, []);
});

test("Heap.onDeferredFree() works in a heap that threads share, each thread for itself", () => {
  using heap = new Heap();
  using same = Heap.attach(heap.share());
  const calls = [listen(heap), listen(same)];
  allocateMany(heap, 1024);
  assert.deepEqual(calls.map(({ length }) => length), [1, 0]);
});
