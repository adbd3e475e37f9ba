import type { AnyView } from "../../heaps/allocator.ts";
import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { freesAcrossHeaps } from "../../ffi/shared_heaps.ts";
import { type Block, claimBuffer } from "../../heaps/core/block.ts";
import { blockOfWhole } from "../../heaps/core/block_of_view.ts";
import { requireNotHeld } from "../../heaps/core/holds.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { HandedBlock } from "../../heaps/core/handed_block.ts";
import { holderOf } from "../../heaps/core/open_heaps.ts";
import { storeOf } from "../../heaps/heap/heap.ts";
import { mainHeap } from "../../heaps/heap/main_heap.ts";
import { createView, elementByteLength, VIEW_TYPES, viewType } from "../../heaps/core/view.ts";

/** A view whose block is about to be handed over. */
export interface ViewToHand {
  readonly view: AnyView;
  readonly block: Block;
  /** The index of its class. */
  readonly type: number;
}

/**
 * The block of `view`, checked: from here on only the runtime's own input or output can be in the way.
 *
 * Throws `TypeError` unless it is the whole view that a heap handed out, and what `BlockStore.requireUsable` throws.
 */
export function toHand(view: AnyView, action: string): ViewToHand {
  const block = blockOfWhole(view, action);
  requireOwnBlock(block, action);
  requireNotHeld(block, action);
  block.store.budget.requireUsable(action);
  requireOutlivingBlock(block.store, action);
  if (block.extras?.guest === undefined) requireFreeing(block.store, action);
  return { view, block, type: VIEW_TYPES.indexOf(viewType(view)) };
}

/** A scope takes back what it has handed out, at its end at the latest. */
function requireOwnBlock({ store }: Block, action: string): void {
  if (!store.isPooled) return;
  throw new TypeError(`Cannot ${action} this view: it belongs to a scope of ${store.label}, copy it into a heap`);
}

/** 2.x lets every part of the program allocate beside a block that stays in an arena when its heap ends. */
function requireOutlivingBlock(store: BlockStore, action: string): void {
  const { version, versionText } = library();
  const holder = version.major < 3 ? holderOf(store) as { readonly arena?: unknown } | undefined : undefined;
  if (holder?.arena === undefined) return;
  throw new UnsupportedError({
    feature: `${action}ing a block of a heap in an arena`,
    found: `mimalloc ${versionText}`,
    needed: "mimalloc 3, or a heap without an arena",
  });
}

function requireFreeing(store: BlockStore, action: string): void {
  const { version, versionText } = library();
  if (freesAcrossHeaps(version) || store === storeOf(mainHeap())) return;
  throw new UnsupportedError({
    feature: `${action}ing a block of a heap`,
    found: `mimalloc ${versionText}`,
    needed: "any other than mimalloc 3.2, or a block of mainHeap()",
  });
}

/** What stands below the checksum in the tag of a block: the index of the class of its view. */
const TYPES = 16;

/** A checksum is below this, so that both are one number. */
export const CHECKSUMS: number = 2 ** 48;

/**
 * Takes the block of a view out of its heap; `undefined`, and nothing is changed, when the runtime uses its buffer.
 * `checksum` is of what the message says of the block, which is data that anyone can change; 0 for nothing.
 */
export function handOver({ block, type }: ViewToHand, checksum: number): HandedBlock | undefined {
  return HandedBlock.give(block, type + TYPES * checksum);
}

/** The checksum that a block was handed over with. */
export function checksumOf({ tag }: HandedBlock): number {
  return Math.floor(tag / TYPES);
}

/**
 * Puts a block that was handed over into the heap of `store`, and makes the view of it. `place` is that of the heap when it
 * came with the block.
 */
export function takeOver(handed: HandedBlock, store: BlockStore, place = 0): AnyView {
  const type = VIEW_TYPES[handed.tag % TYPES]!;
  const block = handed.receive(store, place > 0 && handed.place === place);
  claimBuffer(block);
  // An empty view stands on a block of one byte.
  const byteLength = block.byteLength === 0 ? 0 : block.buffer.byteLength;
  return createView(type, block.buffer, 0, byteLength / elementByteLength(type)) as AnyView;
}
