/**
 * First-class heaps, arenas and request scopes.
 *
 * @module
 */
import "./inspect.ts";

export * from "./abandoned_blocks.ts";
export * from "./allocator.ts";
export {
  Arena,
  type ArenaHugeOptions,
  type ArenaManageOptions,
  type ArenaMapOptions,
  type ArenaOptions,
  type ArenaReserveOptions,
  type MemoryRange,
} from "./arena.ts";
export * from "./arena_contains.ts";
export * from "./arena_limits.ts";
export * from "./arenas.ts";
export * from "./checkpoint.ts";
export * from "./deferred_free.ts";
export * from "./delete_heap.ts";
export * from "./environment.ts";
export * from "./errors.ts";
export * from "./exclude_from_profiles.ts";
export * from "./expand.ts";
export * from "./good_size.ts";
export * from "./guarded.ts";
export { Heap, type HeapOptions } from "./heap.ts";
export * from "./heap_area.ts";
export * from "./heap_of.ts";
export * from "./heap_ticket.ts";
export * from "./hint_idle_thread.ts";
export * from "./hint_thread_pool.ts";
export { type ErrorListener, flushHooks, type MimallocError, onError, onOutput, type OutputListener } from "./hooks.ts";
export * from "./is_in_heap_region.ts";
export * from "./is_redirected.ts";
export * from "./is_under_utilized.ts";
export * from "./main_heap.ts";
export * from "./numa_affinity.ts";
export type { OptionsVersion, OptionUnit } from "../ffi/options_table.ts";
export type { OptionEffect } from "./_option_effect.ts";
export type { OptionNameOf, OptionValues } from "./option_values.ts";
export { type OptionInfo, type Options, options } from "./options.ts";
export * from "./presets.ts";
export * from "./process_info.ts";
export { Profiler, type ProfilerOptions } from "./profiler.ts";
export type { ProfileFormat } from "./_profiler_files.ts";
export * from "./purge_arenas.ts";
export * from "./read_text.ts";
export * from "./reallocate_zeroed.ts";
export * from "./release.ts";
export * from "./reserve_huge_pages.ts";
export { Scope } from "./scope.ts";
export { ScopePool, type ScopePoolOptions } from "./scope_pool.ts";
export * from "./stats.ts";
export type { ChunkClasses, SizeClass, Stats, StatsCount, StatsOptions, StatsTextOptions } from "./stats_types.ts";
export * from "./usable_size.ts";
export * from "./visit_heaps.ts";
export { Subprocess, type SubprocessOptions } from "./subprocess.ts";
export * from "./subprocess_ticket.ts";
