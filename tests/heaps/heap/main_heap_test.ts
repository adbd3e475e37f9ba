import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { ClosedError, Heap, heapOf, library, mainHeap, ScopePool, Subprocess, visitHeaps } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill, MIB } from "../_support.ts";

/** Whether the main heap is one of those that any thread can name. */
const isShared = library().has("mi_heap_main");

test("mainHeap() returns one heap that makes and frees every kind of block", () => {
  const heap = mainHeap();
  assert.equal(mainHeap(), heap);
  assert.ok(heap instanceof Heap);
  const before = [heap.liveBytes, heap.liveBlocks] as const;
  const views = [
    heap.allocate(Float64Array, 10),
    heap.allocateZeroed(Uint8Array, 3 * MIB),
    heap.allocate(Uint8Array, 100, { alignment: 4096 }),
    heap.bytes([1, 2, 3]),
  ];
  assertLive(heap, before[0] + 80 + 3 * MIB + 103, before[1] + 4);
  views.forEach(fill);
  const grown = heap.reallocate(views[0]!, 1000);
  assertFilled(grown, 0, 80);
  assert.equal(heapOf(grown), heap);
  for (const view of [grown, ...views.slice(1)]) heap.free(view);
  assertLive(heap, ...before);
  heap.collect(true);
});

test("mainHeap() is the heap of C code that names no heap", () => {
  const { malloc, free } = library().bind("blocks");
  const handle = malloc(100);
  const { heapContains, heapContainsBlock } = library().bind("ownership");
  const contains = isShared ? heapContains : heapContainsBlock;
  const { heapMain } = library().bind("heaps");
  const { heapGetBacking } = library().bind("heapSettings");
  assert.equal(contains(isShared ? heapMain() : heapGetBacking(), handle), true);
  free(handle);
});

test("mainHeap() cannot be closed or destroyed, and its blocks stay", () => {
  const heap = mainHeap();
  const view = heap.allocate(Uint8Array, 100).fill(7);
  const calls = [(): void => heap.close(), (): void => heap.destroy(), (): void => {
    using same = mainHeap();
    assert.equal(same, heap);
  }];
  for (const call of calls) assertRefused(heap, call, Error, "Cannot ");
  assert.throws(calls[1]!, { message: /^Cannot destroy the main heap: it lasts until the process ends/ });
  assert.equal(heap.closed, false);
  assert.ok(view.every((byte) => byte === 7));
  heap.free(view);
});

test("mainHeap() refuses views of other heaps, and other heaps refuse its views", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  const [mine, other] = [mainHeap().allocate(Uint8Array, 10), heap.allocate(Uint8Array, 10)];
  assertRefused(mainHeap(), () => mainHeap().free(other), TypeError, 'Cannot free this view in heap "main"');
  assertRefused(heap, () => heap.free(mine), TypeError, "Cannot free this view");
  pool.run((scope) => assert.throws(() => scope.free(mine), TypeError));
  mainHeap().free(mine);
  assertRefused(mainHeap(), () => mainHeap().free(mine), TypeError, "Cannot free this view");
});

test("mainHeap() lists its blocks before 3.6, and throws where every thread uses it", () => {
  const heap = mainHeap();
  const view = heap.allocate(Uint8Array, 5000);
  if (isShared) {
    assert.throws(() => heap.blocks(), { name: "Error", message: /other threads use it/ });
    assert.throws(() => heap.areas(), { name: "Error", message: /other threads use it/ });
  } else {
    assert.ok(heap.blocks().addresses.includes(addressOf(view)));
    assert.ok(heap.areas().length > 0);
  }
  heap.free(view);
});

test("mainHeap() is among those of visitHeaps() and has statistics on 3.6", () => {
  if (!canLeave()) return;
  const names: (string | undefined)[] = [];
  const { liveBytes } = mainHeap();
  visitHeaps(({ main, name, liveBytes: bytes }) => {
    if (!main) return;
    names.push(name);
    assert.equal(bytes, liveBytes);
  });
  assert.deepEqual(names, ["main"]);
  assert.ok(mainHeap().stats());
});

test("mainHeap() of a sub-process is another one, and ends with it", () => {
  if (!canLeave()) return;
  const outer = mainHeap();
  const kept = outer.allocate(Uint8Array, 100).fill(1);
  const part = Subprocess.create({ name: "part" });
  const inner = part.run(mainHeap);
  assert.notEqual(inner, outer);
  assert.equal(part.run(mainHeap), inner);
  const view = part.run(() => inner.allocate(Uint8Array, 1000).fill(2));
  assert.equal(part.usedBytes, 1000);
  assert.throws(() => inner.allocate(Uint8Array, 1), { message: /it lies in sub-process "part"/ });
  assert.throws(() => part.run(() => outer.free(kept)), { message: /it lies in the main sub-process/ });
  part.destroy();
  assert.equal(view.length, 0);
  assert.equal(inner.closed, true);
  assert.throws(() => inner.allocate(Uint8Array, 1), ClosedError);
  assert.equal(mainHeap(), outer);
  assert.ok(kept.every((byte) => byte === 1));
  outer.free(kept);
});

test("mainHeap() of another thread counts for itself", async () => {
  const { liveBytes } = mainHeap();
  const worker = new Worker(new URL("./_main_heap_worker.ts", import.meta.url));
  try {
    const answer = await new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", resolve);
      worker.postMessage(mainHeap().share());
    });
    assert.deepEqual(answer, { liveBytes: 1000, attached: library().sharedHeaps ? 2000 : "WrongThreadError" });
  } finally {
    await worker.terminate();
  }
  assert.equal(mainHeap().liveBytes, liveBytes);
  const view = mainHeap().allocate(Uint8Array, 1000);
  mainHeap().free(view);
});
