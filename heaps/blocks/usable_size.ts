import type { AnyView } from "../allocator.ts";
import { blockOfWhole } from "../core/block_of_view.ts";

/**
 * Bytes that the block behind a view of a `Heap` really has (`mi_usable_size`): as many as the view has or more. Up to
 * that, `Heap.reallocate` grows it where it lies.
 *
 * Throws `TypeError` when `view` was freed before, is of no heap (as those of a scope), or is a part of what was
 * allocated, and `Error` when its heap lies in another sub-process than the thread is in.
 *
 * @example
 * ```ts
 * import { Heap, usableSize } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const view = heap.allocate(Uint8Array, 1001);
 * assert.ok(usableSize(view) >= 1001);
 * ```
 */
export function usableSize(view: AnyView): number {
  const block = blockOfWhole(view, "measure");
  block.store.budget.requireInside("measure a view");
  return block.store.usableSize(block);
}
