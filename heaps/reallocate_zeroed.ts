import { placeOf } from "./_place.ts";
import type { Allocator, AnyView } from "./allocator.ts";

/**
 * Like `allocator.reallocate(view, length)`, and every byte beyond the contents of
 * `view` is zero (`mi_heap_rezalloc`). C has that for blocks alone that were
 * allocated zeroed; here it holds for every view.
 *
 * Throws like the `reallocate` of the allocator.
 *
 * @example
 * ```ts
 * import { Heap, reallocateZeroed } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const grown = reallocateZeroed(heap, heap.bytes([1, 2]), 4);
 * assert.deepEqual([...grown], [1, 2, 0, 0]);
 * ```
 */
export function reallocateZeroed<V extends AnyView>(allocator: Allocator, view: V, length: number): V {
  const kept = placeOf(view)?.byteLength ?? 0;
  const grown = allocator.reallocate(view, length);
  new Uint8Array(grown.buffer, grown.byteOffset, grown.byteLength).fill(0, kept);
  return grown;
}
