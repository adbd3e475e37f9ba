import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import { Arena, Heap, heapOf, ScopePool, Subprocess } from "../../../mod.ts";
import { MIB, VIEW_TYPES } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

test("heapOf() returns the heap of a view of any class, size and alignment", ofArenas, () => {
  using heap = new Heap();
  using arena = Arena.reserve(64 * MIB);
  using bound = new Heap({ arena });
  for (const [type] of VIEW_TYPES) {
    assert.equal(heapOf(heap.allocate(type, 3)), heap);
    assert.equal(heapOf(bound.allocateZeroed(type, 3)), bound);
  }
  const large = heap.allocate(Uint8Array, 100 * MIB);
  for (const part of [large, large.subarray(50 * MIB), large.subarray(-1), new DataView(large.buffer, 7)]) {
    assert.equal(heapOf(part), heap);
  }
  assert.equal(heapOf(heap.allocate(Uint8Array, 100, { alignment: MIB })), heap);
});

test("heapOf() returns the pool of a scope's view in a chunk, behind a checkpoint and in a block of its own", () => {
  using pool = new ScopePool({ name: "one" });
  using other = new ScopePool({ name: "other" });
  using scope = pool.open();
  const views = [scope.allocate(Uint8Array, 8)];
  scope.checkpoint();
  views.push(scope.allocate(Uint8Array, 100), scope.allocate(Uint8Array, 8, { alignment: 4096 }));
  views.push(scope.allocate(Uint8Array, MIB), scope.allocate(Uint8Array, MIB).subarray(-1));
  for (const view of views) assert.equal(heapOf(view), pool);
  other.run((inner) => assert.equal(heapOf(inner.allocate(Uint8Array, 8)), other));
  assert.equal(heapOf(views[0]!), pool);
  scope[Symbol.dispose]();
  for (const view of views) assert.equal(heapOf(view), undefined);
});

test("heapOf() distinguishes two heaps over one heap of mimalloc", () => {
  using heap = new Heap();
  using same = Heap.attach(heap.share());
  assert.equal(heapOf(heap.allocate(Uint8Array, 10)), heap);
  assert.equal(heapOf(same.allocate(Uint8Array, 10)), same);
});

test("heapOf() is undefined for a freed, moved or foreign view", () => {
  using heap = new Heap();
  const [freed, data, moved] = [
    heap.allocate(Uint8Array, 10),
    heap.allocate(DataView, 10),
    heap.allocate(Uint8Array, 9),
  ];
  heap.free(freed);
  heap.free(data);
  const alias = structuredClone(moved, { transfer: [moved.buffer] });
  for (const view of [freed, data, moved, alias, new Uint8Array(10), new Uint8Array(0)]) {
    assert.equal(heapOf(view), undefined);
  }
  heap.free(heap.allocate(Uint8Array, 10));
  const gone = new Heap();
  const view = gone.allocate(Uint8Array, 10);
  gone.destroy();
  assert.equal(heapOf(view), undefined);
});

test("heapOf() refuses what is not a view", () => {
  for (const wrong of [5, null, undefined, new ArrayBuffer(8), {}]) {
    assert.throws(() => heapOf(wrong as unknown as Uint8Array<ArrayBuffer>), {
      name: "TypeError",
      message: /^Cannot look up /,
    });
  }
});

test("heapOf() returns the heap of a view of another sub-process", () => {
  if (!canLeave()) return;
  using part = Subprocess.create();
  const inner = part.run(() => new Heap());
  const view = part.run(() => inner.allocate(Uint8Array, 100));
  assert.equal(heapOf(view), inner);
});
