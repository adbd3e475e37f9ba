import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address, Handle } from "../../ffi/types.ts";
import { hideFailure } from "../hooks/hooks.ts";
import { Block, bytesFor, MAX_NATIVE_ALIGNMENT } from "./block.ts";
import { type BlockObserver, tellOfMove } from "./block_observer.ts";
import { Budget } from "./budget.ts";
import { detach, isDetached, moveBuffer } from "./detach.ts";
import { destroysWhole, HeapEnd } from "./heap_end.ts";
import { HeapUsers } from "./heap_users.ts";
import { type Native, native } from "./native.ts";
import { endEntryOf, forgetHeap, noteEscape, noteUsers } from "./open_heaps.ts";
import { discardOutgrown, LEAST_DISCARDED } from "./outgrown.ts";
import { quarantine, sweepQuarantine } from "./quarantine.ts";
import { requireStackRoom } from "./stack_room.ts";
import type { ArenaMember } from "./subprocess_state.ts";
import { MAX_BLOCK_BYTES } from "./view.ts";

/**
 * One mimalloc heap, its live blocks and their figures. Everything that frees memory goes through here: a block returns
 * to C only after its ArrayBuffer is detached.
 */
export class BlockStore {
  readonly #native: Native;
  readonly #handle: Handle;
  readonly #blocks: Block[] = [];
  /** Detached, and to be freed with the heap. */
  readonly #doomed: Block[] = [];
  #detached: Block | undefined;
  readonly #end: HeapEnd;
  #users: HeapUsers | undefined;
  #home: Set<ArenaMember> | undefined;
  #unknownBlocks = 0;
  #unknownBytes = 0;
  /** Whether views reach parts of its blocks that it does not know, those of scopes. */
  isPooled = false;
  /** Whether it is the main heap, which nobody destroys. */
  lasts = false;
  /** Whether the program gave the heap its name. */
  isNamed = true;
  /** The largest alignment that C is asked for; blocks of a larger one are padded. */
  maxNativeAlignment: number = MAX_NATIVE_ALIGNMENT;
  /**
   * Who hears of its blocks. A field that each store has, not a class that some are given: Bun takes 0.3 µs more for an
   * allocation where it has seen stores of several classes.
   */
  observer: BlockObserver | undefined = undefined;
  /** What the heap may hand out. */
  readonly budget: Budget;

  /** Takes over the heap `handle`, alone or with `users`. */
  constructor(handle: Handle, label: string, limit: number, users?: HeapUsers) {
    this.#native = native();
    this.#handle = handle;
    this.#users = users;
    this.budget = new Budget(label, limit);
    this.#end = new HeapEnd(handle, this.budget);
    this.budget.subprocess.openHeaps++;
  }

  /** Puts the heap into the list of its arena or sub-process, until it is destroyed. */
  enterHome(home: Set<ArenaMember> | undefined): void {
    this.#home = home;
    home?.add(this);
  }

  /** Lets other threads use the heap; the key of their tickets. */
  share(): string {
    return this.#counted("share").key;
  }

  /** The users of the heap, who are counted from now on. */
  #counted(action: string): HeapUsers {
    this.budget.requireUsable(action);
    this.#users ??= HeapUsers.begin("heap", backend().toAddress(this.#handle), this.budget.subprocess.address);
    noteUsers(this, this.#users);
    return this.#users;
  }

