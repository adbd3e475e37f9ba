import { backend } from "../../ffi/runtime/backend.ts";
import type { Allocator } from "../allocator.ts";
import { type Block, bytesFor, extrasOf } from "../core/block.ts";
import type { BlockStore } from "../core/block_store.ts";
import { byteLengthOf, detach, isDetached } from "../core/detach.ts";
import type { Extent } from "../core/extent.ts";
import { requireNotHeld } from "../core/holds.ts";
import { Identity } from "../core/identity.ts";
import { native } from "../core/native.ts";
import { AllocationError } from "../errors.ts";
import type { Chunks } from "./_chunks.ts";
import type { ScopeSizes } from "./_scope_sizes.ts";

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

/** A block of its own for a request that is too large for a chunk, in a list in the order of their numbers. */
interface LargeBlock {
  block: Block;
  /** Its number, counted through the life of the region. */
  readonly sequence: number;
  before: LargeBlock | undefined;
  after: LargeBlock | undefined;
}

/** Writes what a buffer is to a region into a private field of it. */
class Part extends Identity {
  #region: Region;
  #large: LargeBlock | undefined;
  #block: Block;

  constructor(buffer: ArrayBuffer, region: Region, block: Block, large?: LargeBlock) {
    super(buffer);
    this.#region = region;
    this.#block = block;
    this.#large = large;
  }

  /** The block that `buffer` is over, of whatever region. */
  static blockOf(buffer: object): Block | undefined {
    return #block in buffer ? (buffer as Part).#block : undefined;
  }

  /** The block of its own that `buffer` is for `region`, `undefined` for a window, `null` for neither. */
  static of(buffer: object, region: Region): LargeBlock | undefined | null {
    return #region in buffer && (buffer as Part).#region === region ? (buffer as Part).#large : null;
  }
}

/** A state of a region to which it can be rolled back. */
export interface RegionMark {
  /** How many windows there were. */
  readonly depth: number;
  /** The last of them, in which nothing is handed out any more. */
  readonly window: Window | undefined;
  /** The number of the next block of its own. */
  readonly sequence: number;
  /** The number behind that of the last block of its own that was there. */
  readonly afterLast: number;
}

/**
 * The memory of one scope: chunks that are filled one after another, and blocks of their own for what is large. A
 * region outlives its scope, with its first chunk, in the pool.
 */
export class Region {
  readonly #store: BlockStore;
  readonly #chunks: Chunks;
  readonly #windows: Window[] = [];
  #lastLarge: LargeBlock | undefined;
  #sequence = 0;
  #continued = false;
  /** How many blocks of their own there are. */
  largeBlocks = 0;
  /** Their bytes. */
  largeBytes = 0;

  /** Makes a region without memory. */
  constructor(store: BlockStore, chunks: Chunks) {
    this.#store = store;
    this.#chunks = chunks;
  }

