import { blocksOf } from "./_visit_heap.ts";
import { type Heap, storeOf } from "./heap.ts";
import type { HeapBlocks } from "./heap_area.ts";

/**
 * The live blocks of a heap in pages that have room and that no thread owns (`mi_heap_visit_abandoned_blocks`): what
 * threads that ended have left behind, or handed over with `hintIdleThread()`, and no other thread has taken over yet.
 * The next allocation of that size takes a page over.
 *
 * Full pages are never among them, because no thread owns them while it lives either: of 500 blocks of 500 bytes that a
 * Worker left, these are the last 119. `heap.blocks()` tells all, those of threads that ended included.
 *
 * Throws `UnsupportedError` before 3.6, `Error` when other threads use the heap, and `ClosedError` when it is closed.
 *
 * @example
 * ```ts
 * import { abandonedBlocks, Heap, hintIdleThread, library } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * if (library().sharedHeaps) {
 *   using heap = new Heap();
 *   const view = heap.allocate(Uint8Array, 500);
 *   assert.equal(abandonedBlocks(heap).addresses.length, 0);
 *   hintIdleThread();
 *   assert.equal(abandonedBlocks(heap).addresses.length, 1);
 *   heap.free(view);
 * }
 * ```
 */
export function abandonedBlocks(heap: Heap): HeapBlocks {
  return blocksOf(storeOf(heap).ownHandle("list the abandoned blocks"), "abandoned");
}
