import type { AnyView } from "../allocator.ts";
import { claimBuffer } from "../core/block.ts";
import { blockOfWhole } from "../core/block_of_view.ts";
import { checkedByteLength, createView, viewType } from "../core/view.ts";

/**
 * A view of the same class with `length` elements over the same block of a `Heap`, longer or shorter, when it fits what
 * the block really has (`mi_expand`, `usableSize`); `view` has length 0 afterwards. Nothing is copied, and bytes beyond
 * the old contents are whatever was there before.
 *
 * `undefined`, and nothing has changed, when the block is too small, or when the runtime's own input or output holds
 * its buffer (Bun): `heap.reallocate` moves it then.
 *
 * Throws `RangeError` for a length that `Heap.allocate` refuses, `AllocationError` when the limit is hit, `TypeError`
 * when `view` was freed before, is of no heap (as those of a scope), or is a part of what was allocated, and `Error`
 * when its heap lies in another sub-process than the thread is in.
 *
 * @example
 * ```ts
 * import { expand, Heap, usableSize } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const few = heap.allocate(Uint8Array, 1001).fill(7);
 * const room = usableSize(few);
 * const all = expand(few, room)!;
 * assert.deepEqual([few.length, all.length, all[1000]], [0, room, 7]);
 * assert.equal(expand(all, room + 1), undefined);
 * ```
 */
export function expand<V extends AnyView>(view: V, length: number): V | undefined {
  const type = viewType(view);
  // Before the block: a length that is an object may run code of the program, which may free it.
  const byteLength = checkedByteLength(type, length);
  const block = blockOfWhole(view, "expand");
  const { store } = block;
  store.budget.requireUsable("expand a view");
  if (!store.expand(block, byteLength)) return undefined;
  claimBuffer(block);
  return createView(type, block.buffer, 0, length) as AnyView as V;
}
