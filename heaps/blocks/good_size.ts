import { library } from "../../ffi/library/library.ts";
import { shown } from "../argument.ts";
import { MAX_BLOCK_BYTES } from "../core/view.ts";

/**
 * The size of a block for `byteLength` bytes (`mi_good_size`): whoever asks for that many wastes none. A block of
 * megabytes may have more, which `usableSize` tells.
 *
 * Throws `RangeError` when `byteLength` is not an integer from 1 to 4,294,967,295.
 *
 * @example
 * ```ts
 * import { goodSize, Heap, usableSize } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * assert.equal(usableSize(heap.allocate(Uint8Array, 1001)), goodSize(1001));
 * ```
 */
export function goodSize(byteLength: number): number {
  if (!Number.isInteger(byteLength) || byteLength < 1 || byteLength > MAX_BLOCK_BYTES) {
    throw new RangeError(
      `Cannot tell the good size of ${shown(byteLength)} bytes: expected an integer from 1 to ${MAX_BLOCK_BYTES}`,
    );
  }
  return Number(library().bind("allocation").goodSize(byteLength));
}
