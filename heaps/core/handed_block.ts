import { realmNumber } from "../../ffi/libc/process_words.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address, Handle } from "../../ffi/types.ts";
import { ClosedError } from "../errors.ts";
import { Block, type Guest } from "./block.ts";
import type { BlockStore } from "./block_store.ts";
import { endHeap } from "./heap_end.ts";
import { HeapUsers } from "./heap_users.ts";
import { native } from "./native.ts";
import { countFor, ENDING, ON_THE_WAY, OWNED, PREPARED, stateOf } from "./ownership.ts";
import { SharedEntry, type SharedThing } from "./shared_entry.ts";
import { currentSubprocess, fromMain } from "./subprocess_state.ts";

/** What stands in the words of an entry that is a block. */
const detail = {
  /** Bytes that the block counts for. */
  byteLength: 0,
  /** Where its buffer begins. */
  byteOffset: 1,
  /** Bytes of its buffer. */
  viewByteLength: 2,
  /** A number that the program gave along, and whether every byte was zero at first. */
  tag: 3,
  zeroed: 4,
  /** The alignment that was asked for, the byte that is aligned, and whether the block has room for that. */
  alignment: 5,
  alignedByte: 6,
  padded: 7,
  /** The entry that counts the users of the heap that the block lies in, plus 1; 0 when it outlives that. */
  heap: 8,
} as const;

/** Names the heap that the block of an entry lies in, as {@linkcode HandedBlock.place} does. */
export function placeOfBlock(entry: SharedEntry): number {
  return entry.detail(detail.heap);
}

/**
 * A block that lies in the heap of another thread, and the entry by which every thread finds it: who has it, or that it
 * is on the way. It keeps the heap of mimalloc alive that it lies in.
 */
export class HandedBlock implements Guest {
  readonly #entry: SharedEntry;

  private constructor(entry: SharedEntry) {
    this.#entry = entry;
  }

  /**
   * Takes a block out of its heap, so that whoever has the key can take it over. `tag` is given along. `undefined`, and
   * nothing is changed, when the runtime has pinned its buffer.
   */
  static give(block: Block, tag: number): HandedBlock | undefined {
    const { store, extras } = block;
    const from = extras?.guest as HandedBlock | undefined;
    const users = from === undefined ? store.lend() : undefined;
    const place = users === undefined ? 0 : users.entry.reference + 1;
    const entry = HandedBlock.#entryFor(block, tag);
    // Side by side: a thread that is killed in between leaves a user that nobody finds.
    if (users !== undefined) {
      users.enter();
      entry.setDetail(detail.heap, place);
    }
    if (!store.surrender(block)) {
      entry.end();
      users?.leave();
      return undefined;
    }
    if (from !== undefined) {
      const heap = from.#entry.detail(detail.heap);
      // One entry counts for the block at any time: none while the other begins, should the thread be killed here.
      from.#entry.end();
      entry.setDetail(detail.heap, heap);
    }
    entry.change(() => countFor(ON_THE_WAY, realmNumber()));
    return new HandedBlock(entry);
  }

