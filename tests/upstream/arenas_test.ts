/** What test-arena-large.c and the visits of test-arena.c of mimalloc assert, and what its arenas promise beside. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callbackSignatures } from "../../ffi/callback_signatures.ts";
import { withCallback } from "../../ffi/runtime/callback.ts";
import { library } from "../../ffi/library/library.ts";
import type { ArenaId, Handle } from "../../ffi/types.ts";
import { slotOf } from "../../heaps/arena/arena.ts";
import { AllocationError, Arena, Heap } from "../../mod.ts";
import { addressOf as addressOfView, MIB } from "../heaps/_support.ts";
import {
  addressOf,
  block,
  fill,
  free,
  inside,
  kept,
  malloc,
  recordErrors,
  type TestArena,
} from "../ffi/symbols/_tools.ts";
import { runWorker } from "./_worker.ts";
import { ofArenas } from "../_arenas.ts";
import { until } from "../_time.ts";
import { destroysBlocks } from "../_build.ts";
import { arenaRules } from "../../ffi/arena_rules.ts";

const SIZES = [64, 1000, 10_000, 100_000] as const;
/**
 * The blocks that fit 2 GiB. 2.0.9 takes 96 MiB for each of 63 MiB, 3.6 has room for two of them in
 * 256 MiB. An arena of 3.0.1 has no block of more than 31 MiB; those of secure builds end in a guard page.
 */
const LARGE = library().has("mi_heap_main")
  ? { size: 63 * MIB, least: 16 }
  : library().version.major < 3
  ? { size: 63 * MIB, least: 21 }
  : { size: 30 * MIB, least: 48 };
const ofParts = {
  skip: ofArenas.skip || (arenaRules(library().version).largest > 24 * 2 ** 30 ? false : "mimalloc 3.6 uses all parts"),
};
const ofDestroying = {
  skip: ofArenas.skip || (destroysBlocks() ? false : "guarded builds leave the blocks alive before mimalloc 3.2.6"),
};
const ofSharedHeaps = { skip: library().sharedHeaps ? false : "heaps have one thread before mimalloc 3.3" };

const ENOMEM = 12;

/** What C needs of an arena. */
function describe(arena: Arena): TestArena {
  const { address, byteLength } = arena.area;
  return { id: slotOf(arena).id, start: address, end: address + byteLength };
}

/** A heap in an arena, made as the version needs it to be destroyed. */
function newHeap(arena: ArenaId): Handle {
  const { heapNewEx, heapNewInArena } = library().bind("heaps");
  const heap = library().has("mi_heap_new_ex") ? heapNewEx(0, true, arena) : heapNewInArena(arena);
  assert.ok(heap !== null);
  return heap;
}

/** What a visit saw. */
interface Seen {
  finished: boolean;
  areas: number;
  blocks: number;
}

type Visit = (heap: Handle, visitBlocks: boolean, visitor: Handle, argument: null) => boolean;

/** Visits a heap; `goesOn` decides after every area (`false`) and block (`true`). */
function visit(heap: Handle, goesOn: (isBlock: boolean) => boolean, call: Visit): Seen {
  const seen = { finished: false, areas: 0, blocks: 0 };
  seen.finished = withCallback(callbackSignatures.blockVisit, (_heap, _area, visited) => {
    if (visited === null) seen.areas++;
    else seen.blocks++;
    return goesOn(visited !== null);
  }, (visitor) => call(heap, true, visitor, null));
  return seen;
}

/** Asserts what a visit of four areas with one block each sees when it goes on, and when it is stopped. */
function assertVisits(heap: Handle, call: Visit): void {
  assert.deepEqual(visit(heap, () => true, call), { finished: true, areas: 4, blocks: 4 });
  assert.deepEqual(visit(heap, () => false, call), { finished: false, areas: 1, blocks: 0 });
  assert.deepEqual(visit(heap, (isBlock) => !isBlock, call), { finished: false, areas: 1, blocks: 1 });
}

/**
 * Makes heaps until one has no block of anybody else, which is the last. Where heaps have one thread, they take over the
 * pages that threads of other tests in this process left.
 */
function untilAlone<H>(make: () => { readonly heap: H; readonly isAlone: boolean }): H[] {
  const heaps: H[] = [];
  const most = library().sharedHeaps ? 1 : 1000;
  while (heaps.length < most) {
    const { heap, isAlone } = make();
    heaps.push(heap);
    if (isAlone) return heaps;
  }
  assert.fail(`${most} heaps have other blocks than their own`);
}

/** Calls `use` with a heap in which a thread that ended left four blocks. */
async function withLeftBlocks(use: (heap: Handle) => void | Promise<void>): Promise<void> {
  const { heapNew, heapDestroy } = library().bind("heaps");
  const heap = heapNew();
  assert.ok(heap !== null);
  const addresses = await runWorker<number[]>("leave_blocks.ts", { heap: addressOf(heap), sizes: SIZES });
  assert.equal(new Set(addresses).size, 4);
  await use(heap);
  heapDestroy(heap);
}

