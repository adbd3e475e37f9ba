import { backend } from "../../ffi/runtime/backend.ts";
import { type Block, extrasOf } from "../core/block.ts";
import type { BlockStore } from "../core/block_store.ts";
import { byteLengthOf, detach, isDetached } from "../core/detach.ts";
import type { Extent } from "../core/extent.ts";
import { native } from "../core/native.ts";
import type { Chunks } from "./_chunks.ts";

/** The least room behind a checkpoint that gets a window of its own; less is left unused until the rollback. */
const LEAST_REMAINDER = 512;

/** A stretch of memory with one ArrayBuffer over it, filled from its start. */
export interface Window {
  /** The block that the stretch lies in. */
  readonly block: Block;
  /** Whether the stretch is the whole chunk, not what was left of it at a checkpoint. */
  readonly whole: boolean;
  /** Byte of the block at which the stretch begins. */
  readonly start: number;
  /** Bytes of the stretch. */
  readonly byteLength: number;
  /** The ArrayBuffer over it. */
  buffer: ArrayBuffer;
  /** Bytes in use; up to date only while the window is not the one being filled. */
  used: number;
}

/** A block of its own for a request that is too large for a chunk. */
export interface LargeBlock {
  /** The block. */
  block: Block;
  /** The number of the block, counted through the life of the region. */
  readonly sequence: number;
}

/** A state of a region to which it can be rolled back. */
export interface RegionMark {
  /** How many windows there were. */
  readonly depth: number;
  /** The number of the next block of its own. */
  readonly sequence: number;
}

/**
 * The memory of one scope: chunks that are filled one after another, and blocks
 * of their own for what is large. A region outlives its scope, with its first
 * chunk, in the pool.
 */
export class Region {
  readonly #store: BlockStore;
  readonly #chunks: Chunks;
  readonly #windows: Window[] = [];
  readonly #large: LargeBlock[] = [];
  #sequence = 0;
  #continued = false;

  /** Makes a region without memory. */
  constructor(store: BlockStore, chunks: Chunks) {
    this.#store = store;
    this.#chunks = chunks;
  }

  /** The first window, when the region kept its chunk. */
  get first(): Window | undefined {
    return this.#windows[0];
  }

  /** How many blocks of their own there are. */
  get largeBlocks(): number {
    return this.#large.length;
  }

  /** Whether `byteLength` bytes get a block of their own instead of room in a chunk. */
  isLarge(byteLength: number): boolean {
    return byteLength > this.#chunks.byteLength / 4;
  }

  /** A window with room for `byteLength` bytes: what is left behind a mark, or a chunk. */
  openWindow(byteLength: number): Window {
    const window = (this.#continued ? this.#continueLast(byteLength) : undefined) ??
      this.#openChunk();
    this.#continued = false;
    this.#windows.push(window);
    return window;
  }

  #openChunk(): Window {
    const block = this.#chunks.take();
    return { block, whole: true, start: 0, byteLength: this.#chunks.byteLength, buffer: block.buffer, used: 0 };
  }

  // What follows a checkpoint lies in a buffer of its own, so that a rollback can detach just that.
  #continueLast(byteLength: number): Window | undefined {
    const last = this.#windows.at(-1);
    // A buffer that the program moved still reaches what is left of the chunk.
    if (last === undefined || isDetached(last.buffer)) return undefined;
    const room = last.byteLength - last.used;
    if (room < Math.max(byteLength, LEAST_REMAINDER)) return undefined;
    const start = last.start + last.used;
    const buffer = native().wrap(
      last.block.handle,
      last.block.byteOffset + start,
      room,
    );
    return {
      block: last.block,
      whole: false,
      start,
      byteLength: room,
      buffer,
      used: 0,
    };
  }

  /** Address of the first byte of a window. */
  addressOf(window: Window): number {
    return backend().toAddress(window.block.handle) + window.block.byteOffset +
      window.start;
  }

  /** Takes a block of its own. */
  openLarge(byteLength: number): Block {
    return this.#keepLarge(this.#store.allocate(byteLength, false));
  }

