import { MainHeap } from "./_main_heap.ts";
import { currentPartition, type Partition } from "./_partition.ts";
import type { Heap } from "./heap.ts";

const heaps = new WeakMap<Partition, Heap>();

/**
 * The heap that mimalloc has without being asked, and where C code that names no heap
 * allocates: on 3.6 that of the sub-process that this thread is in (`mi_heap_main`),
 * shared by all threads; before, that of this thread (`mi_heap_get_backing`). It is
 * one object for each of them, with the figures of what this thread took there, and
 * holds what `deleteHeap` left.
 *
 * It lasts: `close()`, `destroy()` and the end of a `using` throw `Error`. The end of
 * its sub-process frees its blocks.
 *
 * @example
 * ```ts
 * import { heapOf, mainHeap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const view = mainHeap().allocate(Float64Array, 100);
 * assert.equal(heapOf(view), mainHeap());
 * mainHeap().free(view);
 * ```
 */
export function mainHeap(): Heap {
  const partition = currentPartition();
  const known = heaps.get(partition);
  if (known !== undefined) return known;
  const heap = new MainHeap();
  heaps.set(partition, heap);
  return heap;
}
