import { HandedHeap } from "../../heaps/core/handed_heap.ts";
import type { HandedBlock } from "../../heaps/core/handed_block.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { type Heap, storeOf } from "../../heaps/heap/heap.ts";
import { heapOver } from "../../heaps/heap/left_heap.ts";
import { refuseArgument, shown } from "../../heaps/argument.ts";
import type { HandedHeapContents } from "./message.ts";

/** A heap that something of a message is put into. */
export interface Home {
  readonly heap: Heap;
  readonly store: BlockStore;
  /** What its blocks say where they lie when it came with the message, else 0. */
  readonly place: number;
}

/** The heaps of a message, taken over by this thread, and the one for what lies in none of them. */
export class Homes {
  readonly #other: Home;
  readonly #homes: Home[] = [];
  /** The heaps, by the names of their properties. */
  readonly heaps: (readonly [name: string, heap: Heap])[] = [];

  /** Homes in `heap` alone. */
  constructor(heap: Heap) {
    this.#other = { heap, store: storeOf(heap), place: 0 };
  }

  /** Takes a heap over. */
  add(name: string, label: string, handed: HandedHeap): void {
    const store = handed.receive(label);
    const heap = heapOver(label, store);
    this.heaps.push([name, heap]);
    this.#homes.push({ heap, store, place: handed.place });
  }

  /** Where a block belongs. */
  of({ place }: HandedBlock): Home {
    return this.#homeAt(place) ?? this.#other;
  }

  /** Where several blocks belong, those of a container; with the first heap of the message when there are none. */
  ofAll(blocks: readonly (HandedBlock | undefined)[]): Home {
    const given = blocks.filter((block) => block !== undefined);
    if (given.length === 0) return this.#homes[0] ?? this.#other;
    const own = given.find(({ place }) => this.#homeAt(place) !== undefined);
    return this.of(own ?? given[0]!);
  }

  #homeAt(place: number): Home | undefined {
    return place === 0 ? undefined : this.#homes.find((home) => home.place === place);
  }

  /** Lets the heaps go again, so that the message is as before. */
  giveBack(): void {
    for (const { heap, store } of this.#homes) {
      if (HandedHeap.give(store, "receive") === undefined) heap.destroy();
      else store.part();
    }
  }
}

/** A heap of a message, found and not taken yet. Throws `TypeError` and `ClosedError` when it is none, or not there any more. */
export function foundHeap(
  name: string,
  given: HandedHeapContents,
): { readonly label: string; readonly handed: HandedHeap } {
  const { name: label, key } = Object(given) as Partial<HandedHeapContents>;
  if (typeof label !== "string") refuseArgument(given, `receive ${shown(name)}`, "what send() has posted");
  return { label, handed: HandedHeap.find(key) };
}