  /**
   * mimalloc's heap, for a call that needs it for itself; throws when the heap is closed, or used by other threads too.
   * `action` says what is tried.
   */
  ownHandle(action: string): Handle {
    this.budget.requireUsable(action);
    if (this.#users?.alone ?? true) return this.#handle;
    throw new Error(`Cannot ${action} of ${this.label}: other threads use it, and C would see it change`);
  }

  /** mimalloc's heap; throws when the heap is closed. `action` says what is tried. */
  handle(action: string): Handle {
    this.budget.requireUsable(action);
    return this.#handle;
  }

  /** The address of mimalloc's heap when nobody else uses it. */
  get ownAddress(): Address | undefined {
    return this.#users?.alone ?? true ? backend().toAddress(this.#handle) : undefined;
  }

  /** Who else uses the heap, once that is counted. */
  get users(): HeapUsers | undefined {
    return this.#users;
  }

  /** Whether other threads or objects of this one were let use the heap. */
  get shared(): boolean {
    return this.#users !== undefined;
  }

  /** How the heap is called in messages. */
  get label(): string {
    return this.budget.label;
  }

  /** Whether the heap takes calls. */
  get open(): boolean {
    return this.budget.open;
  }

  /** Bytes that are handed out. */
  get liveBytes(): number {
    return this.budget.liveBytes;
  }

  /** Blocks that are handed out. */
  get liveBlocks(): number {
    return this.#blocks.length + this.#unknownBlocks;
  }

  /** Takes a block of `byteLength` bytes, an integer from 1 to {@linkcode MAX_BLOCK_BYTES}. */
  allocate(byteLength: number, zeroed: boolean): Block {
    if (this.observer !== undefined) this.observer.admit?.(byteLength);
    this.budget.admit(byteLength);
    const { heapMalloc, heapZalloc } = this.#native.blocks;
    const handle = (zeroed ? heapZalloc(this.#handle, byteLength) : heapMalloc(this.#handle, byteLength)) ??
      this.#retry(byteLength, 0, 0, zeroed);
    return this.#adopt(handle, byteLength, 0);
  }

  /** Takes a block of one byte that counts for none: what an empty view stands on. */
  allocateEmpty(): Block {
    const block = this.allocate(1, false);
    block.byteLength = 0;
    this.budget.use(-1, 0);
    this.observer?.resized(block, 1);
    return block;
  }

  /** Like {@linkcode allocate}, with byte `alignedByte` at a multiple of `alignment`. */
  allocateAligned(byteLength: number, zeroed: boolean, alignment: number, alignedByte: number): Block {
    // Debug builds take an address that is no multiple of 8 for a wrong one: they abort, or never free it.
    const isOdd = alignedByte % Math.min(alignment, 8) !== 0;
    const padded = isOdd || alignment > this.maxNativeAlignment;
    const block = padded
      ? this.#allocatePadded(byteLength, zeroed, alignment, alignedByte)
      : this.#allocateAligned(byteLength, zeroed, alignment, alignedByte);
    block.extras = { alignment, alignedByte, padded, escaped: false, parts: [], guest: undefined, holds: 0 };
    return block;
  }

  #allocateAligned(byteLength: number, zeroed: boolean, alignment: number, alignedByte: number): Block {
    this.budget.admit(byteLength);
    const handle = this.#callAligned(byteLength, alignment, alignedByte, zeroed) ??
      this.#retry(byteLength, alignment, alignedByte, zeroed);
    return this.#adopt(handle, byteLength, this.#native.losesAlignedBlocks ? gapOf(handle, alignment, alignedByte) : 0);
  }

  #callAligned(byteLength: number, alignment: number, alignedByte: number, zeroed: boolean): Handle | null {
    const { heapMallocAlignedAt, heapZallocAlignedAt, heapMalloc, heapZalloc } = this.#native.blocks;
    if (this.#native.losesAlignedBlocks) {
      // What C takes for it too; but the start of the block is known here.
      const room = byteLength + alignment - 1;
      if (room > MAX_BLOCK_BYTES) return null;
      return zeroed ? heapZalloc(this.#handle, room) : heapMalloc(this.#handle, room);
    }
    return zeroed
      ? heapZallocAlignedAt(this.#handle, byteLength, alignment, alignedByte)
      : heapMallocAlignedAt(this.#handle, byteLength, alignment, alignedByte);
  }

  // 3.x refuses alignments above 64 KiB in arenas (mimalloc issue 1406) and large ones at an offset,
  // so the room for them is asked for and the view begins inside the block.
  #allocatePadded(byteLength: number, zeroed: boolean, alignment: number, alignedByte: number): Block {
    const padded = byteLength + alignment;
    if (padded > MAX_BLOCK_BYTES) {
      this.budget.fail(padded, "a block holds at most 4294967295 bytes");
    }
    const block = this.allocate(padded, zeroed);
    const byteOffset = gapOf(block.handle, alignment, alignedByte);
    detach(block.buffer);
    block.buffer = this.#native.wrap(block.handle, byteOffset, byteLength);
    block.byteOffset = byteOffset;
    return block;
  }

  /**
   * Gives a block another size, in place where its memory has room, else by a copy. Returns the block that holds the
   * contents now; the buffer of the old one is detached either way.
   */
  reallocate(block: Block, byteLength: number): Block {
    const { buffer } = block;
    const growth = bytesFor(block, byteLength) - block.byteLength;
    if (growth > 0) this.budget.admit(growth);
    if (!isUnchanged(block, buffer)) refuseChanged("reallocate");
    const usable = this.usableSize(block);
    if (byteLength <= usable && byteLength >= usable / 2 && this.#resize(block, byteLength)) return block;
    return this.#move(block, byteLength);
  }

  /** Gives a block another size where it lies; false, and nothing is changed, when that cannot be. */
  expand(block: Block, byteLength: number): boolean {
    const { buffer } = block;
    if (byteLength > this.usableSize(block)) return false;
    const growth = bytesFor(block, byteLength) - block.byteLength;
    if (growth > 0) this.budget.admit(growth);
    if (!isUnchanged(block, buffer)) refuseChanged("expand");
    return this.#resize(block, byteLength);
  }

  /** Bytes that a block has from the first byte of its buffer on. */
  usableSize(block: Block): number {
    return this.#native.blocks.usableSize(block.handle) - block.byteOffset;
  }

  #resize(block: Block, byteLength: number): boolean {
    const before = block.byteLength;
    detach(block.buffer);
    // A buffer that is still there is pinned by the runtime.
    if (!isDetached(block.buffer)) return false;
    block.buffer = this.#native.wrap(block.handle, block.byteOffset, byteLength);
    const bytes = bytesFor(block, byteLength);
    this.budget.use(bytes - before, 0);
    block.byteLength = bytes;
    block.zeroed = false;
    if (bytes !== before) this.observer?.resized(block, before);
    return true;
  }

  #move(block: Block, byteLength: number): Block {
    const { buffer } = block;
    // Both blocks exist for the length of the copy; the limit speaks of what is live afterwards.
    const moved = this.budget.whileMoving(block, () => {
      const { alignment = 0, alignedByte = 0 } = block.extras ?? {};
      if (alignment === 0) return this.allocate(byteLength, false);
      return this.allocateAligned(byteLength, false, alignment, alignedByte);
    });
    if (!isUnchanged(block, buffer)) {
      this.release(moved);
      refuseChanged("reallocate");
    }
    const kept = Math.min(byteLength, buffer.byteLength);
    new Uint8Array(moved.buffer).set(new Uint8Array(buffer, 0, kept));
    this.release(block, true);
    return moved;
  }

  /**
   * Detaches a block's buffer and gives its memory back, or keeps it where a buffer is moved or pinned. The pages of an
   * `outgrown` one go back to the system.
   */
  release(block: Block, outgrown = false): void {
    // Given up already, by a call that came to the end of the stack before it was through.
    if (block.index < 0) return;
    // First of all, because it can fail at the end of the stack: an unlinked block must not have a view.
    const moved = this.#detach(block);
    if (outgrown && block.byteLength >= LEAST_DISCARDED && !moved && isUnreachable(block)) {
      // What it counts is more than what it has when it grew where it lies beside room for its alignment.
      const byteLength = Math.min(block.byteLength, this.#native.blocks.usableSize(block.handle));
      discardOutgrown(block.handle, byteLength, this.budget.subprocess);
    }
    this.#unlink(block);
    if (this.#isFree(block, moved)) this.#giveBack(block);
  }

  /** Frees a block that no view reaches, or counts it as free when it goes `withHeap`. */
  #giveBack(block: Block, withHeap = false): void {
    const { subprocess } = this.budget;
    this.budget.use(-block.byteLength, -1);
    if (this.observer !== undefined) this.observer.given(block);
    if (withHeap) return;
    // A scope may end while the thread is in another sub-process; then C hears of it afterwards.
    if (subprocess.active) this.#free(block);
    else if (!subprocess.closed) subprocess.whenInside(() => this.#giveBackLater(block));
  }

  #giveBackLater(block: Block): void {
    if (this.budget.subprocess.active) this.#free(block);
  }

  #free({ handle, extras }: Block): void {
    if (extras === undefined || extras.guest === undefined) this.#native.blocks.free(handle);
    else extras.guest.free(handle);
  }

  /** Detaches a block's buffer; true when the program moved it before. */
  #detach(block: Block): boolean {
    // It was detached here, in a call that came to the end of the stack afterwards.
    if (block === this.#detached) return false;
    const moved = isDetached(block.buffer);
    if (!moved) {
      detach(block.buffer);
      this.#detached = block;
    }
    return moved;
  }

  #isFree(block: Block, moved: boolean): boolean {
    if (moved || block.extras?.escaped) return this.#escape(block);
    return isUnreachable(block) || this.#hold(block);
  }

  /**
   * Detaches a block's buffer and puts a new one over the same memory; one call instead of the two that detaching and
   * wrapping take. False when the block is lost because its buffer is moved or pinned.
   */
  renew(block: Block): boolean {
    if (block.index < 0) return false;
    const { buffer } = block;
    if (isDetached(buffer)) {
      this.#unlink(block);
      return this.#escape(block);
    }
    // At once, because what follows can fail at the end of the stack, and the old one is detached by then.
    block.buffer = moveBuffer(buffer);
    if (isDetached(buffer)) return true;
    block.buffer = buffer;
    this.#unlink(block);
    return this.#hold(block);
  }

  /** Ends the quarantine of a block: it is freed, or kept for good when its buffer was moved meanwhile. */
  endQuarantine(block: Block, moved: boolean): void {
    this.budget.letGo(block.byteLength);
    if (moved) this.#escape(block);
    else this.#giveBack(block);
    if (!this.budget.open) this.#end.destroyIfEmpty(this.#users);
  }

  /** The live blocks, in no order. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Whether `address` lies in a live block; looks at one after the other. */
  covers(address: Address): boolean {
    const { toAddress } = backend();
    return this.#blocks.some(({ handle, byteOffset, byteLength }) => {
      const start = toAddress(handle);
      return address >= start && address < start + byteOffset + byteLength;
    });
  }

  /** Gives back what mimalloc keeps ready in this heap. */
  collect(force: boolean): void {
    this.budget.requireUsable("collect");
    sweepQuarantine();
    // Deno refuses to pass on anything else, in words of its own.
    const forced = Boolean(force);
    this.budget.makeRoom(forced, "collect");
    this.#native.heaps.heapCollect(this.#handle, forced);
  }

  /** Frees every block and the heap; another call does what is left of that where the stack came to its end. */
  destroy(): void {
    if (this.#end.done) return;
    this.budget.requireInside("destroy");
    requireStackRoom();
    if (this.open) this.observer?.ending(this);
    this.#detachAll();
    this.#giveUp();
    forgetHeap(this);
    this.#home?.delete(this);
    this.budget.close();
    // Pages without blocks would stay with the heap, and be missed in its arena, for good.
    if (!this.#end.isEmpty && this.budget.subprocess.active) this.#native.heaps.heapCollect(this.#handle, true);
    endEntryOf(this);
    this.#end.destroyIfEmpty(this.#users);
  }

  #detachAll(): void {
    for (let block = this.#blocks.at(-1); block !== undefined; block = this.#blocks.at(-1)) {
      const isFree = this.#isFree(block, this.#detach(block));
      this.#blocks.pop();
      block.index = -1;
      if (isFree) this.#doomed.push(block);
    }
  }

  // A heap that keeps blocks, that other threads use, or that may hold those of others, is not destroyed with what is in it.
  #giveUp(): void {
    const isWhole = destroysWhole() && this.#end.isEmpty && (this.#users?.alone ?? true);
    this.countUnknown(-this.#unknownBlocks, -this.#unknownBytes);
    for (let block = this.#doomed.pop(); block !== undefined; block = this.#doomed.pop()) {
      this.#giveBack(block, isWhole && block.extras?.guest === undefined);
    }
  }

  /**
   * Counts blocks of the heap that no view of this thread reaches, because it came from another one; they go when the heap
   * is destroyed.
   */
  countUnknown(blocks: number, bytes: number): void {
    this.#unknownBlocks += blocks;
    this.#unknownBytes += bytes;
    this.budget.use(bytes, blocks);
  }

  /**
   * Closes the heap and leaves its blocks to `heir`; `undefined`, and nothing is changed, when others use it. C is to
   * be told next, with the handle that this returns.
   */
  bequeath(heir: BlockStore): Handle | undefined {
    if (this.#users?.leaveAlone() === false) return undefined;
    this.#close(heir);
    return this.#handle;
  }

  /** Closes the heap, which another thread has from now on, with its blocks. */
  part(): void {
    this.#close(undefined);
  }

  #close(heir: BlockStore | undefined): void {
    forgetHeap(this);
    endEntryOf(this);
    this.#home?.delete(this);
    this.budget.close();
    const [blocks, bytes] = [this.#unknownBlocks, this.#unknownBytes];
    this.countUnknown(-blocks, -bytes);
    heir?.countUnknown(blocks, bytes);
    for (const block of this.#blocks.splice(0)) {
      this.budget.use(-block.byteLength, -1);
      if (heir !== undefined) heir.inherit(block);
      else this.#forget(block);
    }
    if (heir === undefined) this.observer?.ending(this);
    // What escaped keeps a sub-process alive, as after destroy().
    if (this.#end.isEmpty) this.#end.finish();
  }

  #forget(block: Block): void {
    block.index = -1;
    this.observer?.given(block);
  }

  /**
   * Takes a block out of the heap, to be put into another one: its buffer is detached. False, and nothing is changed,
   * when the runtime has pinned that.
   */
  surrender(block: Block): boolean {
    detach(block.buffer);
    if (!isDetached(block.buffer)) return false;
    this.#unlink(block);
    this.budget.use(-block.byteLength, -1);
    this.observer?.given(block);
    return true;
  }

  /**
   * The users of the heap of mimalloc, to which a block that is surrendered and lies in it is to be added; `undefined`
   * where a heap ends without the blocks that it does not know.
   */
  lend(): HeapUsers | undefined {
    if (!library().sharedHeaps) return undefined;
    return this.#counted("share");
  }

  /** Takes over a block of a heap that {@linkcode bequeath} closes, or one that was surrendered. */
  inherit(block: Block): void {
    const from = block.index < 0 ? undefined : block.store.observer;
    block.store = this;
    block.index = this.#blocks.push(block) - 1;
    this.budget.use(block.byteLength, 1);
    tellOfMove(block, from, this.observer);
  }

  #retry(byteLength: number, alignment: number, alignedByte: number, zeroed: boolean): Handle {
    hideFailure();
    this.collect(true);
    const handle = this.#callAligned(byteLength, Math.max(alignment, 1), alignedByte, zeroed);
    return handle ?? this.budget.failForLackOfMemory(byteLength);
  }

  #adopt(handle: Handle, byteLength: number, byteOffset: number): Block {
    const buffer = this.#native.wrap(handle, byteOffset, byteLength);
    const block = new Block(this, handle, byteOffset, buffer, byteLength);
    // Any call can come to the end of the stack, in Bun push() too; what counts is listed, so that comes last and calls nothing.
    this.budget.use(byteLength, 1);
    const blocks = this.#blocks;
    block.index = blocks.length;
    blocks[block.index] = block;
    if (this.observer !== undefined) this.observer.taken(block);
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
    block.extras?.guest?.keep();
    noteEscape(this);
    this.budget.escape(block.byteLength);
    return false;
  }

  #hold(block: Block): false {
    this.budget.hold(block.byteLength);
    quarantine(block);
    return false;
  }
}

/** Whether no buffer shows a block any more, and nobody holds it. */
function isUnreachable({ buffer, extras }: Block): boolean {
  return isDetached(buffer) &&
    (extras === undefined || (!extras.escaped && extras.parts.length === 0 && extras.holds === 0));
}

// A listener for deferred frees may have freed, reallocated or moved the block that is being reallocated.
function isUnchanged(block: Block, buffer: ArrayBuffer): boolean {
  return block.index >= 0 && block.buffer === buffer && !isDetached(buffer);
}

function refuseChanged(action: string): never {
  throw new TypeError(`Cannot ${action} this view: the listener for deferred frees freed or moved it meanwhile`);
}

/** Bytes from the start of a block to where `alignedByte` bytes on there is a multiple of `alignment`. */
function gapOf(handle: Handle, alignment: number, alignedByte: number): number {
  return (alignment - (backend().toAddress(handle) + alignedByte) % alignment) % alignment;
}
