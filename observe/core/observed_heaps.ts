import type { BlockStore } from "../../heaps/core/block_store.ts";
import { type BlockObserver, endObservation, observeStore } from "../../heaps/core/block_observer.ts";
import { onHeapOpened, openHeaps } from "../../heaps/core/open_heaps.ts";

/** Lets an observer hear of one heap, or of all that this realm has and will have. */
export class ObservedHeaps implements Disposable {
  readonly #observer: BlockObserver;
  readonly #stores = new Set<BlockStore>();
  readonly #newHeaps: Disposable | undefined;

  /** Begins with `store`, or with all; `opened` hears of those that are made from then on. */
  constructor(observer: BlockObserver, store?: BlockStore, opened?: (store: BlockStore) => void) {
    this.#observer = observer;
    for (const open of store === undefined ? openHeaps().keys() : [store]) this.#add(open);
    if (store !== undefined) return;
    this.#newHeaps = onHeapOpened((made) => {
      this.#add(made);
      opened?.(made);
    });
  }

  #add(store: BlockStore): void {
    observeStore(store, this.#observer);
    this.#stores.add(store);
  }

  /** The heaps that are not closed. */
  get stores(): ReadonlySet<BlockStore> {
    return this.#stores;
  }

  /** Forgets a heap that ends. */
  remove(store: BlockStore): void {
    this.#stores.delete(store);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#newHeaps?.[Symbol.dispose]();
    for (const store of this.#stores) endObservation(store, this.#observer);
    this.#stores.clear();
  }
}
