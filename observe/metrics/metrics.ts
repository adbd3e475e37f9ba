import process from "node:process";
import { library } from "../../ffi/library/library.ts";
import { refuseArgument, requireObject } from "../../heaps/argument.ts";
import { processInfo } from "../../heaps/process/process_info.ts";
import { LeakDetector } from "../leaks/leak_detector.ts";
import { readArenas } from "./_arenas.ts";
import { readLeaks } from "./_leaks.ts";
import { readPools } from "./_pools.ts";
import { readStores } from "./_stores.ts";
import { readThreads } from "./_threads.ts";
import type { Metrics } from "./metrics_types.ts";

/** Options of {@linkcode metrics}. */
export interface MetricsOptions {
  /**
   * Whether to tell how many bytes of pages mimalloc has made for each heap. It then looks at each of their pages: about
   * 50 µs for a small heap.
   *
   * @default {false}
   */
  readonly pages?: boolean;
  /** Whose leaks to tell of; that takes a time that grows with its samples. */
  readonly leaks?: LeakDetector;
}

/**
 * The figures of the process and of everything with a name in it, as one plain object for JSON, in a time that grows
 * with the heaps, arenas, pools and open scopes of this thread. `null` stands for what is not known, and for no limit.
 *
 * Live bytes and blocks, limits and failures are always known. `countAllocations()` counts the rest: allocations, frees
 * and peaks.
 *
 * Throws `TypeError` for options that are no object, and for `leaks` that are no leak detector.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { metrics } from "@mimalloc/ffi/observe";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples", limit: 2 ** 20 });
 * heap.allocate(Float64Array, 1000);
 * const { current_rss, peak_rss, heaps } = metrics();
 * assert.ok(current_rss <= peak_rss);
 * const samples = heaps.find(({ name }) => name === "samples");
 * assert.equal(samples?.live_bytes, 8000);
 * assert.equal(samples?.headroom_bytes, 2 ** 20 - 8000);
 * ```
 */
export function metrics(options: MetricsOptions = {}): Metrics {
  const { pages = false, leaks } = requireObject(options, "read the metrics");
  if (leaks !== undefined && !(leaks instanceof LeakDetector)) {
    refuseArgument(leaks, "read the metrics", "a LeakDetector as `leaks`");
  }
  const info = processInfo();
  const { minorPageFault, majorPageFault } = process.resourceUsage();
  const stores = readStores(Boolean(pages));
  return {
    current_rss: info.residentBytes,
    peak_rss: Math.max(info.peakResidentBytes, info.residentBytes),
    current_commit: info.commitBytes,
    peak_commit: Math.max(info.peakCommitBytes, info.commitBytes),
    page_faults: minorPageFault + majorPageFault,
    elapsed_ms: info.elapsedMilliseconds,
    allocator: "mimalloc",
    timestamp: new Date().toISOString(),
    version: library().versionText,
    major_page_faults: majorPageFault,
    user_ms: info.userMilliseconds,
    system_ms: info.systemMilliseconds,
    heaps: stores.heaps,
    arenas: readArenas(stores),
    pools: readPools(),
    scope_pools: stores.scopePools,
    threads: readThreads(stores),
    leaks: leaks === undefined ? null : readLeaks(leaks),
  };
}
