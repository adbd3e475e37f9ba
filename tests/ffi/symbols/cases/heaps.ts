import assert from "node:assert/strict";
import { library } from "../../../../ffi/library/library.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { type Cases, proves, provesAlone } from "../_case.ts";
import {
  addressOf,
  ArenaIdSlot,
  block,
  fill,
  foreignMemory,
  free,
  handleOf,
  inside,
  kept,
  malloc,
  mapArenaMemory,
  MiB,
  owned,
  owns,
  recordDeferredFrees,
  recordErrors,
  reserveArena,
  withHeap,
} from "../_tools.ts";
import { HAS_ARENAS } from "../../../_arenas.ts";
import { destroysBlocks } from "../../../_build.ts";

const ENOSYS = 38;
/** 200 times 1 MiB fits an arena of 64 MiB only when it is given back. */
function cycles(): number {
  return destroysBlocks() ? 200 : 1;
}

/** A heap of its own, made outside the functions that are being tested. */
function newHeap(): Handle {
  const heap = library().bind("heaps").heapNew();
  assert.ok(heap !== null);
  return heap;
}

/** A block of `heap` with the pattern of `fill` in it. */
function filledBlock(heap: Handle): Handle {
  const handle = block(library().bind("blocks").heapMalloc(heap, 100), 100);
  fill(handle, 100);
  return handle;
}

export const heaps: Cases<"heaps"> = {
  "mi_heap_new": proves("makes a heap", ({ heapNew, heapDestroy }) => {
    const [one, two] = [heapNew(), heapNew()];
    const handle = owned(one, library().bind("blocks").heapMalloc(one, 100), 100);
    assert.equal(owns(two, handle), false);
    heapDestroy(one);
    heapDestroy(two);
  }),
  "mi_heap_new_in_arena": proves("makes a heap whose blocks lie in the arena", ({ heapNewInArena }) => {
    const arena = reserveArena();
    const heap = heapNewInArena(arena.id);
    const handle = inside(arena, library().bind("blocks").heapMalloc(heap, 100));
    // From 2.1.8 to 3.1.6 it may not be destroyed: debug builds abort.
    library().bind("heapSettings").heapDelete(heap);
    free(handle);
  }),
  "mi_heap_new_ex": proves(
    "makes a heap whose blocks lie in the arena and go with it",
    ({ heapNewEx, heapDestroy }) => {
      const arena = reserveArena();
      const most = cycles();
      for (let count = 0; count < most; count++) {
        const heap = heapNewEx(0, true, arena.id);
        inside(arena, library().bind("blocks").heapMalloc(heap, MiB));
        heapDestroy(heap);
      }
    },
  ),
  "mi_heap_destroy": proves("gives every block of the heap back", ({ heapDestroy, heapNewEx, heapNewInArena }) => {
    if (!HAS_ARENAS) {
      const { heapNew } = library().bind("heaps");
      const heap = heapNew();
      const block = library().bind("blocks").heapMalloc(heap, MiB);
      heapDestroy(heap);
      assert.notEqual(block, null);
      return;
    }
    const arena = reserveArena();
    const most = cycles();
    const make = library().has("mi_heap_new_ex")
      ? (): Handle | null => heapNewEx(0, true, arena.id)
      : (): Handle | null => heapNewInArena(arena.id);
    for (let count = 0; count < most; count++) {
      const heap = make();
      inside(arena, library().bind("blocks").heapMalloc(heap, MiB));
      heapDestroy(heap);
    }
  }),
  "mi_heap_collect": proves("asks for a deferred free", ({ heapCollect }) => {
    withHeap((heap) => {
      library().bind("blocks").heapMalloc(heap, 100);
      assert.deepEqual(recordDeferredFrees(() => heapCollect(heap, true)), [true]);
    });
  }),
  "mi_heap_main": proves("gives the heap of plain blocks", ({ heapMain }) => {
    const handle = malloc(100);
    assert.ok(owns(heapMain(), handle));
    free(handle);
  }),
};

