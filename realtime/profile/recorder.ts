import type { BlockStore } from "../../heaps/core/block_store.ts";
import { endObservation, observeStore } from "../../heaps/core/block_observer.ts";
import { onHeapOpened, openHeaps } from "../../heaps/core/open_heaps.ts";
import { PRIVATE, requirePrivate } from "../../heaps/core/private_constructor.ts";
import { type Heap, storeOf } from "../../heaps/heap/heap.ts";
import { BlockCounter } from "../core/block_counter.ts";
import { sizeClasses } from "../core/size_classes.ts";
import type { AllocationProfile } from "./allocation_profile.ts";
import { dataOf } from "./counted_data.ts";
import type { ProfileData } from "./profile_data.ts";

/** Makes a profile of figures. */
type ProfileMaker = (data: ProfileData) => AllocationProfile;

/** Starts to record; what `AllocationProfile.record` does. */
export let startRecorder: (heap: Heap | undefined, make: ProfileMaker) => AllocationRecorder;

/**
 * Counts the live blocks of a heap, or of all heaps of a thread, by their size, until it is disposed of.
 * {@linkcode AllocationProfile.record} starts one.
 */
export class AllocationRecorder implements Disposable {
  readonly #counter = new BlockCounter(sizeClasses());
  readonly #stores = new Set<BlockStore>();
  readonly #make: ProfileMaker;
  #newHeaps: Disposable | undefined;
  #recording = true;

  static {
    startRecorder = (heap, make) => new AllocationRecorder(PRIVATE, heap, make);
  }

  private constructor(key: typeof PRIVATE, heap: Heap | undefined, make: ProfileMaker) {
    requirePrivate(key, "AllocationRecorder", "AllocationProfile.record() starts recorders");
    this.#make = make;
    if (heap === undefined) {
      for (const store of openHeaps().keys()) this.#observe(store);
      this.#newHeaps = onHeapOpened((store) => this.#observe(store));
    } else {
      const store = storeOf(heap);
      store.budget.requireUsable("record");
      this.#observe(store);
    }
  }

  #observe(store: BlockStore): void {
    for (const block of store.blocks) this.#counter.received(block);
    observeStore(store, this.#counter);
    this.#stores.add(store);
  }

  /** Whether it still records. */
  get recording(): boolean {
    return this.#recording;
  }

  /** What was recorded so far. */
  profile(): AllocationProfile {
    return this.#make(dataOf(this.#counter));
  }

  /** Ends the recording; {@linkcode profile} still tells what was recorded. The second call does nothing. */
  [Symbol.dispose](): void {
    if (!this.#recording) return;
    this.#recording = false;
    this.#newHeaps?.[Symbol.dispose]();
    for (const store of this.#stores) endObservation(store, this.#counter);
    this.#stores.clear();
  }
}
