import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { requireObject } from "../argument.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { type Heap, storeOf } from "../heap/heap.ts";
import { isDetailedBuild } from "../stats/detailed_build.ts";
import { heapStatsJson, heapStatsText, mergeHeapStats } from "../stats/heap_stats.ts";
import { readJson, recordOutput } from "../stats/stats_output.ts";
import { getProcessStats, readStats } from "../stats/stats_struct.ts";
import { parseStats } from "../stats/stats_text.ts";
import type { Stats, StatsOptions, StatsTextOptions } from "../stats/stats_types.ts";
import { subprocessStats, subprocessStatsJson, subprocessStatsText } from "../stats/subprocess_stats.ts";
import { stateOf, Subprocess } from "../subprocess/subprocess.ts";
import { liveTotals } from "./threads.ts";

/**
 * The statistics of the process, or of the sub-process that the thread is in, with all heaps and threads
 * (`mi_stats_get`). On versions before 2.2.2 and 3.0.2 they are read from the text that mimalloc prints, and hold only
 * what release builds count there. Up to 3.1 other threads are counted once they have ended.
 *
 * mimalloc adds figures up lazily, page by page: what was allocated since the last collection may be missing. Call
 * `heap.collect()` first for exact figures; threads that have ended are complete.
 *
 * On 3.6 C visits every heap of the sub-process. Measured with 1, 10, 100 and 1,000 heaps: 4, 7, 40 and 1,000 µs, of
 * which 3 µs are for the object that is returned. With `exclusive` heaps are left out and it takes 3 µs whatever their
 * number (`mi_subproc_stats_get_exclusive`): enough to watch `reserved`, `committed`, `heaps`, `threads` and the calls
 * to the system.
 *
 * None of that is so of `live`, which is there with `threads`: what the heaps and scope pools of every thread have in use
 * at this moment, on every version and without their doing, counted by this library. Blocks that others take from
 * mimalloc, by its C functions, are not in it. It takes some 30 µs for each thread.
 *
 * Throws `UnsupportedError` before 3.2.8 for `exclusive`, where the C library cannot record streams (Windows, before
 * 2.2.2 and 3.0.2), and where the library keeps its statistics in another form than its version did
 * (`library().statsLayout`).
 *
 * @example
 * ```ts
 * import { Heap, stats } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * heap.allocate(Float64Array, 1000);
 * heap.collect();
 * const { allocated, detailed, reserved } = stats();
 * if (detailed) assert.ok(allocated!.current >= 8000);
 * else assert.equal(allocated, undefined);
 * assert.ok(reserved!.current > 0);
 * ```
 */
export function stats(options: StatsOptions = {}): Stats {
  const { exclusive = false, threads = false } = requireObject(options, "read the statistics");
  const figures = readProcess(exclusive);
  return threads ? { ...figures, live: liveTotals() } : figures;
}

function readProcess(exclusive: boolean): Stats {
  const loaded = library();
  if (exclusive) return subprocessStats(currentSubprocess(), true);
  if (loaded.has("mi_stats_get")) {
    return readStats(getProcessStats, "process", isDetailedBuild);
  }
  return parseStats(statsText(), loaded.version.major);
}

/**
 * The statistics as mimalloc prints them, of a heap, of a sub-process or of the process (`mi_heap_stats_print_out`,
 * `mi_subproc_stats_print_out`, `mi_subproc_heap_stats_print_out`, `mi_stats_print_out`).
 *
 * Throws `UnsupportedError` for a heap or sub-process before 3.2, and where the C library cannot record streams
 * (Windows); `ClosedError` when the heap is closed or the sub-process destroyed.
 *
 * @example
 * ```ts
 * import { library, statsText, Subprocess } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * assert.match(statsText(), /committed/);
 * if (library().has("mi_subproc_stats_print_out")) {
 *   assert.match(statsText(Subprocess.main, { eachHeap: true }), /^heap 0/m);
 * }
 * ```
 */
export function statsText(of?: Heap): string;
/** The statistics of a sub-process as mimalloc prints them. */
export function statsText(of: Subprocess, options?: StatsTextOptions): string;
export function statsText(of?: Heap | Subprocess, options: StatsTextOptions = {}): string {
  const { eachHeap = false } = requireObject(options, "print the statistics");
  if (of instanceof Subprocess) return subprocessStatsText(stateOf(of), eachHeap);
  if (of !== undefined) return heapStatsText(storeOf(of).handle("print the statistics"));
  return recordOutput(library().bind("process").statsPrintOut);
}

/**
 * The statistics in mimalloc's own JSON, for tools that know it, of a heap, of a sub-process or of the process
 * (`mi_heap_stats_get_json`, `mi_subproc_stats_get_json`, `mi_stats_get_json`).
 *
 * Throws `UnsupportedError` before 2.2.2, on 3.0.1, before 3.2 for a heap or sub-process, and on 3.2.8, which refuses
 * its own statistics; `ClosedError` when the heap is closed or the sub-process destroyed.
 */
export function statsJson(of?: Heap | Subprocess): string {
  if (of instanceof Subprocess) return subprocessStatsJson(stateOf(of));
  if (of !== undefined) return heapStatsJson(storeOf(of).handle("read the statistics"));
  return readJson(library().bind("statistics").statsGetJson);
}

/**
 * Moves the figures of a heap to the process, where it has none afterwards (`mi_heap_stats_merge_to_subproc`, since
 * 3.2), or those of this thread (`mi_stats_merge`, up to 3.1).
 *
 * Throws `UnsupportedError` where the version lacks the function, and `ClosedError` when the heap is closed.
 */
export function mergeStats(of?: Heap): void {
  if (of !== undefined) mergeHeapStats(storeOf(of).handle("merge the statistics"));
  else library().bind("statistics").statsMerge();
}

/**
 * Sets the statistics of the process to 0 (`mi_stats_reset`). What is freed afterwards is still subtracted, so that
 * figures may become negative.
 *
 * Throws `UnsupportedError` since 3.2, where the function is there and resets nothing: take the difference of two
 * `stats()` instead.
 */
export function resetStats(): void {
  const loaded = library();
  // Since heaps have statistics of their own, it only moves those of the main one.
  if (loaded.has("mi_heap_stats_merge_to_subproc")) {
    throw new UnsupportedError({
      feature: "mi_stats_reset",
      found: `mimalloc ${loaded.versionText}, where it resets nothing`,
      needed: "mimalloc 2.x, 3.0 or 3.1, or the difference of two stats()",
    });
  }
  loaded.bind("statistics").statsReset();
}