export const heapSettings: Cases<"heapSettings"> = {
  "mi_heap_delete": proves("leaves the blocks of the heap alive", ({ heapDelete }) => {
    const heap = newHeap();
    const handle = filledBlock(heap);
    heapDelete(heap);
    free(kept(handle, 100));
  }),
  "mi_heap_new_qsbr": proves("gives NULL and error 38 in a build without QSBR", ({ heapNewQsbr }) => {
    assert.deepEqual(recordErrors(() => assert.equal(heapNewQsbr(), null)), [ENOSYS]);
  }),
  "mi_heap_get_default": proves("gives the heap of plain blocks", ({ heapGetDefault }) => {
    const handle = malloc(100);
    assert.ok(owns(heapGetDefault(), handle));
    free(handle);
  }),
  "mi_heap_get_backing": provesAlone("gives the heap that no other default replaces", ({
    heapGetBacking,
    heapSetDefault,
  }) => {
    const before = addressOf(heapGetBacking());
    heapSetDefault(newHeap());
    assert.equal(addressOf(heapGetBacking()), before);
    assert.ok(before > 0);
  }),
  "mi_heap_set_default": provesAlone("makes plain blocks come from the heap", ({ heapSetDefault, heapGetDefault }) => {
    const heap = newHeap();
    const before = addressOf(heapGetDefault());
    assert.equal(addressOf(heapSetDefault(heap)), before);
    assert.equal(addressOf(heapGetDefault()), addressOf(heap));
    assert.ok(owns(heap, malloc(100)));
  }),
  "mi_heap_set_numa_affinity": proves("leaves the heap usable", ({ heapSetNumaAffinity }) => {
    withHeap((heap) => {
      heapSetNumaAffinity(heap, 0);
      owned(heap, library().bind("blocks").heapMalloc(heap, 100), 100);
    });
  }),
  "mi_heap_set_debug_fill_preserve": proves("leaves the heap usable", ({ heapSetDebugFillPreserve }) => {
    withHeap((heap) => {
      heapSetDebugFillPreserve(heap, 16);
      kept(owned(heap, filledBlock(heap), 100), 100);
    });
  }),
  "mi_heap_guarded_set_sample_rate": proves("leaves the heap usable in a build without guards", ({
    heapGuardedSetSampleRate,
  }) => {
    withHeap((heap) => {
      heapGuardedSetSampleRate(heap, 1, 0);
      // The end of a heap leaves guard pages protected, in memory that is handed out again.
      free(kept(owned(heap, filledBlock(heap), 100), 100));
    });
  }),
  "mi_heap_guarded_set_size_bound": proves("leaves the heap usable in a build without guards", ({
    heapGuardedSetSizeBound,
  }) => {
    withHeap((heap) => {
      heapGuardedSetSizeBound(heap, 1, 1000);
      free(kept(owned(heap, filledBlock(heap), 100), 100));
    });
  }),
  "mi_heap_unload": provesAlone("takes the heap off the thread and keeps its blocks", ({ heapUnload }) => {
    const { heap } = makeManagedHeap();
    const handle = filledBlock(heap);
    heapUnload(heap);
    kept(handle, 100);
  }),
  "mi_heap_reload": provesAlone("gives an unloaded heap back to a thread", ({ heapUnload, heapReload }) => {
    const { heap, slot } = makeManagedHeap();
    const handle = filledBlock(heap);
    assert.equal(heapReload(heap, slot.id), false, "it is loaded");
    heapUnload(heap);
    assert.equal(heapReload(heap, slot.id), true);
    kept(handle, 100);
    owned(heap, library().bind("blocks").heapMalloc(heap, 100), 100);
  }),
};

