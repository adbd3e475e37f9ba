import process from "node:process";
import { onFirstThread } from "../../ffi/libc/first_thread.ts";
import { library } from "../../ffi/library/library.ts";
import { inheritedFrom, whenLifeEnds } from "../../ffi/library/life.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import type { BlockStore } from "./block_store.ts";
import { destroysWhole } from "./heap_end.ts";
import { native } from "./native.ts";
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
  // With guard pages its blocks stay: nobody here knows them, to free them one by one.
  const keeps = sharedHeaps && !destroysWhole();
  const end = keeps ? library().bind("heapSettings").heapDelete : native().heaps.heapDestroy;
  // Before 3.6 a heap goes with its thread, and only there it can be destroyed.
  for (const { address, first } of inheritedFrom("heaps") as LeftHeap[] | undefined ?? []) {
    if (sharedHeaps || (first && onFirstThread())) end(backend().toHandle(address));
  }
}

function leftHeaps(): LeftHeap[] {
  const first = onFirstThread();
  // Nobody else could destroy them: `deno test` runs each file on a thread of its own.
  if (!first && !library().sharedHeaps) endHeaps();
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
  setHolder(store, heap);
  lostHeaps.register(heap, store, store);
  if (listeners.size > 0) { for (const listener of listeners) listener(store); }
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

/** Ends the watch: the heap was closed. */
export function forgetHeap(store: BlockStore): void {
  names.delete(store);
  fresh.delete(store);
  lostHeaps.unregister(store);
}
