import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { AnyView } from "../allocator.ts";
import { addressOfView } from "../core/extent.ts";

/**
 * Whether the first byte of `view` lies in memory of mimalloc (`mi_is_in_heap_region`), whoever allocated it; false for
 * a view of length 0. Of a block of many megabytes 3.x knows the beginning alone.
 *
 * Throws `TypeError` when `view` is not a view, and `UnsupportedError` where the C library is not known.
 *
 * @example
 * ```ts
 * import { Heap, isInHeapRegion } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * assert.equal(isInHeapRegion(heap.allocate(Uint8Array, 100)), true);
 * ```
 */
export function isInHeapRegion(view: AnyView): boolean {
  const address = addressOfView(view, "look up a view");
  if (address === undefined) return false;
  return library().bind("ownership").isInHeapRegion(backend().toHandle(address));
}
