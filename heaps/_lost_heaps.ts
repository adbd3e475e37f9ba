import process from "node:process";
import type { BlockStore } from "./_block_store.ts";

/**
 * The net under forgotten heaps: one that was collected without being closed is
 * reported, and freed only when no view can reach its memory any more.
 */
const lostHeaps = new FinalizationRegistry<BlockStore>((store) => {
  const { liveBlocks, liveBytes, label } = store;
  if (liveBlocks === 0) return store.budget.partition.whenInside(() => store.destroy());
  process.emitWarning(
    `${label} was garbage-collected with ${liveBlocks} live blocks (${liveBytes} bytes): close or destroy it`,
    "LeakWarning",
  );
});

/** Watches over `heap` until {@linkcode forgetHeap}. */
export function watchHeap(heap: object, store: BlockStore): void {
  lostHeaps.register(heap, store, store);
}

/** Ends the watch: the heap was closed. */
export function forgetHeap(store: BlockStore): void {
  lostHeaps.unregister(store);
}
