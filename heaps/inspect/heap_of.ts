import type { AnyView } from "../allocator.ts";
import { ownerOf } from "../core/block_of_view.ts";
import { addressOfView } from "../core/extent.ts";
import { holderOf, openHeaps } from "../core/open_heaps.ts";
import type { Heap } from "../heap/heap.ts";
import { ScopePool } from "../scope/scope_pool.ts";

/**
 * The heap of this thread that `view` lies in, a part of a block included, or the pool of the scope that handed it out:
 * what `mi_heap_of` tells since 3.6, on every version, by the record that this library keeps. `undefined` for any other
 * memory, for a view that was freed or moved away, and when the program has dropped the heap itself. `isInHeapRegion`
 * tells of memory that others took from mimalloc.
 *
 * It takes less than a microsecond for a view of a heap; for others it looks at each chunk of each scope pool.
 *
 * It is found in constant time for a view of a heap; for any other one after the other of the chunks of all pools is
 * looked at.
 *
 * Throws `TypeError` when `view` is not a view, and `UnsupportedError` where the C library is not known.
 *
 * @example
 * ```ts
 * import { Heap, heapOf, ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * using pool = new ScopePool();
 * assert.equal(heapOf(heap.allocate(Uint8Array, 100).subarray(50)), heap);
 * assert.equal(pool.run((scope) => heapOf(scope.allocate(Uint8Array, 100))), pool);
 * assert.equal(heapOf(new Uint8Array(100)), undefined);
 * ```
 */
export function heapOf(view: AnyView): Heap | ScopePool | undefined {
  const address = addressOfView(view, "look up a view");
  if (address === undefined) return undefined;
  const store = ownerOf(view);
  return store === undefined ? poolAt(address) : holderOf(store) as Heap | undefined;
}

// Views of a scope share the buffer of their chunk, which carries no mark of its pool.
function poolAt(address: number): ScopePool | undefined {
  for (const store of openHeaps().keys()) {
    const holder = holderOf(store);
    if (holder instanceof ScopePool && store.covers(address)) return holder;
  }
  return undefined;
}