  /** The first window, when the region kept its chunk. */
  get first(): Window | undefined {
    return this.#windows[0];
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
    new Part(window.buffer, this, window.block);
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

  /** Throws that the scope may not take `byteLength` bytes more. */
  refuseBeyondLimit({ name, limit, liveBytes }: Allocator, byteLength: number): never {
    this.#store.budget.countFailure();
    throw new AllocationError(
      `Cannot allocate ${byteLength} bytes in a scope of ${name}: its limit is ${limit} bytes and ${liveBytes} are in use`,
      { requested: byteLength, live: liveBytes, limit },
    );
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
    const last = this.#lastLarge;
    const large = { block, sequence: this.#sequence++, before: last, after: undefined };
    new Part(block.buffer, this, block, large);
    if (last !== undefined) last.after = large;
    this.#lastLarge = large;
    this.largeBlocks++;
    this.largeBytes += block.byteLength;
    return block;
  }

  /** The block of its own whose buffer is `buffer`; `undefined` for that of a chunk, `null` for any other. */
  find(buffer: ArrayBufferLike): Block | undefined | null {
    // The first chunk gets a new buffer for each scope, which is not marked, because that would cost every one of them.
    if (buffer === this.#windows[0]?.buffer) return undefined;
    const large = Part.of(buffer, this);
    return large === undefined || large === null ? large : large.block;
  }

  /** By how many bytes a block of its own grows when its view gets `byteLength` bytes. */
  growthOf(block: Block, byteLength: number): number {
    return bytesFor(block, byteLength) - block.byteLength;
  }

  /** Gives a block of its own another size; returns the one that holds the contents now. */
  resizeLarge(block: Block, byteLength: number): Block {
    const large = Part.of(block.buffer, this)!;
    const before = block.byteLength;
    const resized = large.block = this.#store.reallocate(block, byteLength);
    this.largeBytes += resized.byteLength - before;
    new Part(resized.buffer, this, resized, large);
    return resized;
  }

  /** Gives one block of its own back. */
  closeLarge(block: Block, outgrown: boolean): void {
    this.#releaseLarge(Part.of(block.buffer, this)!, outgrown);
  }

  #releaseLarge(large: LargeBlock, outgrown: boolean): void {
    const { block, before, after } = large;
    this.#store.release(block, outgrown);
    // Not before: where the stack ends in between, the block is released another time.
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else this.#lastLarge = before;
    this.largeBlocks--;
    this.largeBytes -= block.byteLength;
  }

  /** Marks the present state. The next window begins behind it, so that a rollback can detach what came after. */
  mark(): RegionMark {
    this.#continued = true;
    const last = this.#lastLarge;
    return {
      depth: this.#windows.length,
      window: this.#windows.at(-1),
      sequence: this.#sequence,
      afterLast: last === undefined ? 0 : last.sequence + 1,
    };
  }

  /** Whether the windows of a mark are there still. */
  has({ depth, window }: RegionMark): boolean {
    return depth <= this.#windows.length && this.#windows[depth - 1] === window;
  }

  /** Takes back what was handed out since `mark`. */
  rollback(mark: RegionMark): void {
    this.#continued = true;
    this.#closeWindows(mark.depth);
    this.#closeLargeFrom(mark.sequence);
  }

  #closeLargeFrom(sequence: number): void {
    for (let last = this.#lastLarge; last !== undefined && last.sequence >= sequence; last = this.#lastLarge) {
      this.#releaseLarge(last, false);
    }
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
    if (this.#lastLarge !== undefined) this.#closeLargeFrom(0);
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
    const first = this.#windows[0];
    if (first === undefined) return;
    this.#store.release(first.block);
    this.#windows.length = 0;
  }
}

/** The block of a scope that `buffer` is over; `undefined` for others, and for the first chunk of a scope. */
export function blockOfScopeBuffer(buffer: ArrayBuffer): Block | undefined {
  return Part.blockOf(buffer);
}

/**
 * The block of its own that the view at `extent` has in a scope, or `undefined` when it lies in a chunk.
 *
 * Throws `TypeError` for a view that the scope did not hand out, that was freed or moved, or that is part of a block of
 * its own.
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
  const block = extent === undefined ? null : region.find(extent.buffer);
  if (block === null) {
    throw new TypeError(`Cannot ${action} this view in a scope of ${name}: the scope did not hand it out`);
  }
  if (block !== undefined && extent?.byteLength !== byteLengthOf(block.buffer)) {
    throw new TypeError(`Cannot ${action} this view: it is a part of a block, pass the view that allocate() returned`);
  }
  if (block?.extras !== undefined) requireNotHeld(block, action);
  return block;
}

/** Whoever a scope takes its memory from. */
export interface ScopeOwner {
  /** The name of the scopes. */
  readonly name: string;
  /** How much memory its scopes have needed. */
  readonly sizes: ScopeSizes;
  /** Takes the scope at `index` out of the list of those that are open. */
  forget(index: number): void;
  /** Takes a region back when nothing holds its scope, and that out of the list when it is still in it. */
  reclaim(region: Region, index: number): void;
}
