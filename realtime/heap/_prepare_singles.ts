import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { native } from "../../heaps/core/native.ts";
import type { ProfileSingle } from "../profile/profile_data.ts";
import { type PageSource, refuseRoom } from "./_prepare_pages.ts";
import { provide } from "./_provide.ts";

/**
 * Takes all blocks that have a page for themselves at once, writes to them, calls `task` and frees them: the arena keeps
 * their memory, and what the task took lies beside it. Returns their bytes, and what the task returned.
 *
 * Throws {@linkcode AllocationError} when there is no room, and what the task throws; then all of them are freed too.
 */
export function prepareSingles<R>(
  source: PageSource,
  singles: readonly ProfileSingle[],
  task: () => R,
): [byteLength: number, result: R] {
  const { heapMalloc, free, usableSize } = native().blocks;
  const blocks: Handle[] = [];
  let byteLength = 0;
  try {
    // The largest first: they need the longest stretches of the arena.
    for (const { blockBytes, peakBlocks } of [...singles].reverse()) {
      for (let taken = 0; taken < peakBlocks; taken++) {
        const block = heapMalloc(source.handle, blockBytes);
        if (block === null) refuseRoom(source, blockBytes);
        blocks.push(block);
        byteLength += usableSize(block);
      }
    }
    for (const block of blocks) provide(backend().toAddress(block), usableSize(block));
    return [byteLength, task()];
  } finally {
    for (const block of blocks) free(block);
  }
}
