import { library } from "../../ffi/library/library.ts";
import type { AnyView } from "../allocator.ts";
import { shown } from "../argument.ts";
import { blockOfWhole } from "../core/block_of_view.ts";

/**
 * Whether the page of mimalloc that `view` lies in is used by blocks to at most `percent` per cent, and others have
 * room for what is in it (`mi_unsafe_heap_page_is_under_utilized`). A copy of such a view lies elsewhere, and a page
 * whose blocks have all been copied and freed serves other sizes again, or goes back to the system: so a program with
 * long-lived heaps undoes their fragmentation.
 *
 * False for large blocks, which have a page of their own.
 *
 * Throws `RangeError` when `percent` is not a number from 0 to 100, `TypeError` when `view` was freed before, is of no
 * heap (as those of a scope), or is a part of what was allocated, `Error` when other threads use the heap or it lies in
 * another sub-process than the thread is in, and `UnsupportedError` before 3.6.
 *
 * @example
 * ```ts
 * import { Heap, isUnderUtilized, library } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const records = Array.from({ length: 1000 }, () => heap.allocate(Uint8Array, 1000));
 * const live = records.filter((record, index) => index % 20 === 0 || heap.free(record));
 * if (library().has("mi_unsafe_heap_page_is_under_utilized")) {
 *   const before = heap.areas().length;
 *   for (const [index, record] of live.entries()) {
 *     if (!isUnderUtilized(record, 25)) continue;
 *     live[index] = heap.bytes(record);
 *     heap.free(record);
 *   }
 *   heap.collect(true);
 *   assert.ok(heap.areas().length < before);
 * }
 * ```
 */
export function isUnderUtilized(view: AnyView, percent: number): boolean {
  if (typeof percent !== "number" || !(percent >= 0 && percent <= 100)) {
    throw new RangeError(`Cannot compare with ${shown(percent)} per cent: expected a number from 0 to 100`);
  }
  const { store, handle } = blockOfWhole(view, "look at the page of");
  const heap = store.ownHandle("look at a page");
  return library().bind("ownership").unsafeHeapPageIsUnderUtilized(heap, handle, Math.floor(percent));
}
