import { residentPages } from "../../../ffi/libc/resident_pages.ts";
import { Heap } from "../../../mod.ts";
import { AllocationProfile, type RealtimeHeap } from "../../../realtime/mod.ts";
import { Random } from "../../fuzz/_random.ts";

/** What a play does. */
export interface PlayOptions {
  readonly seed: number;
  readonly steps: number;
  /** Whether blocks are among it that have a page for themselves. */
  readonly singles?: boolean;
}

/** Takes and gives back blocks of 8 to 20,480 bytes, and writes to their first and last byte. */
export function play(heap: Pick<Heap, "allocate" | "free">, { seed, steps, singles = false }: PlayOptions): void {
  const random = new Random(seed);
  const live: Uint8Array<ArrayBuffer>[] = [];
  for (let step = 0; step < steps; step++) {
    if (live.length < 500 && random.below(100) < 60) {
      const byteLength = singles && random.once(100) ? 2 ** 20 : 8 + random.below(20_473);
      const view = heap.allocate(Uint8Array, byteLength);
      view[0] = view[byteLength - 1] = step & 255;
      live.push(view);
    } else if (live.length > 0) {
      const index = random.below(live.length);
      heap.free(live[index]!);
      live[index] = live.at(-1)!;
      live.pop();
    }
  }
  for (const view of live) heap.free(view);
}

/** The profile of a play. */
export function rehearse(options: PlayOptions): AllocationProfile {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  play(heap, options);
  return recorder.profile();
}

/** The profile of a heap that has as many blocks of each size. */
export function profileOf(counts: Readonly<Record<number, number>>): AllocationProfile {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  for (const [byteLength, count] of Object.entries(counts)) {
    for (let block = 0; block < count; block++) heap.allocate(Uint8Array, Number(byteLength));
  }
  return recorder.profile();
}

/** Pages of the arena of a heap that the system has provided. */
export function residentIn(heap: RealtimeHeap): number {
  const { address, byteLength } = heap.arena!.area;
  return residentPages(address, byteLength)!.reduce((total, page) => total + (page & 1), 0);
}
