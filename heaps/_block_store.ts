import { backend } from "../ffi/backend.ts";
import type { Handle } from "../ffi/types.ts";
import { Block } from "./_block.ts";
import { HeapUsers } from "./_heap_users.ts";
import { type Native, native } from "./_native.ts";
import { quarantine, sweepQuarantine } from "./_quarantine.ts";
import { MAX_BLOCK_BYTES } from "./_view.ts";
import { AllocationError, ClosedError } from "./errors.ts";
import { flushHooks } from "./hooks.ts";

/** The largest alignment that every version serves at any offset and in any arena. */
const MAX_NATIVE_ALIGNMENT = 4096;

/**
 * One mimalloc heap, its live blocks and their figures. Everything that frees
 * memory goes through here: a block returns to C only after its ArrayBuffer is
 * detached.
 */
export class BlockStore {
  readonly #native: Native;
  readonly #handle: Handle;
  readonly #blocks: Block[] = [];
  #open = true;
  #usedBytes = 0;
  #escapedBytes = 0;
  #quarantinedBytes = 0;
  // Bytes of the block whose contents are moving: for the length of the copy they count twice.
  #movingBytes = 0;
  #users: HeapUsers | undefined;
  /** How the heap is called in messages. */
  readonly label: string;
  /** The most bytes that may be in use at once. */
  readonly limit: number;
  /** Blocks whose buffer the program moved away; they are never freed. */
  escapedBlocks = 0;
  /** Blocks that wait until the runtime lets go of their buffer. */
  quarantinedBlocks = 0;

  /** Takes over the heap `handle`, alone or with `users`. */
  constructor(handle: Handle, label: string, limit: number, users?: HeapUsers) {
    this.#native = native();
    this.#handle = handle;
    this.#users = users;
    this.label = label;
    this.limit = limit;
  }

