/**
 * The options of mimalloc: for each version the number behind every name, its
 * default in a release build, and the unit of its value.
 *
 * @module
 */
import { compareVersions, type Version } from "./version.ts";

/**
 * The unit of an option's value.
 *
 * | unit | meaning |
 * |---|---|
 * | `boolean` | 0 or 1 |
 * | `choice` | a small number whose meanings the option lists itself |
 * | `number` | a number without a unit |
 * | `node` | a NUMA node, -1 for any |
 * | `KiB` | units of 1024 bytes; only in an environment variable a plain number means bytes |
 */
export type OptionUnit =
  | "boolean"
  | "choice"
  | "count"
  | "number"
  | "node"
  | "bits"
  | "bytes"
  | "KiB"
  | "milliseconds"
  | "seconds"
  | "percent"
  | "factor";

/** One option of one version. */
export interface OptionEntry {
  /** Its number, the value of `mi_option_t`. */
  readonly index: number;
  /** Its value in a release build when nothing sets it, in units. */
  readonly default: number;
  /** The unit of its value. */
  readonly unit: OptionUnit;
}

/** The options by version and name. Names that start with `deprecated_` hold a slot and do nothing. */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const optionsTable = {
  "2.0.9": {
    show_errors: { index: 0, default: 0, unit: "boolean" },
    show_stats: { index: 1, default: 0, unit: "boolean" },
    verbose: { index: 2, default: 0, unit: "choice" },
    eager_commit: { index: 3, default: 1, unit: "boolean" },
    deprecated_eager_region_commit: { index: 4, default: 0, unit: "boolean" },
    deprecated_reset_decommits: { index: 5, default: 0, unit: "boolean" },
    large_os_pages: { index: 6, default: 0, unit: "boolean" },
    reserve_huge_os_pages: { index: 7, default: 0, unit: "count" },
    reserve_huge_os_pages_at: { index: 8, default: -1, unit: "node" },
    reserve_os_memory: { index: 9, default: 0, unit: "KiB" },
    deprecated_segment_cache: { index: 10, default: 0, unit: "boolean" },
    page_reset: { index: 11, default: 0, unit: "boolean" },
    abandoned_page_decommit: { index: 12, default: 0, unit: "boolean" },
    deprecated_segment_reset: { index: 13, default: 0, unit: "boolean" },
    eager_commit_delay: { index: 14, default: 1, unit: "count" },
    decommit_delay: { index: 15, default: 25, unit: "milliseconds" },
    use_numa_nodes: { index: 16, default: 0, unit: "count" },
    limit_os_alloc: { index: 17, default: 0, unit: "boolean" },
    os_tag: { index: 18, default: 100, unit: "number" },
    max_errors: { index: 19, default: 16, unit: "count" },
    max_warnings: { index: 20, default: 16, unit: "count" },
    max_segment_reclaim: { index: 21, default: 8, unit: "count" },
    allow_decommit: { index: 22, default: 1, unit: "boolean" },
    segment_decommit_delay: { index: 23, default: 500, unit: "milliseconds" },
    decommit_extend_delay: { index: 24, default: 1, unit: "milliseconds" },
    destroy_on_exit: { index: 25, default: 0, unit: "boolean" },
  },
  "3.0.1": {
    show_errors: { index: 0, default: 0, unit: "boolean" },
    show_stats: { index: 1, default: 0, unit: "boolean" },
    verbose: { index: 2, default: 0, unit: "choice" },
    eager_commit: { index: 3, default: 1, unit: "boolean" },
    arena_eager_commit: { index: 4, default: 2, unit: "choice" },
    purge_decommits: { index: 5, default: 1, unit: "boolean" },
    allow_large_os_pages: { index: 6, default: 2, unit: "choice" },
    reserve_huge_os_pages: { index: 7, default: 0, unit: "count" },
    reserve_huge_os_pages_at: { index: 8, default: -1, unit: "node" },
    reserve_os_memory: { index: 9, default: 0, unit: "KiB" },
    deprecated_segment_cache: { index: 10, default: 0, unit: "boolean" },
    deprecated_page_reset: { index: 11, default: 0, unit: "boolean" },
    abandoned_page_purge: { index: 12, default: 0, unit: "boolean" },
    deprecated_segment_reset: { index: 13, default: 0, unit: "boolean" },
    eager_commit_delay: { index: 14, default: 1, unit: "count" },
    purge_delay: { index: 15, default: 2500, unit: "milliseconds" },
    use_numa_nodes: { index: 16, default: 0, unit: "count" },
    disallow_os_alloc: { index: 17, default: 0, unit: "boolean" },
    os_tag: { index: 18, default: 100, unit: "number" },
    max_errors: { index: 19, default: 32, unit: "count" },
    max_warnings: { index: 20, default: 32, unit: "count" },
    max_segment_reclaim: { index: 21, default: 10, unit: "percent" },
    destroy_on_exit: { index: 22, default: 0, unit: "boolean" },
    arena_reserve: { index: 23, default: 1048576, unit: "KiB" },
    arena_purge_mult: { index: 24, default: 1, unit: "factor" },
    purge_extend_delay: { index: 25, default: 1, unit: "milliseconds" },
    disallow_arena_alloc: { index: 26, default: 0, unit: "boolean" },
    retry_on_oom: { index: 27, default: 400, unit: "milliseconds" },
    visit_abandoned: { index: 28, default: 0, unit: "boolean" },
    guarded_min: { index: 29, default: 0, unit: "bytes" },
    guarded_max: { index: 30, default: 1073741824, unit: "bytes" },
    guarded_precise: { index: 31, default: 0, unit: "boolean" },
    guarded_sample_rate: { index: 32, default: 0, unit: "count" },
    guarded_sample_seed: { index: 33, default: 0, unit: "number" },
    target_segments_per_thread: { index: 34, default: 0, unit: "count" },
    reclaim_on_free: { index: 35, default: 1, unit: "choice" },
    page_full_retain: { index: 36, default: 2, unit: "count" },
    page_max_candidates: { index: 37, default: 4, unit: "count" },
    max_vabits: { index: 38, default: 0, unit: "bits" },
    pagemap_commit: { index: 39, default: 0, unit: "boolean" },
    page_commit_on_demand: { index: 40, default: 2, unit: "choice" },
  },
  "3.6.0": {
    show_errors: { index: 0, default: 0, unit: "boolean" },
    show_stats: { index: 1, default: 0, unit: "boolean" },
    verbose: { index: 2, default: 0, unit: "choice" },
    deprecated_eager_commit: { index: 3, default: 1, unit: "boolean" },
    arena_eager_commit: { index: 4, default: 2, unit: "choice" },
    purge_decommits: { index: 5, default: 1, unit: "boolean" },
    allow_large_os_pages: { index: 6, default: 0, unit: "choice" },
    reserve_huge_os_pages: { index: 7, default: 0, unit: "count" },
    reserve_huge_os_pages_at: { index: 8, default: -1, unit: "node" },
    reserve_os_memory: { index: 9, default: 0, unit: "KiB" },
    deprecated_segment_cache: { index: 10, default: 0, unit: "boolean" },
    deprecated_page_reset: { index: 11, default: 0, unit: "boolean" },
    deprecated_abandoned_page_purge: { index: 12, default: 0, unit: "boolean" },
    deprecated_segment_reset: { index: 13, default: 0, unit: "boolean" },
    deprecated_eager_commit_delay: { index: 14, default: 1, unit: "count" },
    purge_delay: { index: 15, default: 1000, unit: "milliseconds" },
    use_numa_nodes: { index: 16, default: 0, unit: "count" },
    disallow_os_alloc: { index: 17, default: 0, unit: "boolean" },
    os_tag: { index: 18, default: 100, unit: "number" },
    max_errors: { index: 19, default: 32, unit: "count" },
    max_warnings: { index: 20, default: 32, unit: "count" },
    deprecated_max_segment_reclaim: { index: 21, default: 10, unit: "percent" },
    destroy_on_exit: { index: 22, default: 0, unit: "boolean" },
    arena_reserve: { index: 23, default: 1048576, unit: "KiB" },
    arena_purge_mult: { index: 24, default: 4, unit: "factor" },
    deprecated_purge_extend_delay: { index: 25, default: 1, unit: "milliseconds" },
    disallow_arena_alloc: { index: 26, default: 0, unit: "boolean" },
    retry_on_oom: { index: 27, default: 400, unit: "milliseconds" },
    deprecated_visit_abandoned: { index: 28, default: 1, unit: "boolean" },
    guarded_min: { index: 29, default: 0, unit: "bytes" },
    guarded_max: { index: 30, default: 1073741824, unit: "bytes" },
    unsafe_guarded_precise: { index: 31, default: 0, unit: "boolean" },
    guarded_sample_rate: { index: 32, default: 0, unit: "bytes" },
    guarded_sample_seed: { index: 33, default: 0, unit: "number" },
    generic_collect: { index: 34, default: 10000, unit: "count" },
    page_reclaim_on_free: { index: 35, default: 1, unit: "choice" },
    page_full_retain: { index: 36, default: 2, unit: "count" },
    page_max_candidates: { index: 37, default: 4, unit: "count" },
    max_vabits: { index: 38, default: 0, unit: "bits" },
    pagemap_commit: { index: 39, default: 0, unit: "boolean" },
    page_commit_on_demand: { index: 40, default: 0, unit: "choice" },
    page_max_reclaim: { index: 41, default: -1, unit: "count" },
    page_cross_thread_max_reclaim: { index: 42, default: 32, unit: "count" },
    allow_thp: { index: 43, default: 2, unit: "choice" },
    arena_purge_min_size: { index: 44, default: 0, unit: "KiB" },
    arena_max_object_size: { index: 45, default: 2097152, unit: "KiB" },
    arena_is_numa_local: { index: 46, default: 0, unit: "boolean" },
    stats_merge_on_collect: { index: 47, default: 1, unit: "boolean" },
    profile_alloc_interval: { index: 48, default: 1073741824, unit: "bytes" },
    profile_inuse_interval: { index: 49, default: 0, unit: "bytes" },
    profile_time_interval: { index: 50, default: 0, unit: "seconds" },
    profile_sample_rate: { index: 51, default: 524288, unit: "bytes" },
    stats_merge_threshold: { index: 52, default: 524288, unit: "bytes" },
    arena_purge_immediate_size: { index: 53, default: 32768, unit: "KiB" },
  },
} as const;

/** A version that the table of options has a column for. */
export type OptionsVersion = keyof typeof optionsTable;

/** The name of an option, in any version. */
export type OptionName = {
  [V in OptionsVersion]: keyof typeof optionsTable[V] & string;
}[OptionsVersion];

const COLUMNS: readonly (readonly [Version, OptionsVersion])[] = [
  [{ major: 3, minor: 6, patch: 0 }, "3.6.0"],
  [{ major: 3, minor: 0, patch: 0 }, "3.0.1"],
  [{ major: 0, minor: 0, patch: 0 }, "2.0.9"],
];

/**
 * The column of the table that holds for `version`: the newest one of the
 * versions that are tested which is not newer.
 */
export function optionsVersion(version: Version): OptionsVersion {
  const found = COLUMNS.find(([first]) => compareVersions(version, first) >= 0);
  return found === undefined ? "2.0.9" : found[1];
}

/** The options of `version` by name. */
export function optionsOf(version: Version): Readonly<Record<string, OptionEntry>> {
  return optionsTable[optionsVersion(version)];
}

/** The environment variable that sets an option while the library is being loaded: `MIMALLOC_PURGE_DELAY`. */
export function environmentName(option: string): string {
  return `MIMALLOC_${option.toUpperCase()}`;
}
