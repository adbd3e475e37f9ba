import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../heaps/core/subprocess_state.ts";
import {
  abandonedBlocks,
  Arena,
  arenaContains,
  deleteHeap,
  environment,
  expand,
  Heap,
  Profiler,
  readText,
  reallocateZeroed,
  ScopePool,
  setGuarded,
  setNumaAffinity,
  stats,
  statsText,
  Subprocess,
  visitHeaps,
} from "../../mod.ts";

/** What a program without types may pass where something else is meant. */
// deno-lint-ignore no-explicit-any
const WRONG: readonly any[] = [null, 0, 2.5, "text", true, Symbol("mine"), 5n];

/** Refusals of this library say what cannot be done and why; the engines' own do not. */
function assertRefused(task: () => unknown, errors: readonly string[], given: unknown): void {
  assert.throws(task, (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /^Cannot [^:]+: /, `for ${String(given)}`);
    assert.ok(errors.includes(error.name), `${error.name} for ${String(given)}: ${error.message}`);
    return true;
  });
}

test("every function refuses what is not a heap", () => {
  using pool = new ScopePool();
  const others = [...WRONG, undefined, {}, pool, new Proxy(new Heap(), {})];
  for (const other of others) {
    const calls = [abandonedBlocks, deleteHeap, (heap: Heap) => setNumaAffinity(heap, 0)];
    const more = [(heap: Heap) => setGuarded(heap, { rate: 1 }), (heap: Heap) => statsText(heap)];
    for (const call of other === undefined ? calls : [...calls, ...more]) {
      assertRefused(() => call(other), ["TypeError"], other);
    }
  }
});

test("every function refuses null and numbers as options", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using scope = pool.open();
  for (const wrong of WRONG) {
    for (
      const call of [
        () => new Heap(wrong),
        () => new ScopePool(wrong),
        () => Arena.reserve(2 ** 26, wrong),
        () => Arena.map(2 ** 26, wrong),
        () => Arena.reserveHuge(1, wrong),
        () => Arena.manage(wrong),
        () => Heap.attach(wrong),
        () => heap.allocate(Uint8Array, 8, wrong),
        () => heap.allocateZeroed(Uint8Array, 8, wrong),
        () => scope.allocate(Uint8Array, 8, wrong),
        () => environment(wrong),
        () => stats(wrong),
        () => setGuarded(heap, wrong),
        () => new Profiler(wrong),
        () => Subprocess.create(wrong),
      ]
    ) assertRefused(call, ["TypeError", "UnsupportedError"], wrong);
  }
  assert.deepEqual([heap.liveBlocks, scope.liveBlocks], [0, 0]);
});

test("every function refuses what is not the function, view, allocator or arena that it needs", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  const view = heap.allocateZeroed(Uint8Array, 100);
  for (const wrong of [...WRONG, undefined, {}]) {
    for (
      const call of [
        () => visitHeaps(wrong),
        () => pool.run(wrong),
        () => readText(wrong),
        () => reallocateZeroed(wrong, view, 200),
        () => arenaContains(wrong, view),
      ]
    ) assertRefused(call, ["TypeError"], wrong);
  }
  assert.deepEqual([heap.liveBlocks, view.length, pool.live], [1, 100, 0]);
});

test("every function refuses lengths and alignments that are not numbers", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using scope = pool.open();
  const view = heap.allocate(Uint8Array, 100);
  // deno-lint-ignore no-explicit-any
  for (const wrong of [5n, Symbol("mine"), "8", null, {}, [8], Object.create(null)] as any[]) {
    for (const allocator of [heap, scope]) {
      assertRefused(() => allocator.allocate(Uint8Array, wrong), ["TypeError"], typeof wrong);
      assertRefused(() => allocator.allocateZeroed(Uint8Array, wrong), ["TypeError"], typeof wrong);
    }
    assertRefused(() => heap.reallocate(view, wrong), ["TypeError"], typeof wrong);
    assertRefused(() => expand(view, wrong), ["TypeError"], typeof wrong);
    if (typeof wrong === "object") continue;
    assertRefused(() => heap.allocate(Uint8Array, 64, { alignment: wrong }), ["RangeError"], typeof wrong);
    assertRefused(() => heap.allocate(Uint8Array, 64, { alignment: 8, offset: wrong }), ["RangeError"], typeof wrong);
  }
  assert.deepEqual([heap.liveBlocks, view.length, scope.liveBlocks], [1, 100, 0]);
});

test("Heap.collect() treats any truthy argument as true", () => {
  using heap = new Heap();
  const forces: boolean[] = [];
  heap.onDeferredFree(({ force }) => void forces.push(force));
  for (const force of [1, "yes", {}, 0, "", null] as unknown as boolean[]) heap.collect(force);
  assert.deepEqual(forces, [true, true, true, false, false, false]);
  if (canLeave()) Subprocess.main.collect(1 as unknown as boolean);
});
