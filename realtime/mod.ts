/**
 * Bounded allocation times: what an allocation takes at most, and how to keep that short.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { measureLoat, randomWorkload } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const { allocate, floor } = measureLoat(heap, randomWorkload({ requests: 1000 }));
 * assert.ok(allocate.undisturbed.percentile(99) > floor.undisturbed.min);
 * ```
 *
 * @module
 */
export * from "../heaps/allocator.ts";
export type { MemoryRange } from "../heaps/arena/arena.ts";
export * from "./latency/draw_latencies.ts";
export * from "./latency/latency_histogram.ts";
export * from "./latency/loat_report.ts";
export * from "./latency/measure_loat.ts";
export * from "./latency/stopwatch.ts";
export { type AllocationWorkload, randomWorkload, type RandomWorkloadOptions } from "./latency/workload.ts";
