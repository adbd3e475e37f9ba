import type { Allocator, AnyView } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";
import { blockOf } from "../core/block.ts";
import { extentOf } from "../core/extent.ts";

/**
 * Like `allocator.reallocate(view, length)`, and every byte beyond the contents of `view` is zero (`mi_heap_rezalloc`):
 * those that come anew, and those that an earlier view of the block had and gave up when it was made shorter, which C
 * does not clear.
 *
 * A view of a `Heap` has to come from `allocateZeroed` or from here: in another one the bytes that the program has not
 * written yet would not be zero. `reallocate` and `expand` end that. Scopes keep no record of single views and take
 * each of theirs.
 *
 * Throws `TypeError` for a view of a heap that was not allocated zeroed, and like the `reallocate` of the allocator;
 * then nothing changes.
 *
 * @example
 * ```ts
 * import { Heap, reallocateZeroed } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const counts = heap.allocateZeroed(Uint8Array, 2).fill(1);
 * assert.deepEqual([...reallocateZeroed(heap, counts, 4)], [1, 1, 0, 0]);
 * assert.throws(() => reallocateZeroed(heap, heap.bytes([1, 2]), 4), TypeError);
 * ```
 */
export function reallocateZeroed<V extends AnyView>(allocator: Allocator, view: V, length: number): V {
  if (typeof allocator?.reallocate !== "function") refuseArgument(allocator, "reallocate", "an allocator");
  const extent = extentOf(view);
  const block = extent && blockOf(extent.buffer);
  // A view that was freed is refused by the allocator, with the better reason.
  if (block !== undefined && block.index >= 0 && !block.zeroed) {
    throw new TypeError(
      `Cannot reallocate this view of ${block.store.label} zeroed: it was not allocated zeroed, ` +
        "use allocateZeroed() in the first place, or reallocate()",
    );
  }
  const kept = extent?.byteLength ?? 0;
  const grown = allocator.reallocate(view, length);
  new Uint8Array(grown.buffer, grown.byteOffset, grown.byteLength).fill(0, kept);
  const moved = blockOf(grown.buffer);
  if (moved !== undefined) moved.zeroed = true;
  return grown;
}
