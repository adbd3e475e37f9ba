import { Heap } from "../../../../mod.ts";

/** Sizes of small, medium and large pages: 2.x mixes up the large ones alone. */
export const SIZES: readonly number[] = [9000, 1000, 64];

const BLOCKS = 3000;
/** What every block that is kept is full of. */
export const KEPT = 0xab;

/** Fills a heap and frees three of four blocks, so that its pages have room. */
export function fillAndThin(heap: Heap, size: number): Uint8Array<ArrayBuffer>[] {
  const views = Array.from({ length: BLOCKS }, () => heap.allocate(Uint8Array, size).fill(KEPT));
  return views.filter((view, index) => {
    if (index % 4 === 0) return true;
    heap.free(view);
    return false;
  });
}

/** The ordinary use of other heaps: they are filled, written to and destroyed, and then some stay. */
export function useOtherHeaps(): void {
  for (let round = 1; round <= 4; round++) {
    using heap = new Heap();
    for (const size of SIZES) {
      for (let block = 0; block < BLOCKS; block++) heap.allocate(Uint8Array, size).fill(round);
    }
  }
  const last = new Heap();
  for (const size of SIZES) {
    for (let block = 0; block < 2 * BLOCKS; block++) last.allocate(Uint8Array, size).fill(0x77);
  }
}

/** How many of the blocks hold something else than what was written to them. */
export function countOverwritten(views: readonly Uint8Array[]): number {
  return views.filter((view) => view.some((byte) => byte !== KEPT)).length;
}
