import { type Block, MAX_NATIVE_ALIGNMENT } from "./block.ts";
import type { BlockStore } from "./block_store.ts";

/** Hears of the blocks of stores. Only {@linkcode BlockObserver.admit} may throw. */
export interface BlockObserver {
  /**
   * Whether it has to know which blocks of C serve which sizes. Which alignment C serves from which size of blocks depends
   * on the addresses that it has ready, so an aligned block is then one of ordinary size that has room for its alignment.
   */
  readonly needsSizes?: boolean;
  /** A block for `byteLength` bytes is about to be taken; what this throws refuses it. */
  admit?(byteLength: number): void;
  /** A block was taken from C. */
  taken(block: Block): void;
  /** A block came from a store that this does not hear of. */
  received(block: Block): void;
  /** A block that counted for `before` bytes has another size now, where it lies. */
  resized(block: Block, before: number): void;
  /** A block was given back to C, or left to a store that this does not hear of. */
  given(block: Block): void;
  /** The store is about to end, with the blocks that are in it. */
  ending(store: BlockStore): void;
}

/** Several observers of one store. */
class Observers implements BlockObserver {
  readonly list: readonly BlockObserver[];

  constructor(list: readonly BlockObserver[]) {
    this.list = list;
  }

  get needsSizes(): boolean {
    return this.list.some(({ needsSizes }) => needsSizes);
  }

  admit(byteLength: number): void {
    for (const observer of this.list) observer.admit?.(byteLength);
  }

  taken(block: Block): void {
    for (const observer of this.list) observer.taken(block);
  }

  received(block: Block): void {
    for (const observer of this.list) observer.received(block);
  }

  resized(block: Block, before: number): void {
    for (const observer of this.list) observer.resized(block, before);
  }

  given(block: Block): void {
    for (const observer of this.list) observer.given(block);
  }

  ending(store: BlockStore): void {
    for (const observer of this.list) observer.ending(store);
  }
}

function listOf(observer: BlockObserver | undefined): readonly BlockObserver[] {
  if (observer === undefined) return [];
  return observer instanceof Observers ? observer.list : [observer];
}

function setObservers(store: BlockStore, list: readonly BlockObserver[]): void {
  const observer = list.length > 1 ? new Observers(list) : list[0];
  store.observer = observer;
  store.maxNativeAlignment = observer?.needsSizes ? 0 : MAX_NATIVE_ALIGNMENT;
}

/** Tells `observer` of what happens to the blocks of `store` from now on. */
export function observeStore(store: BlockStore, observer: BlockObserver): void {
  setObservers(store, [...listOf(store.observer), observer]);
}

/** Ends what {@linkcode observeStore} began. */
export function endObservation(store: BlockStore, observer: BlockObserver): void {
  setObservers(store, listOf(store.observer).filter((each) => each !== observer));
}

/** Tells those of one store and of the other that a block went over; for who observes both, nothing happens. */
export function tellOfMove(block: Block, from: BlockObserver | undefined, to: BlockObserver | undefined): void {
  if (from === to) return;
  const [before, after] = [listOf(from), listOf(to)];
  for (const observer of before) if (!after.includes(observer)) observer.given(block);
  for (const observer of after) if (!before.includes(observer)) observer.received(block);
}
