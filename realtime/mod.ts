/**
 * Bounded allocation times: profiles of what a program allocates at most at a time, and what an allocation takes at
 * most.
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
export type { PageKind } from "./core/size_classes.ts";
export type { Headroom, SizeHeadroom } from "./heap/headroom.ts";
export type { LockReport } from "./heap/lock_report.ts";
export { RealtimeHeap } from "./heap/realtime_heap.ts";
export type { ExceededPolicy, ProfileExcess, RealtimeHeapOptions, RealtimeVariant } from "./heap/realtime_options.ts";
export * from "./latency/draw_latencies.ts";
export * from "./latency/latency_histogram.ts";
export * from "./latency/loat_report.ts";
export * from "./latency/measure_loat.ts";
export * from "./latency/stopwatch.ts";
export { type AllocationWorkload, randomWorkload, type RandomWorkloadOptions } from "./latency/workload.ts";
export { AllocationProfile } from "./profile/allocation_profile.ts";
export type {
  ProfileClass,
  ProfileData,
  ProfileDocument,
  ProfilePages,
  ProfileSingle,
} from "./profile/profile_data.ts";
export * from "./profile/profile_error.ts";
export { AllocationRecorder } from "./profile/recorder.ts";
export type { ProfileSummary, SizeSummary } from "./profile/summary.ts";
