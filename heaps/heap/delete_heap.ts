import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import type { BlockStore } from "../core/block_store.ts";
import { sweepQuarantine } from "../core/quarantine.ts";
import { requireStackRoom } from "../core/stack_room.ts";
import { type Heap, storeOf } from "./heap.ts";
import { mainHeap } from "./main_heap.ts";

/**
 * Closes `heap` and lets its live blocks go on in the main heap, which is returned (`mi_heap_delete`): their views stay
 * as they are, count for `mainHeap()` from then on, and are freed there. `heap.destroy()` frees them instead.
 * Containers and pools that allocate from the heap have to be disposed of before.
 *
 * Blocks of a heap in an arena stay in the arena, also when that is closed: the next one in its area has that much less
 * room. For 100,000 blocks it takes about 10 milliseconds.
 *
 * Throws `Error`, and changes nothing, while others use the heap (`Heap.attach`) or the runtime's own input or output
 * holds a block of it, for the main heap, and when the heap lies in another sub-process than the thread is in;
 * `UnsupportedError` on 2.x for a heap in an arena, or one that was shared, because mimalloc would give the arena's
 * memory to everyone; `ClosedError` when the heap is closed.
 *
 * @example
 * ```ts
 * import { deleteHeap, Heap, mainHeap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const parsing = new Heap({ name: "parsing" });
 * const result = parsing.allocate(Float64Array, 100).fill(1.5);
 * deleteHeap(parsing);
 * assert.equal(parsing.closed, true);
 * assert.equal(result[99], 1.5);
 * mainHeap().free(result);
 * ```
 */
export function deleteHeap(heap: Heap): Heap {
  const store = storeOf(heap);
  store.budget.requireUsable("let the blocks go on");
  const main = mainHeap();
  if (heap === main) throw new Error("Cannot delete the main heap: it lasts until the process ends");
  requireSafe(heap, store);
  requireStackRoom(2);
  const handle = store.bequeath(storeOf(main));
  if (handle === undefined) {
    throw new Error(`Cannot delete ${store.label}: others use it and must close theirs first`);
  }
  library().bind("heapSettings").heapDelete(handle);
  return main;
}

function requireSafe({ arena }: Heap, store: BlockStore): void {
  const { version, versionText } = library();
  // A shared heap does not tell of its arena.
  if (version.major < 3 && (arena !== undefined || store.shared)) {
    const feature = "deleting a heap that is bound to an arena or was shared";
    throw new UnsupportedError({ feature, found: `mimalloc ${versionText}`, needed: "mimalloc 3, or destroy()" });
  }
  sweepQuarantine();
  const { quarantinedBlocks } = store.budget;
  if (quarantinedBlocks === 0) return;
  throw new Error(
    `Cannot delete ${store.label}: input or output of the runtime holds ${quarantinedBlocks} of its freed blocks, ` +
      "await it first",
  );
}