  /** Lets other threads use the heap: its address, and the count of those who do. */
  share(): { readonly address: number; readonly users: HeapUsers } {
    this.requireOpen("share");
    this.#users ??= new HeapUsers();
    return { address: backend().toAddress(this.#handle), users: this.#users };
  }

  /** Whether the heap takes calls. */
  get open(): boolean {
    return this.#open;
  }

  /** Blocks that are handed out. */
  get liveBlocks(): number {
    return this.#blocks.length;
  }

  /** Bytes that are handed out. */
  get liveBytes(): number {
    return this.#usedBytes - this.#escapedBytes - this.#quarantinedBytes;
  }

  /** Takes a block of `byteLength` bytes, a whole number from 1 to {@linkcode MAX_BLOCK_BYTES}. */
  allocate(byteLength: number, zeroed: boolean): Block {
    this.#admit(byteLength);
    const { heapMalloc, heapZalloc } = this.#native.blocks;
    const handle = (zeroed ? heapZalloc(this.#handle, byteLength) : heapMalloc(this.#handle, byteLength)) ??
      this.#retry(byteLength, 0, 0, zeroed);
    return this.#adopt(handle, 0, byteLength, byteLength);
  }

  /** Takes a block of one byte that counts for none: what an empty view stands on. */
  allocateEmpty(): Block {
    const block = this.allocate(1, false);
    block.byteLength = 0;
    this.#usedBytes--;
    return block;
  }

  /** Like {@linkcode allocate}, with byte `alignedByte` at a multiple of `alignment`. */
  allocateAligned(
    byteLength: number,
    zeroed: boolean,
    alignment: number,
    alignedByte: number,
  ): Block {
    const block = alignment <= MAX_NATIVE_ALIGNMENT
      ? this.#allocateAligned(byteLength, zeroed, alignment, alignedByte)
      : this.#allocatePadded(byteLength, zeroed, alignment, alignedByte);
    block.extras = { alignment, alignedByte, escaped: false, parts: [] };
    return block;
  }

  #allocateAligned(
    byteLength: number,
    zeroed: boolean,
    alignment: number,
    alignedByte: number,
  ): Block {
    this.#admit(byteLength);
    const handle = this.#callAligned(byteLength, alignment, alignedByte, zeroed) ??
      this.#retry(byteLength, alignment, alignedByte, zeroed);
    return this.#adopt(handle, 0, byteLength, byteLength);
  }

  #callAligned(
    byteLength: number,
    alignment: number,
    alignedByte: number,
    zeroed: boolean,
  ): Handle | null {
    const { heapMallocAlignedAt, heapZallocAlignedAt } = this.#native.blocks;
    return zeroed
      ? heapZallocAlignedAt(this.#handle, byteLength, alignment, alignedByte)
      : heapMallocAlignedAt(this.#handle, byteLength, alignment, alignedByte);
  }

  // 3.x refuses alignments above 64 KiB in arenas (mimalloc issue 1406) and large ones at an offset,
  // so the room for them is asked for and the view begins inside the block.
  #allocatePadded(
    byteLength: number,
    zeroed: boolean,
    alignment: number,
    alignedByte: number,
  ): Block {
    const padded = byteLength + alignment;
    if (padded > MAX_BLOCK_BYTES) {
      this.#fail(padded, "a block holds at most 4294967295 bytes");
    }
    const block = this.allocate(padded, zeroed);
    const address = backend().toAddress(block.handle);
    const byteOffset = (alignment - (address + alignedByte) % alignment) %
      alignment;
    block.buffer.transfer(0);
    block.buffer = this.#native.wrap(block.handle, byteOffset, byteLength);
    block.byteOffset = byteOffset;
    return block;
  }

  /**
   * Gives a block another size, in place where its memory has room, else by a
   * copy. Returns the block that holds the contents now; the buffer of the old
   * one is detached either way.
   */
  reallocate(block: Block, byteLength: number): Block {
    const growth = byteLength - block.byteLength;
    if (growth > 0) this.#admit(growth);
    if (this.#fitsInPlace(block, byteLength)) {
      block.buffer.transfer(0);
      // A buffer that is still there is pinned by the runtime: then the contents move instead.
      if (block.buffer.byteLength === 0) {
        block.buffer = this.#native.wrap(
          block.handle,
          block.byteOffset,
          byteLength,
        );
        block.byteLength = byteLength;
        this.#usedBytes += growth;
        return block;
      }
    }
    return this.#move(block, byteLength);
  }

  #fitsInPlace(block: Block, byteLength: number): boolean {
    const usable = this.#native.blocks.usableSize(block.handle) -
      block.byteOffset;
    return byteLength <= usable && byteLength >= usable / 2;
  }

  #move(block: Block, byteLength: number): Block {
    // Both blocks exist for the length of the copy; the limit speaks of what is live afterwards.
    this.#movingBytes = block.byteLength;
    let moved: Block;
    try {
      moved = block.extras === undefined ? this.allocate(byteLength, false) : this.allocateAligned(
        byteLength,
        false,
        block.extras.alignment,
        block.extras.alignedByte,
      );
    } finally {
      this.#movingBytes = 0;
    }
    const kept = Math.min(byteLength, block.buffer.byteLength);
    new Uint8Array(moved.buffer).set(new Uint8Array(block.buffer, 0, kept));
    this.release(block);
    return moved;
  }

  /** Detaches a block's buffer and gives its memory back, or keeps it where a buffer is moved or pinned. */
  release(block: Block): void {
    this.#unlink(block);
    if (!this.#detach(block)) return;
    this.#usedBytes -= block.byteLength;
    this.#native.blocks.free(block.handle);
  }

  #detach(block: Block): boolean {
    const { buffer, extras } = block;
    const moved = buffer.byteLength === 0;
    if (!moved) buffer.transfer(0);
    if (moved || (extras !== undefined && extras.escaped)) {
      return this.#escape(block);
    }
    if (
      buffer.byteLength !== 0 ||
      (extras !== undefined && extras.parts.length > 0)
    ) return this.#hold(block);
    return true;
  }

  /**
   * Detaches a block's buffer and puts a new one over the same memory; one call
   * instead of the two that detaching and wrapping take. False when the block
   * is lost because its buffer is moved or pinned.
   */
  renew(block: Block): boolean {
    const { buffer } = block;
    if (buffer.byteLength === 0) {
      this.#unlink(block);
      return this.#escape(block);
    }
    const fresh = buffer.transfer();
    if (buffer.byteLength !== 0) {
      this.#unlink(block);
      return this.#hold(block);
    }
    block.buffer = fresh;
    return true;
  }

