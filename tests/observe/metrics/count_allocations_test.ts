import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, Scope, ScopePool } from "../../../mod.ts";
import { countAllocations, metrics, type UsageMetrics } from "../../../observe/mod.ts";
import { ofArenas } from "../../_arenas.ts";

type List = "heaps" | "scope_pools" | "arenas" | "threads";

function counted(list: List, name?: string): (number | null)[] {
  const things: readonly UsageMetrics[] = metrics()[list];
  const { allocations, frees, peak_bytes, peak_blocks } = things.find((thing) =>
    name === undefined || thing.name === name
  )!;
  return [allocations, frees, peak_bytes, peak_blocks];
}

test("countAllocations() counts allocations, frees and peaks of heaps that are there and of new ones", () => {
  using old = new Heap({ name: "old" });
  const before = old.allocate(Uint8Array, 1000);
  using _ = countAllocations();
  using made = new Heap({ name: "made" });
  assert.deepEqual(counted("heaps", "old"), [0, 0, 1000, 1]);
  assert.deepEqual(counted("heaps", "made"), [0, 0, 0, 0]);
  const views = [10, 20, 30].map((length) => made.allocate(Uint8Array, length));
  made.free(views[2]!);
  made.allocate(Uint8Array, 5);
  old.free(before);
  assert.deepEqual(counted("heaps", "old"), [0, 1, 1000, 1]);
  assert.deepEqual(counted("heaps", "made"), [4, 1, 60, 3]);
});

test("countAllocations() counts what has an alignment once, and what grows where it lies", () => {
  using _ = countAllocations();
  using heap = new Heap({ name: "grown" });
  const aligned = heap.allocate(Uint8Array, 100, { alignment: 4096 });
  assert.deepEqual(counted("heaps", "grown").slice(0, 2), [1, 0]);
  heap.free(aligned);
  let view = heap.allocateZeroed(Uint8Array, 65);
  const [, , peak] = counted("heaps", "grown");
  view = heap.reallocate(view, 70);
  view = heap.reallocate(view, 100_000);
  const [allocations, frees, highest] = counted("heaps", "grown");
  assert.equal(allocations! - frees!, 1);
  assert.ok(highest! >= 100_000 && highest! <= 100_000 + peak! + 4096, `${highest} bytes`);
  assert.equal(view.length, 100_000);
});

test("countAllocations() counts views of scopes, and those that go at their end", async () => {
  using pool = new ScopePool({ name: "counted scopes" });
  using _ = countAllocations();
  pool.run((scope) => {
    for (let index = 0; index < 10; index++) scope.allocate(Uint8Array, 8);
    scope.free(scope.allocate(Uint8Array, 100_000));
  });
  assert.deepEqual(counted("scope_pools", "counted scopes"), [11, 11, 100_080, 11]);
  const scope = pool.open();
  scope.allocate(Uint8Array, 8);
  const held = scope.hold(Promise.resolve());
  scope[Symbol.dispose]();
  assert.deepEqual(counted("scope_pools", "counted scopes").slice(0, 2), [12, 11]);
  await held;
  await Promise.resolve();
  assert.deepEqual(counted("scope_pools", "counted scopes").slice(0, 2), [12, 12]);
});

test("countAllocations() counts for the arena and for the thread too, closed heaps included", ofArenas, () => {
  using _ = countAllocations();
  using arena = Arena.reserve(64 * 2 ** 20, { name: "counted arena" });
  const start = counted("threads");
  {
    using first = new Heap({ arena, name: "first" });
    using second = new Heap({ arena, name: "second" });
    first.allocate(Uint8Array, 1000);
    second.allocate(Uint8Array, 2000);
    assert.deepEqual(counted("arenas", "counted arena"), [2, 0, 3000, 2]);
  }
  assert.deepEqual(counted("arenas", "counted arena"), [2, 2, 3000, 2]);
  const end = counted("threads");
  assert.deepEqual([end[0]! - start[0]!, end[1]! - start[1]!], [2, 2]);
});

test("countAllocations() ends with the last one that uses it, and leaves nothing behind", () => {
  using heap = new Heap({ name: "for a while" });
  const { allocate } = Scope.prototype;
  const [first, second] = [countAllocations(), countAllocations()];
  assert.notEqual(Scope.prototype.allocate, allocate);
  heap.allocate(Uint8Array, 1);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  heap.allocate(Uint8Array, 1);
  assert.deepEqual(counted("heaps", "for a while"), [2, 0, 2, 2]);
  second[Symbol.dispose]();
  assert.deepEqual(counted("heaps", "for a while"), [null, null, null, null]);
  assert.equal(Scope.prototype.allocate, allocate);
});
