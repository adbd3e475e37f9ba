import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { Heap, ScopePool, UnsupportedError, type VisitedHeap, visitHeaps } from "../../../mod.ts";

const skip = !library().has("mi_subproc_visit_heaps");

function list(): VisitedHeap[] {
  const heaps: VisitedHeap[] = [];
  visitHeaps((heap) => void heaps.push(heap));
  return heaps;
}

test("visitHeaps() throws UnsupportedError before 3.6", { skip: !skip }, () => {
  assert.throws(() => visitHeaps(() => {}), UnsupportedError);
});

test("visitHeaps() passes the heaps of this thread by name, and the main heap", { skip }, () => {
  using heap = new Heap({ name: "visited" });
  using _pool = new ScopePool({ name: "visited pool" });
  heap.allocate(Uint8Array, 100);
  const heaps = list();
  assert.equal(heaps.filter(({ main }) => main).length, 1);
  const { address, ...found } = heaps.find(({ name }) => name === "visited")!;
  assert.deepEqual(found, { main: false, name: "visited", liveBlocks: 1, liveBytes: 100 });
  assert.ok(address > 0);
  assert.ok(heaps.some(({ name }) => name === "visited pool"));
});

test("visitHeaps() passes a heap that this library did not make without a name", { skip }, () => {
  const { heapNew, heapDestroy } = library().bind("heaps");
  const countUnnamed = (): number => list().filter(({ name, main }) => name === undefined && !main).length;
  const before = [list().length, countUnnamed()];
  const foreign = heapNew();
  assert.deepEqual([list().length, countUnnamed()], before.map((count) => count + 1));
  heapDestroy(foreign);
});

test("visitHeaps() passes no heap that is destroyed", { skip }, () => {
  const heap = new Heap({ name: "gone" });
  assert.ok(list().some(({ name }) => name === "gone"));
  heap.destroy();
  assert.ok(!list().some(({ name }) => name === "gone"));
});

test("visitHeaps() ends when the visitor returns false, and throws what it throws", { skip }, () => {
  using _first = new Heap();
  using _second = new Heap();
  let visits = 0;
  visitHeaps(() => ++visits < 2);
  assert.equal(visits, 2);
  assert.throws(() =>
    visitHeaps(() => {
      throw new RangeError("enough");
    }), { name: "RangeError", message: "enough" });
  assert.ok(list().length >= 3);
});