  /** Takes a block of its own with byte `alignedByte` at a multiple of `alignment`. */
  openAligned(
    byteLength: number,
    alignment: number,
    alignedByte: number,
  ): Block {
    return this.#keepLarge(
      this.#store.allocateAligned(byteLength, false, alignment, alignedByte),
    );
  }

  #keepLarge(block: Block): Block {
    this.#large.push({ block, sequence: this.#sequence++ });
    return block;
  }

  /** The block of its own whose buffer is `buffer`. */
  findLarge(buffer: ArrayBufferLike): Block | undefined {
    return this.#large.find(({ block }) => block.buffer === buffer)?.block;
  }

  /** Whether `buffer` is that of a window. */
  hasWindow(buffer: ArrayBufferLike): boolean {
    return this.#windows.some((window) => window.buffer === buffer);
  }

  /** Gives a block of its own another size; returns the one that holds the contents now. */
  resizeLarge(block: Block, byteLength: number): Block {
    const large = this.#large.find((candidate) => candidate.block === block)!;
    large.block = this.#store.reallocate(block, byteLength);
    return large.block;
  }

  /** Gives one block of its own back; returns its bytes. */
  closeLarge(block: Block): number {
    const { byteLength } = block;
    this.#large.splice(
      this.#large.findIndex((large) => large.block === block),
      1,
    );
    this.#store.release(block);
    return byteLength;
  }

  /** Marks the present state. The next window begins behind it, so that a rollback can detach what came after. */
  mark(): RegionMark {
    this.#continued = true;
    return { depth: this.#windows.length, sequence: this.#sequence };
  }

  /** Takes back what was handed out since `mark`; returns the bytes of blocks of their own among it. */
  rollback(mark: RegionMark): number {
    this.#continued = true;
    this.#closeWindows(mark.depth);
    return this.#closeLargeFrom(mark.sequence);
  }

  #closeLargeFrom(sequence: number): number {
    let byteLength = 0;
    for (
      let last = this.#large.at(-1);
      last !== undefined && last.sequence >= sequence;
      last = this.#large.at(-1)
    ) {
      this.#large.pop();
      byteLength += last.block.byteLength;
      this.#store.release(last.block);
    }
    return byteLength;
  }

  #closeWindows(depth: number): void {
    while (this.#windows.length > depth) {
      const window = this.#windows.at(-1)!;
      if (window.whole) this.#chunks.give(window.block);
      else this.#closeRemainder(window);
      // Not before: where the stack ends in between, the window is closed another time.
      this.#windows.pop();
    }
  }

  #closeRemainder(window: Window): void {
    const { block, buffer } = window;
    const moved = isDetached(buffer);
    if (!moved) detach(buffer);
    if (moved) extrasOf(block).escaped = true;
    else if (!isDetached(buffer)) extrasOf(block).parts.push(buffer);
    if (block.extras === undefined) return;
    // Somebody still reaches this stretch or one behind it, so what is left of the chunk is not handed out again.
    const last = this.#windows.at(-2);
    if (last !== undefined && last.block === block) last.used = last.byteLength;
  }

  /** Detaches everything that was handed out and keeps no more than the first chunk. */
  reset(): void {
    this.#continued = false;
    if (this.#large.length > 0) this.#closeLargeFrom(0);
    if (this.#windows.length > 1) this.#closeWindows(1);
    const first = this.#windows[0];
    if (first !== undefined && !this.#renewFirst(first)) this.#windows.length = 0;
  }

  #renewFirst(first: Window): boolean {
    const { block } = first;
    if (block.extras !== undefined) {
      this.#store.release(block);
      return false;
    }
    if (!this.#store.renew(block)) return false;
    first.buffer = block.buffer;
    first.used = 0;
    return true;
  }

  /** Gives the first chunk back too. Call it after {@linkcode reset}. */
  drop(): void {
    const first = this.#windows.pop();
    if (first !== undefined) this.#store.release(first.block);
  }
}

/**
 * The block of its own that the view at `extent` has in a scope, or `undefined`
 * when it lies in a chunk.
 *
 * Throws `TypeError` for a view that the scope did not hand out, that was freed
 * or moved, or that is part of a block of its own.
 */
export function largeBlockOf(
  region: Region,
  extent: Extent | undefined,
  action: string,
  name: string,
): Block | undefined {
  if (extent?.detached) {
    throw new TypeError(`Cannot ${action} this view: it was freed before, or its buffer was moved`);
  }
  const block = extent && region.findLarge(extent.buffer);
  if (block === undefined && !(extent && region.hasWindow(extent.buffer))) {
    throw new TypeError(`Cannot ${action} this view in a scope of ${name}: the scope did not hand it out`);
  }
  if (block !== undefined && extent?.byteLength !== byteLengthOf(block.buffer)) {
    throw new TypeError(`Cannot ${action} this view: it is a part of a block, pass the view that allocate() returned`);
  }
  return block;
}

/** Whoever a scope takes its memory from. */
export interface ScopeOwner {
  /** The name of the scopes. */
  readonly name: string;
  /** Hears that the scope at `index` of its list was closed. */
  closed(index: number): void;
  /** Takes a region back once its scope is closed and nothing holds it. */
  reclaim(region: Region): void;
}
