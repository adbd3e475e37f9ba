import type { AnyView } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";
import { extentOf } from "../core/extent.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text that `view` holds in UTF-8. Bytes that are no UTF-8 become U+FFFD.
 *
 * Throws `TypeError` when `view` is not a view, or freed.
 *
 * @example
 * ```ts
 * import { Heap, readText } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const greeting = heap.text("grüezi");
 * assert.equal(greeting.byteLength, 7);
 * assert.equal(readText(greeting), "grüezi");
 * ```
 */
export function readText(view: AnyView): string {
  const extent = extentOf(view);
  if (extent === undefined) refuseArgument(view, "read text", "a typed array or DataView");
  if (extent.detached) {
    throw new TypeError("Cannot read text: the view was freed or moved");
  }
  return decoder.decode(view);
}
