import type { AnyView } from "../allocator.ts";
import type { Block } from "../core/block.ts";
import { blockOfPart } from "../core/block_of_view.ts";
import { extentOf } from "../core/extent.ts";
import { holdBlock } from "../core/holds.ts";
import { openHeaps } from "../core/open_heaps.ts";
import { blockOfScopeBuffer } from "./_region.ts";

/** The block of a scope's first chunk, whose buffer is not marked; looks at the chunks of all pools. */
function findChunk(buffer: ArrayBufferLike): Block | undefined {
  for (const store of openHeaps().keys()) {
    const found = store.isPooled ? store.blocks.find((block) => block.buffer === buffer) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keeps the memory of `view` until `promise` settles, when it is memory of a heap or of a scope. */
export function holdMemory(view: AnyView, promise: PromiseLike<unknown>): void {
  const buffer = extentOf(view)?.buffer;
  if (buffer === undefined) return;
  const block = blockOfPart(view) ?? blockOfScopeBuffer(buffer) ?? findChunk(buffer);
  if (block !== undefined) holdBlock(block, promise);
}
