import assert from "node:assert/strict";
import { callbackSignatures } from "../../../../ffi/callback_signatures.ts";
import { library } from "../../../../ffi/library/library.ts";
import { optionsOf } from "../../../../ffi/options_of.ts";
import { backend } from "../../../../ffi/runtime/backend.ts";
import { withCallback } from "../../../../ffi/runtime/callback.ts";
import { areaLayout } from "../../../../ffi/area_layout.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { type Cases, proves, provesAlone } from "../_case.ts";
import {
  addressOf,
  aligned,
  block,
  bytesOf,
  fill,
  free,
  kept,
  malloc,
  OVERFLOW,
  owned,
  owns,
  recordDeferredFrees,
  soil,
  withHeap,
  zeroed,
} from "../_tools.ts";

const BLOCKS = 50;

/** Calls `use` with a heap and this thread's part of it. */
function withTheap(use: (theap: Handle, heap: Handle) => void): void {
  withHeap((heap) => {
    const theap = library().bind("theaps").heapTheap(heap);
    assert.ok(theap !== null);
    use(theap, heap);
  });
}

/** A block of a thread's part of a heap, with the pattern of `fill` in it. */
function filledBlock(theap: Handle): Handle {
  const handle = block(library().bind("theapBlocks").theapMalloc(theap, 100), 100);
  fill(handle, 100);
  return handle;
}

/** What a visit sees. */
interface Seen {
  areas: number;
  blocks: Set<number>;
  finished: boolean;
}

/** Visits with `visit`, which gets the visitor, and checks every area on the way. */
function see(visit: (visitor: Handle) => boolean): Seen {
  const seen: Seen = { areas: 0, blocks: new Set(), finished: false };
  seen.finished = withCallback(callbackSignatures.blockVisit, (_heap, area, visited, size) => {
    assert.ok(area !== null);
    const words = new BigUint64Array(backend().wrap(area, 0, areaLayout.byteLength));
    assert.equal(words[areaLayout.fields.block_size / 8], size);
    assert.ok((words[areaLayout.fields.used / 8] ?? 0n) > 0n);
    assert.ok((words[areaLayout.fields.committed / 8] ?? 0n) <= (words[areaLayout.fields.reserved / 8] ?? 0n));
    if (visited === null) seen.areas++;
    else seen.blocks.add(addressOf(visited));
    return true;
  }, visit);
  return seen;
}

/** Allocates blocks of 100 bytes in a heap and gives their addresses. */
function allocateBlocks(heap: Handle): Set<number> {
  const { heapMalloc } = library().bind("blocks");
  return new Set(Array.from({ length: BLOCKS }, () => addressOf(heapMalloc(heap, 100))));
}

export const visits: Cases<"visits"> = {
  "mi_heap_visit_blocks": provesAlone("visits every area and block of the heap", ({ heapVisitBlocks }) => {
    withHeap((heap) => {
      const expected = allocateBlocks(heap);
      const { areas, blocks, finished } = see((visitor) => heapVisitBlocks(heap, true, visitor, null));
      assert.deepEqual(blocks, expected);
      assert.ok(finished && areas > 0);
      const areasOnly = see((visitor) => heapVisitBlocks(heap, false, visitor, null));
      assert.deepEqual(areasOnly, { areas, blocks: new Set(), finished: true });
    });
  }),
  "mi_heap_visit_abandoned_blocks": provesAlone("visits the blocks that no thread owns", ({
    heapVisitAbandonedBlocks,
  }) => {
    withTheap((theap, heap) => {
      const expected = allocateBlocks(heap);
      const before = see((visitor) => heapVisitAbandonedBlocks(heap, true, visitor, null));
      assert.equal(before.blocks.size, 0);
      if (!library().has("mi_theap_quiescent_abandon")) return;
      library().bind("theaps").theapQuiescentAbandon(theap);
      const { blocks, finished } = see((visitor) => heapVisitAbandonedBlocks(heap, true, visitor, null));
      assert.deepEqual(blocks, expected);
      assert.ok(finished);
    });
  }),
  "mi_abandoned_visit_blocks": provesAlone("ends a visit without abandoned blocks", ({ abandonedVisitBlocks }) => {
    const main = library().bind("subprocesses").subprocMain();
    library().bind("process").optionSet(optionsOf(library().version)["visit_abandoned"]!.index, 1);
    const { blocks, finished } = see((visitor) => abandonedVisitBlocks(main, -1, true, visitor, null));
    // With blocks of an exited thread 3.0.1 finds none either, so there is nothing more to see.
    assert.equal(blocks.size, 0);
    assert.equal(typeof finished, "boolean");
  }),
  "mi_theap_visit_blocks": proves("visits the blocks of this thread's part", ({ theapVisitBlocks }) => {
    withTheap((theap, heap) => {
      const expected = allocateBlocks(heap);
      const { blocks, finished } = see((visitor) => theapVisitBlocks(theap, true, visitor, null));
      assert.deepEqual(blocks, expected);
      assert.ok(finished);
    });
  }),
  "mi_subproc_visit_heaps": proves("visits every heap", ({ subprocVisitHeaps }) => {
    withHeap((heap) => {
      const heaps = new Set<number>();
      const current = library().bind("subprocesses").subprocCurrent();
      const finished = withCallback(callbackSignatures.heapVisit, (visited) => {
        heaps.add(addressOf(visited));
        return true;
      }, (visitor) => subprocVisitHeaps(current, visitor, null));
      assert.equal(finished, true);
      assert.ok(heaps.has(addressOf(heap)));
      assert.ok(heaps.has(addressOf(library().bind("heaps").heapMain())));
    });
  }),
};

