import process from "node:process";
import type { BlockStore } from "./block_store.ts";

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

/** Watches over `heap` until {@linkcode forgetHeap}. */
export function watchHeap(heap: { readonly name: string }, store: BlockStore): void {
  names.set(store, heap.name);
  setHolder(store, heap);
  lostHeaps.register(heap, store, store);
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