test("arena-large: blocks of 63 MiB fill a large exclusive arena, all inside", ofArenas, () => {
  using arena = Arena.map(2048 * MIB);
  using heap = new Heap({ arena });
  const { address, byteLength } = arena.area;
  const { size, least } = LARGE;
  const starts: number[] = [];
  assert.throws(() => {
    for (;;) starts.push(addressOfView(heap.allocate(Uint8Array, size)));
  }, AllocationError);
  assert.ok(starts.length >= least, `${starts.length} blocks`);
  assert.ok(starts.every((start) => start >= address && start + size <= address + byteLength));
  starts.sort((one, other) => one - other);
  assert.ok(starts.every((start, index) => index === 0 || start - starts[index - 1]! >= size), "blocks overlap");
});

test("arena-large: an arena of 24 GiB, of parts of 16 GiB, is filled too", ofParts, () => {
  using arena = Arena.map(24 * 2 ** 30);
  const { address, byteLength } = arena.area;
  // Bun counts the bytes of views as its own, so there are none.
  const heap = newHeap(slotOf(arena).id);
  const { heapMalloc } = library().bind("blocks");
  const starts: number[] = [];
  for (;;) {
    const start = addressOf(heapMalloc(heap, LARGE.size));
    if (start === 0) break;
    starts.push(start);
  }
  assert.ok(starts.length >= 12 * LARGE.least - 4, `${starts.length} blocks`);
  assert.ok(starts.every((start) => start >= address && start + LARGE.size <= address + byteLength));
  starts.sort((one, other) => one - other);
  assert.ok(starts.every((start, index) => index === 0 || start - starts[index - 1]! >= LARGE.size), "blocks overlap");
  library().bind("heaps").heapDestroy(heap);
});

test("arena-full: a heap in a full arena gives NULL and ENOMEM, and none of it lies elsewhere", ofArenas, () => {
  using owner = Arena.reserve(64 * MIB);
  const arena = describe(owner);
  const heap = newHeap(arena.id);
  const { heapMalloc } = library().bind("blocks");
  const handles: Handle[] = [];
  const errors = recordErrors(() => {
    for (let handle = heapMalloc(heap, MIB); handle !== null; handle = heapMalloc(heap, MIB)) {
      handles.push(inside(arena, handle));
    }
  });
  assert.deepEqual([...new Set(errors)], [ENOMEM]);
  assert.equal(heapMalloc(heap, 2 * MIB), null);
  assert.notEqual(malloc(MIB), null);
  // The memory of an arena is that of the next, and guarded builds leave blocks of a destroyed heap in it.
  handles.forEach(free);
  library().bind("heaps").heapDestroy(heap);
});

test("arena-cycles: 100,000 heaps with 1 MiB each, one after the other, fit an arena of 64 MiB", ofDestroying, () => {
  using owner = Arena.reserve(64 * MIB);
  const arena = describe(owner);
  const { heapMalloc } = library().bind("blocks");
  const { heapDestroy } = library().bind("heaps");
  for (let count = 0; count < 100_000; count++) {
    const heap = newHeap(arena.id);
    if (heapMalloc(heap, MIB) === null) assert.fail(`the arena is full after ${count} heaps`);
    heapDestroy(heap);
  }
});

test("arena-realloc: a block that grows stays in its arena", ofArenas, () => {
  using owner = Arena.reserve(64 * MIB);
  const arena = describe(owner);
  const heap = newHeap(arena.id);
  const { heapRealloc } = library().bind("heapAllocation");
  let handle = inside(arena, heapRealloc(heap, null, 1000));
  fill(handle, 1000);
  for (let size = 2000; size <= 16 * MIB; size *= 2) {
    handle = inside(arena, kept(heapRealloc(heap, handle, size), 1000));
  }
  free(handle);
  library().bind("heaps").heapDestroy(heap);
});

test("heap-visit-stop: a visit sees four areas and blocks, and stops where it is told", () => {
  const { heapNew, heapDestroy } = library().bind("heaps");
  const heapVisitBlocks = library().bind("visits").heapVisitBlocks as Visit;
  const heaps = untilAlone(() => {
    const heap = heapNew();
    for (const size of SIZES) block(library().bind("blocks").heapMalloc(heap, size), size);
    return { heap, isAlone: visit(heap!, () => true, heapVisitBlocks).blocks === SIZES.length };
  });
  assertVisits(heaps.at(-1)!, heapVisitBlocks);
  heapDestroy(heaps.pop()!);
  // Those have blocks of others, which mi_heap_destroy would free.
  for (const heap of heaps) library().bind("heapSettings").heapDelete(heap!);
});

test("heap-visit-stop: a visit of the pages of a thread that ended stops where it is told", ofSharedHeaps, async () => {
  await withLeftBlocks((heap) => assertVisits(heap, library().bind("visits").heapVisitBlocks as Visit));
});

test("heap-visit-stop: a visit of the abandoned pages stops where it is told", ofSharedHeaps, async () => {
  const call = library().bind("visits").heapVisitAbandonedBlocks as Visit;
  await withLeftBlocks(async (heap) => {
    await until(() => visit(heap, () => true, call).blocks === 4);
    assertVisits(heap, call);
  });
});

test("heap-visit-stop: Heap.areas() and blocks() see the same areas and blocks", () => {
  const heaps = untilAlone(() => {
    const heap = new Heap();
    for (const size of SIZES) heap.allocate(Uint8Array, size);
    return { heap, isAlone: heap.blocks().addresses.length === SIZES.length };
  });
  assert.deepEqual(heaps.at(-1)!.areas().map(({ used }) => used), [1, 1, 1, 1]);
  assert.equal(heaps.at(-1)!.blocks().addresses.length, 4);
  for (const heap of heaps) heap.destroy();
});
