import { library } from "../../ffi/library/library.ts";
import { checkNumaNode } from "../argument.ts";
import { checkHugePages, checkInteger, requireHugePages } from "./_huge_pages.ts";
import { requirePinnable } from "./_pinned_memory.ts";

/** Options of {@linkcode reserveHugePages}. */
export interface HugePagesOptions {
  /** How many pages of 1 GiB. */
  readonly pages: number;
  /**
   * The NUMA node that they shall lie on; -1 for any.
   *
   * @default {-1}
   */
  readonly numaNode?: number;
  /** Spread them evenly over so many NUMA nodes instead, over all for 0. */
  readonly interleave?: number;
  /**
   * After how many milliseconds to be content with the pages so far; 0 for never.
   *
   * @default {0}
   */
  readonly timeout?: number;
}

/**
 * Reserves huge pages of 1 GiB for heaps without an arena of their own (`mi_reserve_huge_os_pages_at`, with
 * `interleave` `mi_reserve_huge_os_pages_interleave`). They are never given back. When there are fewer than asked for,
 * mimalloc takes those; `arenas()` tells how many. `Arena.reserveHuge` keeps them for heaps that are bound to it.
 *
 * Throws `RangeError` for an option that is not an integer in its range (`pages` from 1 to 1024, nodes to 1024,
 * `timeout` below 2^32), `TypeError` when both `numaNode` and `interleave` are given, {@linkcode AllocationError}
 * when there is not one page, and `UnsupportedError` in secure builds that could not use them (up to 3.3.1, later fully
 * secure ones).
 *
 * @example
 * ```ts
 * import { AllocationError, reserveHugePages } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * try {
 *   reserveHugePages({ pages: 1, timeout: 500 });
 * } catch (error) {
 *   // The machine has none configured.
 *   assert.ok(error instanceof AllocationError);
 * }
 * ```
 */
export function reserveHugePages(options: HugePagesOptions): void {
  const { pages, numaNode = -1, interleave, timeout = 0 } = options;
  checkHugePages(pages, 1024, timeout);
  checkNumaNode(numaNode);
  if (interleave !== undefined) checkInterleave(interleave, options.numaNode);
  requirePinnable("reserveHugePages()");
  const { reserveHugeOsPagesAt, reserveHugeOsPagesInterleave } = library().bind("reservations");
  const code = interleave === undefined
    ? reserveHugeOsPagesAt(pages, numaNode, timeout)
    : reserveHugeOsPagesInterleave(pages, interleave, timeout);
  requireHugePages(pages, code);
}

function checkInterleave(interleave: number, numaNode: number | undefined): void {
  checkInteger("NUMA nodes", interleave, 0, 1024);
  if (numaNode === undefined) return;
  throw new TypeError("Cannot reserve huge pages on one NUMA node and interleaved: give one of the two options");
}
