import { beginCounting } from "../core/block_counting.ts";

/**
 * Counts what heaps do not count by themselves, from now on and until what this returns is disposed of: allocations,
 * frees and peaks of every heap, scope pool and arena of this thread, and of the thread, as `metrics()` tells them. It
 * makes allocating and freeing slower, and nothing is paid before or afterwards. A call while it counts already goes on
 * with the same counts; the last one that ends ends it.
 *
 * Blocks that are live at the begin count for peaks, not as allocations. What `reallocate()` moves is one allocation and
 * one free. In scopes every view counts, though it calls no C; views that a scope takes back at its end count as freed.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { countAllocations, metrics } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using counting = countAllocations();
 * using heap = new Heap({ name: "counted" });
 * for (let index = 0; index < 10; index++) heap.free(heap.allocate(Float64Array, 1000));
 * const { allocations, frees, peak_bytes } = metrics().heaps.find(({ name }) => name === "counted")!;
 * assert.deepEqual([allocations, frees, peak_bytes], [10, 10, 8000]);
 * ```
 */
export function countAllocations(): Disposable {
  return beginCounting();
}
