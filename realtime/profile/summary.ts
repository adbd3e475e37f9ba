import { PAGE_KINDS } from "../core/size_classes.ts";
import type { ProfileClass, ProfileData, ProfileSingle } from "./profile_data.ts";

/** What one size of blocks needs. */
export interface SizeSummary {
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** Blocks that were live at a time. */
  readonly peakBlocks: number;
  /** Bytes of those blocks. */
  readonly peakBytes: number;
  /** Pages that hold as many and one more each, which keeps the page; 0 for blocks that have a page of their own. */
  readonly pages: number;
  /** Bytes of those pages, or of the blocks that have their own. */
  readonly reservedBytes: number;
}

/** What a profile needs. */
export interface ProfileSummary {
  /** Each size of blocks, from the smallest to the largest. */
  readonly sizes: readonly SizeSummary[];
  /** Bytes of all blocks, if each size is at its most at the same time. */
  readonly peakBytes: number;
  /** Bytes that the page variant touches. */
  readonly pageVariantBytes: number;
  /** Bytes that the segment variant touches. */
  readonly segmentVariantBytes: number;
}

/** mimalloc hands out memory of arenas in pieces of 64 KiB. */
const SLICE = 2 ** 16;

/** What stands in front of a block that has a page of its own. */
const HEADER = 4096;

/** Each size is rarely in the middle of a page when all of them are at their most; this is room for that. */
const PARTIAL_PAGES = 1.25;

/** What mimalloc keeps of an arena for itself: 640 KiB at the start, 576 KiB at every further 256 MiB (3.6). */
function bookkeeping(byteLength: number): number {
  return (1 + Math.ceil(byteLength / 2 ** 28)) * 10 * SLICE;
}

/** Pages for the blocks of a class, when one of each page stays. */
export function sentinelPages({ peakBlocks, blocksPerPage }: ProfileClass): number {
  return Math.ceil(peakBlocks / (blocksPerPage - 1));
}

/** Bytes that a block with a page of its own takes from an arena. */
export function singleBytes(blockBytes: number): number {
  return Math.ceil((blockBytes + HEADER) / SLICE) * SLICE;
}

/** What `data` needs. */
export function summarise({ classes, singles, pages }: ProfileData): ProfileSummary {
  const sizes = [...classes.map(ofClass), ...singles.map(ofSingle)];
  const kinds = PAGE_KINDS.reduce((total, kind) => total + pages[kind].peakBytes, 0) * PARTIAL_PAGES +
    pages.single.peakBytes;
  // A page of each class may be in use at any time, however few of its blocks are.
  const firstPages = classes.reduce((total, { pageBytes }) => total + pageBytes, 0);
  const pageVariant = sum(sizes, "reservedBytes");
  const segmentVariant = Math.ceil(kinds / SLICE) * SLICE + firstPages;
  return {
    sizes,
    peakBytes: sum(sizes, "peakBytes"),
    pageVariantBytes: pageVariant + bookkeeping(pageVariant),
    segmentVariantBytes: segmentVariant + bookkeeping(segmentVariant),
  };
}

function sum(sizes: readonly SizeSummary[], name: "peakBytes" | "reservedBytes"): number {
  return sizes.reduce((total, size) => total + size[name], 0);
}

function ofClass(entry: ProfileClass): SizeSummary {
  const { blockBytes, peakBlocks, pageBytes } = entry;
  const pages = sentinelPages(entry);
  return { blockBytes, peakBlocks, peakBytes: peakBlocks * blockBytes, pages, reservedBytes: pages * pageBytes };
}

function ofSingle({ blockBytes, peakBlocks }: ProfileSingle): SizeSummary {
  const reservedBytes = peakBlocks * singleBytes(blockBytes);
  return { blockBytes, peakBlocks, peakBytes: peakBlocks * blockBytes, pages: 0, reservedBytes };
}
