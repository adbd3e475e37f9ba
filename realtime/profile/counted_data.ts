import { library } from "../../ffi/library/library.ts";
import type { BlockCounter } from "../core/block_counter.ts";
import { PAGE_KINDS } from "../core/size_classes.ts";
import { toPages } from "./_document.ts";
import type { ProfileClass, ProfileData } from "./profile_data.ts";

/** What a counter has counted. */
export function dataOf({ classes, peak, singles, kindPeakPages, kindPeakBytes }: BlockCounter): ProfileData {
  const counted = classes.list.map(({ blockBytes, pageBytes, blocksPerPage }, index): ProfileClass => {
    const peakBlocks = peak[index]!;
    return { blockBytes, pageBytes, blocksPerPage, peakBlocks, peakPages: Math.ceil(peakBlocks / blocksPerPage) };
  });
  return {
    mimalloc: library().versionText,
    classes: counted.filter(({ peakBlocks }) => peakBlocks > 0),
    singles: [...singles].map(([blockBytes, count]) => ({ blockBytes, peakBlocks: count.peak }))
      .sort((one, other) => one.blockBytes - other.blockBytes),
    pages: toPages((kind) => {
      const index = PAGE_KINDS.indexOf(kind);
      return { peakPages: kindPeakPages[index]!, peakBytes: kindPeakBytes[index]! };
    }),
  };
}
