import process from "node:process";
import { onFirstThread } from "../../ffi/libc/first_thread.ts";
import { realmNumber } from "../../ffi/libc/process_words.ts";
import { realmFigure } from "../../ffi/libc/realms.ts";
import { library } from "../../ffi/library/library.ts";
import { inheritedFrom, whenLifeEnds } from "../../ffi/library/life.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import type { Address } from "../../ffi/types.ts";
import type { BlockStore } from "./block_store.ts";
import { hasGuards } from "./heap_end.ts";
import type { HeapUsers } from "./heap_users.ts";
import { native } from "./native.ts";
import { realmFigures } from "./realm_figures.ts";
import { countFor, OWNED, PREPARED } from "./ownership.ts";
import { SharedEntry, type SharedThing } from "./shared_entry.ts";
import { type ArenaMember, mainSubprocess } from "./subprocess_state.ts";

/**
 * The net under forgotten heaps: one that was collected without being closed is reported, and freed only when no view
 * can reach its memory any more.
 */
const lostHeaps = new FinalizationRegistry<BlockStore>((store) => {
  const { liveBlocks, liveBytes, label } = store;
  if (liveBlocks === 0) return store.budget.subprocess.whenInside(() => store.destroy());
  process.emitWarning(
    `${label} was garbage-collected with ${liveBlocks} live blocks (${liveBytes} bytes): close or destroy it`,
    "LeakWarning",
  );
});

/** What stands in the words of an entry that is a heap, of a Worker or one that was shared or sent. */
export const storeDetail = {
  /** The entry that counts the users of the heap, plus 1; 0 when it has one. */
  users: 0,
  /** 1 when a buffer over a block of it was moved away. */
  keeps: 1,
  /** Of one that was sent: its limit, 0 for none, and the bytes and number of the blocks in it. */
  limit: 2,
  bytes: 3,
  blocks: 4,
} as const;

const names = new Map<BlockStore, string>();
/** The object of the program behind each store, which must not keep that object alive. */
const holders = new WeakMap<BlockStore, WeakRef<object>>();
/** Those that were set since the last microtask; a WeakRef would keep each until then, also when it is closed before. */
const fresh = new Map<BlockStore, object>();
let isWaiting = false;

/** The heaps of this thread that are not closed, and their names. */
export function openHeaps(): ReadonlyMap<BlockStore, string> {
  return names;
}

const listeners = new Set<(store: BlockStore) => void>();

/** Calls `listener` with the store of every heap that this thread makes, until what this returns is disposed of. */
export function onHeapOpened(listener: (store: BlockStore) => void): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

/** A heap that a realm which ended has left to the next one in the process. */
interface LeftHeap {
  readonly address: Address;
  /** Whether its thread lasts as long as the process. */
  readonly first: boolean;
}

let watches = false;

function beginWatch(): void {
  watches = true;
  whenLifeEnds("heaps", endHeaps, leftHeaps);
  const { sharedHeaps } = library();
  // With guard pages its blocks stay: nobody here knows them, to free them one by one. Else no block lives on, also where
  // endHeap() spares those that were handed over: the Workers of that life are gone.
  const keeps = library().has("mi_heap_main") && hasGuards();
  const end = keeps ? library().bind("heapSettings").heapDelete : native().heaps.heapDestroy;
  // Before 3.3 a heap goes with its thread, and only there it can be destroyed.
  for (const { address, first } of inheritedFrom("heaps") as LeftHeap[] | undefined ?? []) {
    if (sharedHeaps || (first && onFirstThread())) end(backend().toHandle(address));
  }
}

function leftHeaps(): LeftHeap[] {
  const first = onFirstThread();
  // Nobody else could destroy them: `deno test` runs each file on a thread of its own, and blocks with guard pages are freed
  // one by one, by whom knows them.
  if (hasGuards() || (!first && !library().sharedHeaps)) endHeaps();
  const left: LeftHeap[] = [];
  for (const store of names.keys()) {
    const address = store.budget.subprocess === mainSubprocess ? store.ownAddress : undefined;
    if (address !== undefined) left.push({ address, first });
  }
  return left;
}

/** Ends all of them: what the program has for a heap, where that is known, because a pool ends its scopes too. */
function endHeaps(): void {
  for (const store of [...names.keys()]) {
    const holder = holderOf(store) as Partial<ArenaMember> | undefined;
    // Views of a scope whose pool was dropped are known to the scope alone.
    if (holder === undefined && store.isPooled) continue;
    if (store.isPooled) holder!.destroy!();
    else store.destroy();
  }
}

/** Watches over `heap` until {@linkcode forgetHeap}. */
export function watchHeap(heap: { readonly name: string }, store: BlockStore): void {
  if (!watches) beginWatch();
  names.set(store, heap.name);
  realmFigures()[realmFigure.heaps] = names.size;
  noteOwner(store);
  setHolder(store, heap);
  lostHeaps.register(heap, store, store);
  if (listeners.size > 0) { for (const listener of listeners) listener(store); }
}

