import { isWithin } from "./releases.ts";
import type { Version } from "./version.ts";

/**
 * The layout of `mi_heap_area_t`, the same in all versions but for the end: 2.0.5 has no `full_block_size`. Every field
 * is one 64-bit word; all lengths are in bytes.
 */
export const areaLayout = {
  /** The size of the structure. */
  byteLength: 56,
  /** The fields in order. */
  fields: {
    blocks: 0,
    reserved: 8,
    committed: 16,
    used: 24,
    block_size: 32,
    full_block_size: 40,
    reserved1: 48,
  },
} as const;

/** Whether an area of `version` tells the size of a block with its padding. */
export function hasFullBlockSize(version: Version): boolean {
  return isWithin(version, { since: "2.0.6" });
}
