import process from "node:process";
import { library } from "../../ffi/library/library.ts";
import { sweepQuarantine } from "../core/quarantine.ts";

/**
 * Gives memory that is free but kept ready back to the operating system, now (`mi_collect`): mimalloc has no thread of
 * its own, so an idle process would keep it. Returns by how many bytes the resident memory of the process shrank
 * meanwhile, as the system tells it; 0 when it did not.
 *
 * It takes milliseconds when there is much to give back. Memory of arenas that were reserved with `commit` stays on
 * 2.0, and secure and debug builds up to 2.0.7 give nothing back: they only make free memory inaccessible.
 *
 * @example
 * ```ts
 * import { Heap, release } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const heap = new Heap();
 * for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, 2 ** 20).fill(1);
 * heap.destroy();
 * assert.ok(release() >= 0);
 * ```
 */
export function release(): number {
  const before = process.memoryUsage().rss;
  sweepQuarantine();
  library().bind("process").collect(true);
  return Math.max(0, before - process.memoryUsage().rss);
}
