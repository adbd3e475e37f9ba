import type { BlockStore } from "../core/block_store.ts";
import type { SubprocessState } from "../core/subprocess_state.ts";

/**
 * What C was told of single heaps, which it forgets when a profiler of their whole sub-process is detached, and how to
 * tell it again.
 */
const heaps = new Map<BlockStore, () => void>();

/** Keeps what C was told of a heap, until {@linkcode loseHeap}. */
export function keepHeap(store: BlockStore, tellAgain: () => void): void {
  heaps.set(store, tellAgain);
}

/** Ends {@linkcode keepHeap}. */
export function loseHeap(store: BlockStore): void {
  heaps.delete(store);
}

/** Whether C was told anything of a heap. */
export function isKept(store: BlockStore): boolean {
  return heaps.has(store);
}

/** Tells C of the heaps in `subprocess` again. */
export function restoreHeaps(subprocess: SubprocessState): void {
  for (const [store, tellAgain] of heaps) {
    if (store.budget.subprocess === subprocess) tellAgain();
  }
}
