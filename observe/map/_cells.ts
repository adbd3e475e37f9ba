import type { Page } from "./_pages.ts";

/** How much of a cell is in use: from {@linkcode LEAST_USED} to {@linkcode FULL} in quarters. */
export const NOT_COMMITTED = 0;
/** Made into blocks of which none is allocated. */
export const FREE = 1;
/** Up to a quarter is allocated. */
export const LEAST_USED = 2;
/** More than three quarters are allocated. */
export const FULL = 5;

/**
 * What `count` cells of a box show of its pages, in the order of addresses: of one page the blocks, of several the fill
 * of each.
 */
export function readCells(pages: readonly Page[], count: number): Uint8Array {
  const [first] = pages;
  return Uint8Array.from(
    { length: count },
    pages.length === 1
      ? (_, index) => cellOfPage(first!, index, count)
      : (_, index) => cellOfPages(pages, index, count),
  );
}

function cellOfPage({ taken, stride, committedBytes }: Page, index: number, count: number): number {
  const [start, end] = rangeOf(taken.length, index, count);
  let used = 0;
  for (let slot = start; slot < end; slot++) used += taken[slot]!;
  return levelOf(used / (end - start), start * stride < committedBytes);
}

function cellOfPages(pages: readonly Page[], index: number, count: number): number {
  const [start, end] = rangeOf(pages.length, index, count);
  const those = pages.slice(start, end);
  const used = those.reduce((total, page) => total + page.used / page.taken.length, 0);
  return levelOf(used / those.length, those.some(({ committedBytes }) => committedBytes > 0));
}

/** The part of `length` things that a cell shows: at least one, which several cells may share. */
function rangeOf(length: number, index: number, count: number): [start: number, end: number] {
  const start = Math.floor(index * length / count);
  return [start, Math.max(start + 1, Math.floor((index + 1) * length / count))];
}

function levelOf(fill: number, isCommitted: boolean): number {
  if (fill > 0) return LEAST_USED - 1 + Math.ceil(fill * (FULL - LEAST_USED + 1));
  return isCommitted ? FREE : NOT_COMMITTED;
}
