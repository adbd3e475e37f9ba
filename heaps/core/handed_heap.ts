import { realmNumber } from "../../ffi/libc/process_words.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { ClosedError } from "../errors.ts";
import { BlockStore } from "./block_store.ts";
import { byteLengthOf, detach, isDetached } from "./detach.ts";
import { endHeap } from "./heap_end.ts";
import { HeapUsers } from "./heap_users.ts";
import { native } from "./native.ts";
import { entryOf, giveEntryAway, storeDetail, takeEntryOver } from "./open_heaps.ts";
import { countFor, ON_THE_WAY, OWNED, stateOf } from "./ownership.ts";
import { SharedEntry } from "./shared_entry.ts";
import { fromMain } from "./subprocess_state.ts";

/**
 * A heap of mimalloc that goes from one thread to another one with all that is in it. The entry by which it is found when
 * its Worker has ended says that it is on the way, so it is never without somebody who destroys it.
 */
export class HandedHeap {
  readonly #entry: SharedEntry;
  /** The bytes that the views of its blocks had, in the thread that has given it. */
  readonly #lengths: readonly number[];

  private constructor(entry: SharedEntry, lengths: readonly number[] = []) {
    this.#entry = entry;
    this.#lengths = lengths;
  }

  /**
   * Lets go of the heap of a store, so that whoever has the key can take it over; the store takes no calls from then on.
   * `undefined` when the runtime has pinned the buffer of a block: then the heap stays, and its other views are empty.
   */
  static give(store: BlockStore, action: string): HandedHeap | undefined {
    const entry = entryOf(store, action);
    const lengths = store.blocks.map(({ buffer }) => byteLengthOf(buffer));
    if (!emptyViews(store, lengths)) return undefined;
    const { budget: { limit }, liveBytes, liveBlocks } = store;
    entry.setDetail(storeDetail.limit, limit === Infinity ? 0 : limit);
    entry.setDetail(storeDetail.bytes, liveBytes);
    entry.setDetail(storeDetail.blocks, liveBlocks);
    store.budget.pause();
    giveEntryAway(store);
    entry.change(() => countFor(ON_THE_WAY, realmNumber()));
    return new HandedHeap(entry, lengths);
  }

  /** The heap that `key` leads to; throws unless it is on the way. */
  static find(key: unknown): HandedHeap {
    const entry = SharedEntry.find(key, "store", "receive this message");
    if (entry !== undefined && stateOf(entry.count) === ON_THE_WAY) return new HandedHeap(entry);
    throw new ClosedError("Cannot receive this message: it was received or taken back before");
  }

  /** Every heap of the process that is on the way at the moment, whoever has sent it. */
  static *allOnTheWay(): IterableIterator<HandedHeap> {
    for (const entry of SharedEntry.all()) {
      if (entry.thing.kind === "store" && stateOf(entry.count) === ON_THE_WAY) yield new HandedHeap(entry);
    }
  }

  /** Takes over what a realm that has ended had sent, the entry of which this is; `undefined` when it is not on the way. */
  static inheritFrom(entry: SharedEntry, realm: number): HandedHeap | undefined {
    const sent = countFor(ON_THE_WAY, realm);
    const isTaken = entry.change((count) => count === sent ? countFor(ON_THE_WAY, realmNumber()) : undefined);
    return isTaken ? new HandedHeap(entry) : undefined;
  }

  /** What the message carries. */
  get key(): string {
    return this.#entry.key;
  }

  /** Bytes of its blocks, those that are handed over by themselves left out. */
  get byteLength(): number {
    return this.#entry.detail(storeDetail.bytes);
  }

  /** How many blocks these are. */
  get blocks(): number {
    return this.#entry.detail(storeDetail.blocks);
  }

  /** Names the heap among those that have users; 0 when that is this message alone. */
  get place(): number {
    return this.#entry.detail(storeDetail.users);
  }

  /** Whether nobody has taken it yet. */
  get onTheWay(): boolean {
    return stateOf(this.#entry.count) === ON_THE_WAY;
  }

  /** Takes it over for a heap of this thread called `name`. Throws {@linkcode ClosedError} when somebody else was faster. */
  receive(name: string): BlockStore {
    const entry = this.#entry;
    if (!this.#take()) {
      throw new ClosedError("Cannot receive this message: it was received or taken back meanwhile");
    }
    const limit = entry.detail(storeDetail.limit) || Infinity;
    const handle = backend().toHandle(entry.thing.address)!;
    const store = new BlockStore(handle, `heap "${name}"`, limit, this.#users);
    takeEntryOver(store, entry);
    store.countUnknown(this.blocks, this.byteLength);
    return store;
  }

  /** Makes it again what it was for the store that has given it, when nobody has received it. */
  giveBackTo(store: BlockStore): boolean {
    if (!this.#take()) return false;
    takeEntryOver(store, this.#entry);
    showBlocks(store, this.#lengths);
    store.budget.resume();
    return true;
  }

  /** Destroys it when nobody has received it; false when somebody has. */
  takeBack(): boolean {
    const users = this.#users;
    const { address } = this.#entry.thing;
    if (!this.#entry.change((count) => stateOf(count) === ON_THE_WAY ? 0 : undefined)) return false;
    if (users?.leave() ?? true) fromMain(() => endHeap(backend().toHandle(address)!));
    return true;
  }

  #take(): boolean {
    return this.#entry.change((count) => stateOf(count) === ON_THE_WAY ? countFor(OWNED, realmNumber()) : undefined);
  }

  get #users(): HeapUsers | undefined {
    const { place } = this;
    return place === 0 ? undefined : HeapUsers.over(SharedEntry.at(place - 1));
  }
}

/** Detaches the buffer of each block; false when the runtime has pinned one, and then the others have new ones. */
function emptyViews(store: BlockStore, lengths: readonly number[]): boolean {
  for (const { buffer } of store.blocks) detach(buffer);
  if (store.blocks.every(({ buffer }) => isDetached(buffer))) return true;
  showBlocks(store, lengths);
  return false;
}

function showBlocks({ blocks }: BlockStore, lengths: readonly number[]): void {
  blocks.forEach((block, index) => {
    const { buffer, handle, byteOffset } = block;
    if (isDetached(buffer)) block.buffer = native().wrap(handle, byteOffset, lengths[index]!);
  });
}