/** A heap in an exclusive arena of mapped memory. */
function makeManagedHeap(): { heap: Handle; slot: ArenaIdSlot } {
  const slot = new ArenaIdSlot();
  const size = 64 * MiB;
  const start = mapArenaMemory(size);
  const { manageOsMemoryEx } = library().bind("arenas");
  assert.ok(manageOsMemoryEx(handleOf(start), size, true, false, true, -1, true, slot.words));
  const heap = library().bind("heaps").heapNewInArena(slot.id);
  assert.ok(heap !== null);
  return { heap, slot };
}

export const ownership: Cases<"ownership"> = {
  "mi_heap_of": proves("gives the heap of a block", ({ heapOf }) => {
    withHeap((heap) => {
      assert.equal(addressOf(heapOf(filledBlock(heap))), addressOf(heap));
      const handle = malloc(100);
      assert.equal(addressOf(heapOf(handle)), addressOf(library().bind("heaps").heapMain()));
      free(handle);
    });
  }),
  "mi_heap_contains": proves("tells the blocks of a heap from others", ({ heapContains }) => {
    withHeap((heap) => {
      const handle = malloc(100);
      assert.equal(heapContains(heap, filledBlock(heap)), true);
      assert.equal(heapContains(heap, handle), false);
      free(handle);
    });
  }),
  "mi_heap_contains_block": proves("tells the blocks of a heap from others", ({ heapContainsBlock }) => {
    withHeap((heap) => {
      const handle = malloc(100);
      assert.equal(heapContainsBlock(heap, filledBlock(heap)), true);
      assert.equal(heapContainsBlock(heap, handle), false);
      free(handle);
    });
  }),
  "mi_heap_check_owned": proves("tells the blocks of a heap from others", ({ heapCheckOwned }) => {
    withHeap((heap) => {
      const handle = malloc(100);
      assert.equal(heapCheckOwned(heap, filledBlock(heap)), true);
      assert.equal(heapCheckOwned(heap, handle), false);
      free(handle);
    });
  }),
  "mi_check_owned": proves("tells the blocks of the default heap, since 3.6 of any heap", ({ checkOwned }) => {
    withHeap((heap) => {
      const handle = malloc(100);
      assert.equal(checkOwned(handle), true);
      assert.equal(checkOwned(filledBlock(heap)), library().has("mi_heap_main"));
      assert.equal(checkOwned(foreignMemory(64)), false);
      free(handle);
    });
  }),
  "mi_any_heap_contains": proves("tells blocks from other memory", ({ anyHeapContains }) => {
    withHeap((heap) => {
      assert.equal(anyHeapContains(filledBlock(heap)), true);
      assert.equal(anyHeapContains(foreignMemory(64)), false);
    });
  }),
  "mi_is_in_heap_region": proves("tells blocks from other memory", ({ isInHeapRegion }) => {
    withHeap((heap) => {
      assert.equal(isInHeapRegion(filledBlock(heap)), true);
      assert.equal(isInHeapRegion(foreignMemory(64)), false);
    });
  }),
  "mi_thread_id_of": proves("gives the thread of a block", ({ threadIdOf }) => {
    const [one, two] = [malloc(100), malloc(5000)];
    assert.ok(threadIdOf(one) > 0n);
    assert.equal(threadIdOf(one), threadIdOf(two));
    free(one);
    free(two);
  }),
  "mi_unsafe_heap_page_is_under_utilized": proves("tells a page that is nearly empty from a full one", ({
    unsafeHeapPageIsUnderUtilized,
  }) => {
    withHeap((heap) => {
      const blocks = Array.from({ length: 2000 }, () => filledBlock(heap));
      const first = blocks[0] as Handle;
      assert.equal(unsafeHeapPageIsUnderUtilized(heap, first, 50), false);
      // A page that is the next to be used is never told, so that blocks of several are left.
      const kept = blocks.filter((_, index) => index % 20 === 0);
      blocks.filter((_, index) => index % 20 !== 0).forEach(free);
      assert.ok(kept.some((block) => unsafeHeapPageIsUnderUtilized(heap, block, 50)));
    });
  }),
};