export const theaps: Cases<"theaps"> = {
  "mi_heap_theap": proves("gives one part of a heap to a thread", ({ heapTheap }) => {
    withHeap((heap) => {
      const theap = heapTheap(heap);
      assert.ok(theap !== null);
      owned(heap, filledBlock(theap), 100);
      assert.equal(addressOf(heapTheap(heap)), addressOf(theap));
    });
  }),
  "mi_theap_get_default": proves("gives this thread's part of the main heap", ({ theapGetDefault }) => {
    const theap = theapGetDefault();
    assert.ok(theap !== null);
    owned(library().bind("heaps").heapMain(), filledBlock(theap), 100);
  }),
  "mi_theap_set_default": provesAlone("makes plain blocks come from the heap", ({
    theapSetDefault,
    theapGetDefault,
  }) => {
    withTheap((theap, heap) => {
      const before = theapGetDefault();
      assert.equal(addressOf(theapSetDefault(theap)), addressOf(before));
      assert.ok(owns(heap, malloc(100)));
      assert.equal(addressOf(theapSetDefault(before)), addressOf(theap));
      assert.ok(!owns(heap, malloc(100)));
    });
  }),
  "mi_theap_collect": proves("asks for a deferred free", ({ theapCollect }) => {
    withTheap((theap) => {
      filledBlock(theap);
      assert.deepEqual(recordDeferredFrees(() => theapCollect(theap, true)), [true]);
    });
  }),
  "mi_theap_calloc": proves("gives zeroed elements of the heap behind", ({ theapCalloc }) => {
    soil(100);
    withTheap((theap, heap) => {
      zeroed(owned(heap, theapCalloc(theap, 10, 10), 100), 100);
      assert.equal(theapCalloc(theap, OVERFLOW, 1000), null);
    });
  }),
  "mi_theap_realloc": proves("keeps the contents", ({ theapRealloc }) => {
    withTheap((theap, heap) => {
      kept(owned(heap, theapRealloc(theap, filledBlock(theap), 50_000), 50_000), 100);
    });
  }),
  "mi_theap_rezalloc": proves("keeps the contents and zeroes the rest", ({ theapRezalloc }) => {
    soil(50_000);
    withTheap((theap, heap) => {
      const handle = block(library().bind("theapBlocks").theapZalloc(theap, 100), 100);
      fill(handle, 100);
      const grown = kept(owned(heap, theapRezalloc(theap, handle, 50_000), 50_000), 100);
      assert.ok(bytesOf(grown, 50_000).subarray(100).every((byte) => byte === 0));
    });
  }),
  "mi_theap_malloc_aligned": proves("aligns a block of the heap behind", ({ theapMallocAligned }) => {
    withTheap((theap, heap) => aligned(owned(heap, theapMallocAligned(theap, 1000, 512), 1000), 512));
  }),
  "mi_theap_zalloc_aligned": proves("aligns a zeroed block of the heap behind", ({ theapZallocAligned }) => {
    soil(1000);
    withTheap((theap, heap) => {
      zeroed(aligned(owned(heap, theapZallocAligned(theap, 1000, 512), 1000), 512), 1000);
    });
  }),
  "mi_theap_guarded_set_sample_rate": proves("leaves it usable in a build without guards", ({
    theapGuardedSetSampleRate,
  }) => {
    withTheap((theap) => {
      theapGuardedSetSampleRate(theap, 1, 0);
      // The end of a heap leaves guard pages protected, in memory that is handed out again.
      free(kept(filledBlock(theap), 100));
    });
  }),
  "mi_theap_guarded_set_size_bound": proves("leaves it usable in a build without guards", ({
    theapGuardedSetSizeBound,
  }) => {
    withTheap((theap) => {
      theapGuardedSetSizeBound(theap, 1, 1000);
      free(kept(filledBlock(theap), 100));
    });
  }),
  "mi_theap_quiescent_abandon": provesAlone("gives the pages up, and stays usable", ({ theapQuiescentAbandon }) => {
    withTheap((theap, heap) => {
      const handle = filledBlock(theap);
      theapQuiescentAbandon(theap);
      const visit = library().bind("visits").heapVisitAbandonedBlocks;
      const { blocks } = see((visitor) => visit(heap, true, visitor, null));
      assert.ok(blocks.has(addressOf(handle)));
      kept(handle, 100);
      owned(heap, filledBlock(theap), 100);
    });
  }),
  "mi_theap_delete": provesAlone("gives the pages up, and leaves the heap and its blocks", ({ theapDelete }) => {
    withTheap((theap, heap) => {
      const handle = filledBlock(theap);
      theapDelete(theap);
      const visit = library().bind("visits").heapVisitAbandonedBlocks;
      const { blocks } = see((visitor) => visit(heap, true, visitor, null));
      assert.ok(blocks.has(addressOf(handle)));
      kept(handle, 100);
      owned(heap, library().bind("blocks").heapMalloc(heap, 100), 100);
    });
  }),
};