  /** An entry for a block that is about to leave its heap. */
  static #entryFor(block: Block, tag: number): SharedEntry {
    const { handle, byteLength, byteOffset, buffer, zeroed, extras, store } = block;
    const { alignment = 0, alignedByte = 0, padded = false } = extras ?? {};
    const thing: SharedThing = {
      kind: "block",
      address: backend().toAddress(handle),
      subprocess: store.budget.subprocess.address,
      realm: realmNumber(),
    };
    const viewByteLength = buffer.byteLength;
    const numbers = { byteLength, byteOffset, viewByteLength, tag, alignment, alignedByte, heap: 0 };
    const words = { ...numbers, zeroed: Number(zeroed), padded: Number(padded) };
    const details: number[] = [];
    for (const [name, index] of Object.entries(detail)) details[index] = words[name as keyof typeof detail];
    return SharedEntry.make("hand a block over", thing, countFor(PREPARED, thing.realm), details);
  }

  /** The block that `key` leads to; throws unless it is on the way. */
  static find(key: unknown): HandedBlock {
    const entry = SharedEntry.find(key, "block", "receive this message");
    if (entry !== undefined && stateOf(entry.count) === ON_THE_WAY) return new HandedBlock(entry);
    throw new ClosedError("Cannot receive this message: it was received or taken back before");
  }

  /** Every block of the process that is on the way at the moment, whoever has sent it. */
  static *allOnTheWay(): IterableIterator<HandedBlock> {
    for (const entry of SharedEntry.all()) {
      if (entry.thing.kind === "block" && stateOf(entry.count) === ON_THE_WAY) yield new HandedBlock(entry);
    }
  }

  /** Takes over what a realm that has ended had sent, the entry of which this is; `undefined` when it is not on the way. */
  static inheritFrom(entry: SharedEntry, realm: number): HandedBlock | undefined {
    const sent = countFor(ON_THE_WAY, realm);
    const isTaken = entry.change((count) => count === sent ? countFor(ON_THE_WAY, realmNumber()) : undefined);
    return isTaken ? new HandedBlock(entry) : undefined;
  }

  /**
   * Frees what a realm that has ended had received, the entry of which this is; what was on its way, and what somebody
   * else has received meanwhile, is left alone. Returns the bytes of the block.
   */
  static endOf(entry: SharedEntry, realm: number): number {
    const handed = new HandedBlock(entry);
    const { byteLength, subprocess } = handed;
    const users = handed.#users;
    const [received, prepared, ending] = [OWNED, PREPARED, ENDING].map((state) => countFor(state, realm));
    if (entry.change((count) => count === received ? countFor(ENDING, realmNumber()) : undefined)) {
      if (subprocess === 0) fromMain(() => handed.free(backend().toHandle(entry.thing.address)!));
      return byteLength;
    }
    // It ended in the middle of giving the block away or freeing it: the block goes with its heap.
    const isLeft = entry.change((count) => count === prepared || count === ending ? 0 : undefined);
    if (isLeft && users?.leave()) fromMain(() => endHeap(backend().toHandle(users.thing.address)!));
    return 0;
  }

  /** What the message carries. */
  get key(): string {
    return this.#entry.key;
  }

  /** What the sender gave along. */
  get tag(): number {
    return this.#entry.detail(detail.tag);
  }

  /** Bytes that the block counts for. */
  get byteLength(): number {
    return this.#entry.detail(detail.byteLength);
  }

  /** The sub-process that the block lies in, 0 for the main one. */
  get subprocess(): Address {
    return this.#entry.thing.subprocess;
  }

  /** How many blocks it is. */
  get blocks(): number {
    return 1;
  }

  /** Names the heap that the block lies in among those that have users; 0 when the block outlives its heap. */
  get place(): number {
    return placeOfBlock(this.#entry);
  }

  /** Whether nobody has taken it yet. */
  get onTheWay(): boolean {
    return stateOf(this.#entry.count) === ON_THE_WAY;
  }

  /**
   * Puts the block into a heap of this thread: as one of its own when it lies in that (`isHome`).
   *
   * Throws {@linkcode ClosedError} when somebody else was faster.
   */
  receive(store: BlockStore, isHome = false): Block {
    const entry = this.#entry;
    if (!this.#take(OWNED)) {
      throw new ClosedError("Cannot receive this message: it was received or taken back meanwhile");
    }
    const handle = backend().toHandle(entry.thing.address)!;
    const byteOffset = entry.detail(detail.byteOffset);
    const buffer = native().wrap(handle, byteOffset, entry.detail(detail.viewByteLength));
    const block = new Block(store, handle, byteOffset, buffer, this.byteLength);
    block.zeroed = entry.detail(detail.zeroed) === 1;
    block.extras = {
      alignment: entry.detail(detail.alignment),
      alignedByte: entry.detail(detail.alignedByte),
      padded: entry.detail(detail.padded) === 1,
      escaped: false,
      parts: [],
      guest: isHome ? undefined : this,
      holds: 0,
    };
    store.inherit(block);
    if (isHome) this.#settle();
    return block;
  }

  /** Frees the block when nobody has received it; false when somebody has, or when it lies in another sub-process. */
  takeBack(): boolean {
    if (this.subprocess !== currentSubprocess().address) return false;
    if (!this.#take(ENDING)) return false;
    this.free(backend().toHandle(this.#entry.thing.address)!);
    return true;
  }

  /** Frees the block, and destroys the heap that it lies in when nobody else uses that. */
  free(handle: Handle): void {
    const users = this.#users;
    // First of all: a thread that is killed here must not leave a block that somebody else frees again.
    if (!this.#entry.change(() => countFor(ENDING, realmNumber()))) return;
    native().blocks.free(handle);
    this.#entry.end();
    if (users?.leave()) endHeap(backend().toHandle(users.thing.address)!);
  }

  /** Notes that the block is never freed, and so its heap is not either. */
  keep(): void {
    this.#entry.end();
  }

  /** Leaves the block to the heap that it lies in, which has a user by itself. */
  #settle(): void {
    const users = this.#users;
    this.#entry.end();
    users?.leave();
  }

  /** Makes a block that is on the way one of this realm; false when somebody was faster. */
  #take(state: number): boolean {
    return this.#entry.change((count) => stateOf(count) === ON_THE_WAY ? countFor(state, realmNumber()) : undefined);
  }

  get #users(): HeapUsers | undefined {
    const heap = this.#entry.detail(detail.heap);
    return heap === 0 ? undefined : HeapUsers.over(SharedEntry.at(heap - 1));
  }
}
