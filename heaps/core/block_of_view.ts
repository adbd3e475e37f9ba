import type { AnyView } from "../allocator.ts";
import { type Block, blockOf } from "./block.ts";
import { extentOf } from "./extent.ts";
import type { BlockStore } from "./block_store.ts";
import { noteEscape } from "./open_heaps.ts";

/**
 * The block that `view` covers from its first to its last byte.
 *
 * Throws `TypeError` for a view that no heap handed out, that was freed or moved, or that is part of a block.
 */
export function blockOfWhole(view: AnyView, action: string): Block {
  const buffer = ArrayBuffer.isView(view) ? view.buffer : undefined;
  const block = buffer && blockOf(buffer);
  if (block === undefined) {
    throw new TypeError(
      `Cannot ${action} this view: no heap handed it out, or its buffer was moved`,
    );
  }
  const { byteLength } = block.buffer;
  // The buffer first: a DataView over a detached one throws when it is asked for its length.
  if (
    buffer !== block.buffer || byteLength === 0 || view.byteLength !== byteLength || block.index < 0
  ) refuseView(block, view, action);
  return block;
}

function refuseView(block: Block, view: AnyView, action: string): void {
  if (block.index < 0 || view.buffer !== block.buffer) {
    throw new TypeError(`Cannot ${action} this view: it was freed before`);
  }
  if (view.buffer.byteLength === 0) {
    // Should this thread end, whoever deals with its heaps must know.
    noteEscape(block.store);
    refuseMoved(action);
  }
  // The copy of an empty source is an empty view over a block of one byte.
  if (block.byteLength === 0) return;
  throw new TypeError(
    `Cannot ${action} this view: it covers ${view.byteLength} bytes of a block of ${block.buffer.byteLength}, ` +
      "pass the view that allocate() returned",
  );
}

function refuseMoved(action: string): never {
  throw new TypeError(
    `Cannot ${action} this view: its buffer was moved by transfer(), structuredClone() or postMessage(), ` +
      "so its memory stays until the process ends",
  );
}

/** The live block that `view` lies in, `undefined` when it lies in none. */
export function blockOfPart(view: AnyView): Block | undefined {
  const buffer = extentOf(view)?.buffer;
  const block = buffer && blockOf(buffer);
  return block !== undefined && block.index >= 0 && block.buffer.byteLength !== 0 ? block : undefined;
}

/** The heap that `view` lies in, `undefined` when it lies in none or is freed. */
export function ownerOf(view: AnyView): BlockStore | undefined {
  return blockOfPart(view)?.store;
}