/** What others know of the heaps of this Worker, by which they find them when it has ended. */
const owned = new Map<BlockStore, SharedEntry>();

/** The entry of a heap that is about to be one of this Worker. */
let prepared: SharedEntry | undefined;

/**
 * Makes the entry of a heap that C makes next, or of one that has `users` and is joined next: a Worker that is killed then
 * has a heap that nobody would find, so {@linkcode noteHeap} says where it is in the very next step.
 */
export function prepareHeap(subprocess: Address, users?: HeapUsers): void {
  if (onMainThread()) return;
  const realm = realmNumber();
  const thing: SharedThing = { kind: "store", address: 0, subprocess, realm };
  prepared = SharedEntry.tryMake(thing, countFor(PREPARED, realm), users && [users.entry.reference + 1]);
}

/** Says that the heap of {@linkcode prepareHeap} is one of this Worker from now on; 0 when nothing came of it. */
export function noteHeap(address: Address): void {
  if (address !== 0) return prepared?.settle(address);
  prepared?.end();
  prepared = undefined;
}

function noteOwner(store: BlockStore): void {
  // The end of the main thread is that of the process, but others may ask who uses a heap that they share.
  if ((onMainThread() && !store.shared) || store.lasts || owned.has(store)) return;
  const [thing, count, details] = wordsOf(store);
  const isPrepared = prepared !== undefined && prepared.thing.address === thing.address;
  const entry = isPrepared ? prepared : SharedEntry.tryMake(thing, count, details);
  if (isPrepared) {
    prepared!.change(() => count);
    prepared = undefined;
  }
  if (entry !== undefined) owned.set(store, entry);
}

function wordsOf(store: BlockStore): [thing: SharedThing, count: number, details: number[]] {
  const { users } = store;
  const thing: SharedThing = {
    kind: "store",
    address: backend().toAddress(store.handle("watch")),
    subprocess: store.budget.subprocess.address,
    realm: realmNumber(),
  };
  // At once: a heap that seems to have no other users is destroyed when this thread is killed in the next step.
  return [thing, countFor(OWNED, thing.realm), users === undefined ? [] : [users.entry.reference + 1]];
}

/** The entry of a heap, made when it has none. Throws like `SharedEntry.make()`. */
export function entryOf(store: BlockStore, action: string): SharedEntry {
  const known = owned.get(store);
  if (known !== undefined) return known;
  const entry = SharedEntry.make(action, ...wordsOf(store));
  owned.set(store, entry);
  return entry;
}

/** Leaves the entry of a heap to another thread. */
export function giveEntryAway(store: BlockStore): void {
  owned.delete(store);
}

/** Makes `entry`, which another thread has left, that of a heap of this one. */
export function takeEntryOver(store: BlockStore, entry: SharedEntry): void {
  owned.set(store, entry);
}

/** Notes that `users` are counted for the heap of a store. */
export function noteUsers(store: BlockStore, users: HeapUsers): void {
  const entry = owned.get(store);
  if (entry !== undefined) return entry.setDetail(storeDetail.users, users.entry.reference + 1);
  // One of the main thread, which others can wait for now.
  const made = store.lasts ? undefined : SharedEntry.tryMake(...wordsOf(store));
  if (made !== undefined) owned.set(store, made);
}

/** Whether `entry` is that of the heap of a store. */
export function isEntryOf(store: BlockStore, entry: SharedEntry): boolean {
  return owned.get(store)?.index === entry.index;
}

/** Notes that a block of a store is reached from elsewhere, so that the heap must never be destroyed. */
export function noteEscape(store: BlockStore): void {
  owned.get(store)?.setDetail(storeDetail.keeps, 1);
}

/** Makes `holder` the object that the program has for `store`, in place of the heap. */
export function setHolder(store: BlockStore, holder: object): void {
  fresh.set(store, holder);
  if (isWaiting) return;
  isWaiting = true;
  queueMicrotask(weaken);
}

function weaken(): void {
  isWaiting = false;
  for (const [store, holder] of fresh) holders.set(store, new WeakRef(holder));
  fresh.clear();
}

/** The object that the program has for `store`; `undefined` when it was garbage-collected. */
export function holderOf(store: BlockStore): object | undefined {
  return fresh.get(store) ?? holders.get(store)?.deref();
}

/** Ends the entry of a heap, as the last step before this thread leaves or destroys it. */
export function endEntryOf(store: BlockStore): void {
  owned.get(store)?.end();
  owned.delete(store);
}

/** Ends the watch: the heap was closed. */
export function forgetHeap(store: BlockStore): void {
  names.delete(store);
  realmFigures()[realmFigure.heaps] = names.size;
  fresh.delete(store);
  lostHeaps.unregister(store);
}
