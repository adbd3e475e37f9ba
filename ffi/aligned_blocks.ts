import { isWithin, releaseOf } from "./releases.ts";
import { type Version, versionOf } from "./version.ts";

/**
 * Whether `version` may free the inside of a block in the place of the block. What has an alignment may begin inside one of
 * C's, which a flag of the page tells. 3.0.0 and 3.0.1 forget that flag when the page is full, when its heap is deleted and
 * when its thread ends (`mi_page_set_heap` in `include/mimalloc/internal.h`; 3.0.2 keeps it), and `mi_free` then puts the
 * inside of a block into the list of free ones: blocks that come later overlap. Secure builds see it, and end the process.
 */
export function losesAlignedBlocks(version: Version): boolean {
  return isWithin(versionOf(releaseOf(version)), { since: "3.0.0", until: "3.0.1" });
}