  /** Ends the quarantine of a block: it is freed, or kept for good when its buffer was moved meanwhile. */
  endQuarantine(block: Block, moved: boolean): void {
    this.quarantinedBlocks--;
    this.#quarantinedBytes -= block.byteLength;
    if (moved) {
      this.#escape(block);
    } else {
      this.#usedBytes -= block.byteLength;
      this.#native.blocks.free(block.handle);
    }
    if (!this.#open) this.#destroyIfEmpty();
  }

  /** Gives back what mimalloc keeps ready in this heap. */
  collect(force: boolean): void {
    this.requireOpen("collect");
    sweepQuarantine();
    this.#native.heaps.heapCollect(this.#handle, force);
  }

  /** Frees every block and the heap; the second call does nothing. */
  destroy(): void {
    if (!this.#open) return;
    this.#open = false;
    const blocks = this.#blocks.splice(0);
    for (const block of blocks) block.index = -1;
    const detached = blocks.filter((block) => this.#detach(block));
    const emptied = this.escapedBlocks + this.quarantinedBlocks === 0 && (this.#users?.alone ?? true);
    for (const block of detached) {
      this.#usedBytes -= block.byteLength;
      // A heap that keeps blocks, or that other threads use, is not destroyed: then they go one by one.
      if (!emptied) this.#native.blocks.free(block.handle);
    }
    this.#destroyIfEmpty();
  }

  #destroyIfEmpty(): void {
    if (this.escapedBlocks + this.quarantinedBlocks > 0) return;
    if (this.#users?.leave() ?? true) this.#native.heaps.heapDestroy(this.#handle);
  }

  /** Throws when the heap is closed; `action` says what was tried. */
  requireOpen(action: string): void {
    if (!this.#open) {
      throw new ClosedError(`Cannot ${action} in ${this.label}: it is closed`);
    }
  }

  #admit(byteLength: number): void {
    if (!this.#open) this.requireOpen("allocate");
    if (this.#usedBytes + byteLength > this.limit) this.#refuse(byteLength);
  }

  #refuse(byteLength: number): void {
    sweepQuarantine();
    if (this.#usedBytes - this.#movingBytes + byteLength <= this.limit) return;
    this.#fail(
      byteLength,
      `its limit is ${this.limit} bytes and ${this.#usedBytes} are in use`,
    );
  }

  #retry(
    byteLength: number,
    alignment: number,
    alignedByte: number,
    zeroed: boolean,
  ): Handle {
    this.collect(true);
    const handle = this.#callAligned(
      byteLength,
      Math.max(alignment, 1),
      alignedByte,
      zeroed,
    );
    if (handle !== null) return handle;
    this.#fail(
      byteLength,
      `mimalloc has no room for it, ${this.#usedBytes} bytes are in use`,
    );
  }

  #fail(byteLength: number, reason: string): never {
    // The listeners may allocate in this heap too.
    this.#movingBytes = 0;
    flushHooks();
    throw new AllocationError(
      `Cannot allocate ${byteLength} bytes in ${this.label}: ${reason}`,
      {
        requested: byteLength,
        live: this.liveBytes,
        limit: this.limit,
      },
    );
  }

  #adopt(
    handle: Handle,
    byteOffset: number,
    byteLength: number,
    viewByteLength: number,
  ): Block {
    const buffer = this.#native.wrap(handle, byteOffset, viewByteLength);
    const block = new Block(this, handle, byteOffset, buffer, byteLength);
    block.index = this.#blocks.push(block) - 1;
    this.#usedBytes += byteLength;
    return block;
  }

  #unlink(block: Block): void {
    const last = this.#blocks.pop()!;
    if (last !== block) {
      this.#blocks[block.index] = last;
      last.index = block.index;
    }
    block.index = -1;
  }

  #escape(block: Block): false {
    this.escapedBlocks++;
    this.#escapedBytes += block.byteLength;
    return false;
  }

  #hold(block: Block): false {
    this.quarantinedBlocks++;
    this.#quarantinedBytes += block.byteLength;
    quarantine(block);
    return false;
  }
}
