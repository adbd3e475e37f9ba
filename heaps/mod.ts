/**
 * First-class heaps, arenas and request scopes.
 *
 * @module
 */
import "./inspect/inspect.ts";

export type { OptionName, OptionUnit } from "../ffi/options_table.ts";
export * from "./allocator.ts";
export {
  Arena,
  type ArenaHugeOptions,
  type ArenaManageOptions,
  type ArenaMapOptions,
  type ArenaOptions,
  type ArenaReserveOptions,
  type MemoryRange,
} from "./arena/arena.ts";
export * from "./arena/arena_contains.ts";
export * from "./arena/arena_limits.ts";
export * from "./arena/arenas.ts";
export * from "./arena/purge_arenas.ts";
export * from "./arena/reserve_huge_pages.ts";
export * from "./blocks/expand.ts";
export * from "./blocks/good_size.ts";
export * from "./blocks/is_in_heap_region.ts";
export * from "./blocks/is_under_utilized.ts";
export * from "./blocks/read_text.ts";
export * from "./blocks/reallocate_zeroed.ts";
export * from "./blocks/usable_size.ts";
export * from "./errors.ts";
export * from "./heap/abandoned_blocks.ts";
export * from "./heap/delete_heap.ts";
export * from "./heap/guarded.ts";
export { type AloneOptions, Heap, type HeapOptions, type HeapTicket } from "./heap/heap.ts";
export * from "./heap/heap_area.ts";
export { mainHeap } from "./heap/main_heap.ts";
export * from "./heap/numa_affinity.ts";
export * from "./hooks/deferred_free.ts";
export {
  type ErrorListener,
  flushHooks,
  type MimallocError,
  onError,
  type OnErrorOptions,
  onOutput,
  type OutputListener,
} from "./hooks/hooks.ts";
export type { InflateOptions } from "./input/inflate.ts";
export type { ByteStream, ReadOptions } from "./input/read_stream.ts";
export * from "./inspect/heap_of.ts";
export * from "./inspect/stats.ts";
export * from "./options/environment.ts";
export * from "./options/environment_notes.ts";
export type { OptionEffect } from "./options/option_effect.ts";
export type { OptionValues } from "./options/option_values.ts";
export { type OptionInfo, type Options, options } from "./options/options.ts";
export * from "./options/presets.ts";
export * from "./process/hint_idle_thread.ts";
export * from "./process/hint_thread_pool.ts";
export * from "./process/is_redirected.ts";
export * from "./process/process_info.ts";
export * from "./process/release.ts";
export * from "./profiler/exclude_from_profiles.ts";
export { Profiler, type ProfilerOptions } from "./profiler/profiler.ts";
export type { ProfileFormat } from "./profiler/profiler_files.ts";
export { currentScope, runInScope } from "./request/current_scope.ts";
export * from "./request/middleware.ts";
export * from "./scope/checkpoint.ts";
export { Scope } from "./scope/scope.ts";
export { ScopePool, type ScopePoolOptions } from "./scope/scope_pool.ts";
export type {
  ChunkClasses,
  LiveTotals,
  SizeClass,
  Stats,
  StatsCount,
  StatsOptions,
  StatsTextOptions,
  ThreadFigures,
} from "./stats/stats_types.ts";
export { Subprocess, type SubprocessOptions, type SubprocessTicket } from "./subprocess/subprocess.ts";
export * from "./subprocess/visit_heaps.ts";
