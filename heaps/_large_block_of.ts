import type { Block } from "./_block.ts";
import type { Region } from "./_region.ts";
import type { AnyView } from "./allocator.ts";

/**
 * The block of its own that `view` has in a scope, or `undefined` when it lies
 * in a chunk.
 *
 * Throws `TypeError` for a view that the scope did not hand out, that was freed
 * or moved, or that is part of a block of its own.
 */
export function largeBlockOf(region: Region, view: AnyView, action: string, name: string): Block | undefined {
  const buffer = ArrayBuffer.isView(view) ? view.buffer : undefined;
  if (buffer !== undefined && buffer.byteLength === 0) {
    throw new TypeError(`Cannot ${action} this view: it was freed before, or its buffer was moved`);
  }
  const block = buffer && region.findLarge(buffer);
  if (block === undefined && !(buffer && region.hasWindow(buffer))) {
    throw new TypeError(`Cannot ${action} this view in a scope of ${name}: the scope did not hand it out`);
  }
  if (block !== undefined && view.byteLength !== block.buffer.byteLength) {
    throw new TypeError(`Cannot ${action} this view: it is a part of a block, pass the view that allocate() returned`);
  }
  return block;
}
