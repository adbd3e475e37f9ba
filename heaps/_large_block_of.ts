import type { Block } from "./_block.ts";
import { byteLengthOf } from "./_detach.ts";
import type { Place } from "./_place.ts";
import type { Region } from "./_region.ts";

/**
 * The block of its own that the view at `place` has in a scope, or `undefined`
 * when it lies in a chunk.
 *
 * Throws `TypeError` for a view that the scope did not hand out, that was freed
 * or moved, or that is part of a block of its own.
 */
export function largeBlockOf(
  region: Region,
  place: Place | undefined,
  action: string,
  name: string,
): Block | undefined {
  if (place?.detached) {
    throw new TypeError(`Cannot ${action} this view: it was freed before, or its buffer was moved`);
  }
  const block = place && region.findLarge(place.buffer);
  if (block === undefined && !(place && region.hasWindow(place.buffer))) {
    throw new TypeError(`Cannot ${action} this view in a scope of ${name}: the scope did not hand it out`);
  }
  if (block !== undefined && place?.byteLength !== byteLengthOf(block.buffer)) {
    throw new TypeError(`Cannot ${action} this view: it is a part of a block, pass the view that allocate() returned`);
  }
  return block;
}
