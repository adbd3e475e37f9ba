/**
 * The options of mimalloc: for each name the number behind it, its default in a release build and the unit of its
 * value, by the versions in which they hold.
 *
 * @module
 */

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

/** What holds for one option in the versions from `since` to `until`. */
export interface OptionRow {
  /** The first release for which this holds. */
  readonly since: string;
  /** The last release for which this holds; absent means up to the newest. */
  readonly until?: string;
  /** Its number, the value of `mi_option_t`. */
  readonly index: number;
  /** Its value in a release build on Linux when nothing sets it, in units. */
  readonly default: number;
  /** The unit of its value. */
  readonly unit: OptionUnit;
  /** An older name under which these versions know it too. */
  readonly formerly?: string;
}

/**
 * The rows of every option, in the order of the numbers, as `mi_option_t` and `src/options.c` of each release have
 * them. Names that start with `deprecated_` hold a slot and do nothing. A row that starts with 2.x and has no `until`
 * holds for 3.x too.
 */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const optionsTable = {
  show_errors: [{ since: "2.0.5", index: 0, default: 0, unit: "boolean" }],
  show_stats: [{ since: "2.0.5", index: 1, default: 0, unit: "boolean" }],
  verbose: [{ since: "2.0.5", index: 2, default: 0, unit: "choice" }],
  deprecated_eager_commit: [{ since: "3.2.6", index: 3, default: 1, unit: "boolean" }],
  eager_commit: [{ since: "2.0.5", until: "3.1.6", index: 3, default: 1, unit: "boolean" }],
  arena_eager_commit: [{ since: "2.1.2", index: 4, default: 2, unit: "choice", formerly: "eager_region_commit" }],
  deprecated_eager_region_commit: [{ since: "2.0.5", until: "2.1.1", index: 4, default: 0, unit: "boolean" }],
  deprecated_reset_decommits: [{ since: "2.0.5", until: "2.1.1", index: 5, default: 0, unit: "boolean" }],
  purge_decommits: [{ since: "2.1.2", index: 5, default: 1, unit: "boolean", formerly: "reset_decommits" }],
  allow_large_os_pages: [
    { since: "2.1.2", until: "2.1.7", index: 6, default: 0, unit: "choice", formerly: "large_os_pages" },
    { since: "2.1.8", until: "2.1.8", index: 6, default: 1, unit: "choice", formerly: "large_os_pages" },
    { since: "2.1.9", until: "2.2.4", index: 6, default: 2, unit: "choice", formerly: "large_os_pages" },
    { since: "2.2.6", until: "2.4.1", index: 6, default: 0, unit: "choice", formerly: "large_os_pages" },
    { since: "3.0.0", until: "3.0.0", index: 6, default: 1, unit: "choice", formerly: "large_os_pages" },
    { since: "3.0.1", until: "3.1.6", index: 6, default: 2, unit: "choice", formerly: "large_os_pages" },
    { since: "3.2.6", index: 6, default: 0, unit: "choice", formerly: "large_os_pages" },
  ],
  large_os_pages: [{ since: "2.0.5", until: "2.1.1", index: 6, default: 0, unit: "boolean" }],
  reserve_huge_os_pages: [{ since: "2.0.5", index: 7, default: 0, unit: "count" }],
  reserve_huge_os_pages_at: [{ since: "2.0.5", index: 8, default: -1, unit: "node" }],
  reserve_os_memory: [{ since: "2.0.5", index: 9, default: 0, unit: "KiB" }],
  deprecated_segment_cache: [{ since: "2.0.6", index: 10, default: 0, unit: "boolean" }],
  segment_cache: [{ since: "2.0.5", until: "2.0.5", index: 10, default: 0, unit: "count" }],
  deprecated_page_reset: [{ since: "2.1.2", index: 11, default: 0, unit: "boolean" }],
  page_reset: [{ since: "2.0.5", until: "2.1.1", index: 11, default: 0, unit: "boolean" }],
  abandoned_page_decommit: [{
    since: "2.0.5",
    until: "2.1.1",
    index: 12,
    default: 0,
    unit: "boolean",
    formerly: "abandoned_page_reset",
  }],
  abandoned_page_purge: [{
    since: "2.1.2",
    until: "3.1.6",
    index: 12,
    default: 0,
    unit: "boolean",
    formerly: "abandoned_page_reset",
  }],
  deprecated_abandoned_page_purge: [{ since: "3.2.6", index: 12, default: 0, unit: "boolean" }],
  deprecated_segment_reset: [{ since: "2.0.5", index: 13, default: 0, unit: "boolean" }],
  deprecated_eager_commit_delay: [{ since: "3.2.6", index: 14, default: 1, unit: "count" }],
  eager_commit_delay: [{ since: "2.0.5", until: "3.1.6", index: 14, default: 1, unit: "count" }],
  decommit_delay: [{
    since: "2.0.5",
    until: "2.1.1",
    index: 15,
    default: 25,
    unit: "milliseconds",
    formerly: "reset_delay",
  }],
  purge_delay: [
    { since: "2.1.2", until: "2.4.1", index: 15, default: 10, unit: "milliseconds", formerly: "reset_delay" },
    { since: "3.0.0", until: "3.0.1", index: 15, default: 2500, unit: "milliseconds", formerly: "reset_delay" },
    { since: "3.0.2", index: 15, default: 1000, unit: "milliseconds", formerly: "reset_delay" },
  ],
  use_numa_nodes: [{ since: "2.0.5", index: 16, default: 0, unit: "count" }],
  disallow_os_alloc: [{ since: "2.1.4", index: 17, default: 0, unit: "boolean", formerly: "limit_os_alloc" }],
  limit_os_alloc: [{ since: "2.0.5", until: "2.1.2", index: 17, default: 0, unit: "boolean" }],
  os_tag: [{ since: "2.0.5", index: 18, default: 100, unit: "number" }],
  max_errors: [
    { since: "2.0.5", until: "2.1.6", index: 19, default: 16, unit: "count" },
    { since: "2.1.7", index: 19, default: 32, unit: "count" },
  ],
  max_warnings: [
    { since: "2.0.5", until: "2.1.6", index: 20, default: 16, unit: "count" },
    { since: "2.1.7", index: 20, default: 32, unit: "count" },
  ],
  deprecated_max_segment_reclaim: [{ since: "3.0.2", index: 21, default: 10, unit: "percent" }],
  max_segment_reclaim: [
    { since: "2.0.6", until: "2.1.2", index: 21, default: 8, unit: "count" },
    { since: "2.1.4", until: "3.0.1", index: 21, default: 10, unit: "percent" },
  ],
  allow_decommit: [
    { since: "2.0.5", until: "2.0.5", index: 21, default: 1, unit: "boolean" },
    { since: "2.0.6", until: "2.1.1", index: 22, default: 1, unit: "boolean" },
  ],
  destroy_on_exit: [
    { since: "2.0.9", until: "2.1.1", index: 25, default: 0, unit: "boolean" },
    { since: "2.1.2", index: 22, default: 0, unit: "boolean" },
  ],
  arena_reserve: [{ since: "2.1.2", index: 23, default: 1048576, unit: "KiB" }],
  segment_decommit_delay: [
    { since: "2.0.5", until: "2.0.5", index: 22, default: 500, unit: "milliseconds" },
    { since: "2.0.6", until: "2.1.1", index: 23, default: 500, unit: "milliseconds" },
  ],
  arena_purge_mult: [
    { since: "2.1.2", until: "2.4.1", index: 24, default: 10, unit: "factor" },
    { since: "3.0.0", until: "3.4.3", index: 24, default: 1, unit: "factor" },
    { since: "3.6.0", index: 24, default: 4, unit: "factor" },
  ],
  decommit_extend_delay: [
    { since: "2.0.5", until: "2.0.5", index: 23, default: 2, unit: "milliseconds" },
    { since: "2.0.6", until: "2.0.7", index: 24, default: 2, unit: "milliseconds" },
    { since: "2.0.9", until: "2.1.1", index: 24, default: 1, unit: "milliseconds" },
  ],
  deprecated_purge_extend_delay: [{
    since: "3.0.2",
    index: 25,
    default: 1,
    unit: "milliseconds",
    formerly: "decommit_extend_delay",
  }],
  purge_extend_delay: [{
    since: "2.1.2",
    until: "3.0.1",
    index: 25,
    default: 1,
    unit: "milliseconds",
    formerly: "decommit_extend_delay",
  }],
  abandoned_reclaim_on_free: [
    { since: "2.1.4", until: "2.1.7", index: 26, default: 1, unit: "boolean" },
    { since: "2.1.8", until: "2.4.1", index: 26, default: 0, unit: "boolean" },
  ],
  disallow_arena_alloc: [
    { since: "2.1.4", until: "2.4.1", index: 27, default: 0, unit: "boolean" },
    { since: "3.0.0", index: 26, default: 0, unit: "boolean" },
  ],
  retry_on_oom: [
    { since: "2.1.7", until: "2.4.1", index: 28, default: 400, unit: "milliseconds" },
    { since: "3.0.0", index: 27, default: 400, unit: "milliseconds" },
  ],
  deprecated_visit_abandoned: [{ since: "3.6.0", index: 28, default: 1, unit: "boolean" }],
  visit_abandoned: [
    { since: "2.1.8", until: "2.4.1", index: 29, default: 0, unit: "boolean" },
    { since: "3.0.0", until: "3.4.3", index: 28, default: 0, unit: "boolean" },
  ],
  guarded_min: [
    { since: "2.1.8", until: "2.4.1", index: 30, default: 0, unit: "bytes" },
    { since: "3.0.0", index: 29, default: 0, unit: "bytes" },
  ],
  guarded_max: [
    { since: "2.1.8", until: "2.4.1", index: 31, default: 1073741824, unit: "bytes" },
    { since: "3.0.0", index: 30, default: 1073741824, unit: "bytes" },
  ],
  guarded_precise: [
    { since: "2.1.8", until: "2.4.1", index: 32, default: 0, unit: "boolean" },
    { since: "3.0.0", until: "3.4.3", index: 31, default: 0, unit: "boolean" },
  ],
  unsafe_guarded_precise: [{ since: "3.6.0", index: 31, default: 0, unit: "boolean" }],
  guarded_sample_rate: [
    { since: "2.1.8", until: "2.4.1", index: 33, default: 0, unit: "count" },
    { since: "3.0.0", until: "3.4.3", index: 32, default: 0, unit: "count" },
    { since: "3.6.0", index: 32, default: 0, unit: "bytes" },
  ],
  guarded_sample_seed: [
    { since: "2.1.8", until: "2.4.1", index: 34, default: 0, unit: "number" },
    { since: "3.0.0", index: 33, default: 0, unit: "number" },
  ],
  generic_collect: [
    { since: "2.2.2", until: "2.4.1", index: 36, default: 10000, unit: "count" },
    { since: "3.0.2", until: "3.0.3", index: 34, default: 10000, unit: "count" },
    { since: "3.1.4", index: 34, default: 10000, unit: "count" },
  ],
  target_segments_per_thread: [
    { since: "2.1.8", until: "2.4.1", index: 35, default: 0, unit: "count" },
    { since: "3.0.0", until: "3.0.1", index: 34, default: 0, unit: "count" },
  ],
  page_reclaim_on_free: [
    { since: "3.0.2", until: "3.0.3", index: 35, default: 0, unit: "choice", formerly: "abandoned_reclaim_on_free" },
    { since: "3.0.7", until: "3.0.12", index: 34, default: 0, unit: "choice", formerly: "abandoned_reclaim_on_free" },
    { since: "3.1.4", until: "3.4.3", index: 35, default: 0, unit: "choice", formerly: "abandoned_reclaim_on_free" },
    { since: "3.6.0", index: 35, default: 1, unit: "choice", formerly: "abandoned_reclaim_on_free" },
  ],
  reclaim_on_free: [{
    since: "3.0.0",
    until: "3.0.1",
    index: 35,
    default: 1,
    unit: "choice",
    formerly: "abandoned_reclaim_on_free",
  }],
  page_full_retain: [
    { since: "3.0.0", until: "3.0.3", index: 36, default: 2, unit: "count" },
    { since: "3.0.7", until: "3.0.12", index: 35, default: 2, unit: "count" },
    { since: "3.1.4", index: 36, default: 2, unit: "count" },
  ],
  page_max_candidates: [
    { since: "3.0.0", until: "3.0.3", index: 37, default: 4, unit: "count" },
    { since: "3.0.7", until: "3.0.12", index: 36, default: 4, unit: "count" },
    { since: "3.1.4", index: 37, default: 4, unit: "count" },
  ],
  max_vabits: [
    { since: "3.0.0", until: "3.0.3", index: 38, default: 0, unit: "bits" },
    { since: "3.0.7", until: "3.0.12", index: 37, default: 0, unit: "bits" },
    { since: "3.1.4", index: 38, default: 0, unit: "bits" },
  ],
  pagemap_commit: [
    { since: "3.0.0", until: "3.0.3", index: 39, default: 0, unit: "boolean" },
    { since: "3.0.7", until: "3.0.12", index: 38, default: 0, unit: "boolean" },
    { since: "3.1.4", index: 39, default: 0, unit: "boolean" },
  ],
  page_commit_on_demand: [
    { since: "3.0.0", until: "3.0.1", index: 40, default: 2, unit: "choice" },
    { since: "3.0.2", until: "3.0.2", index: 40, default: 1, unit: "choice" },
    { since: "3.0.3", until: "3.0.3", index: 40, default: 0, unit: "choice" },
    { since: "3.0.7", until: "3.0.12", index: 39, default: 0, unit: "choice" },
    { since: "3.1.4", index: 40, default: 0, unit: "choice" },
  ],
  page_max_reclaim: [{ since: "3.1.4", index: 41, default: -1, unit: "count" }],
  page_reclaim_max: [{ since: "3.0.2", until: "3.0.3", index: 41, default: 16, unit: "count" }],
  page_cross_thread_max_reclaim: [{ since: "3.1.4", index: 42, default: 32, unit: "count" }],
  allow_thp: [
    { since: "2.2.6", until: "2.4.1", index: 37, default: 1, unit: "choice" },
    { since: "3.1.6", until: "3.4.3", index: 43, default: 1, unit: "choice" },
    { since: "3.6.0", index: 43, default: 2, unit: "choice" },
  ],
  arena_purge_min_size: [{ since: "3.6.0", index: 44, default: 0, unit: "KiB", formerly: "minimal_purge_size" }],
  minimal_purge_size: [{ since: "3.1.6", until: "3.4.3", index: 44, default: 0, unit: "KiB" }],
  arena_max_object_size: [{ since: "3.2.7", index: 45, default: 2097152, unit: "KiB" }],
  arena_is_numa_local: [{ since: "3.3.2", index: 46, default: 0, unit: "boolean" }],
  stats_merge_on_collect: [{ since: "3.6.0", index: 47, default: 1, unit: "boolean" }],
  profile_alloc_interval: [{ since: "3.6.0", index: 48, default: 1073741824, unit: "bytes" }],
  profile_inuse_interval: [{ since: "3.6.0", index: 49, default: 0, unit: "bytes" }],
  profile_time_interval: [{ since: "3.6.0", index: 50, default: 0, unit: "seconds" }],
  profile_sample_rate: [{ since: "3.6.0", index: 51, default: 524288, unit: "bytes" }],
  stats_merge_threshold: [{ since: "3.6.0", index: 52, default: 524288, unit: "bytes" }],
  arena_purge_immediate_size: [{ since: "3.6.0", index: 53, default: 32768, unit: "KiB" }],
} as const;

/** An older name of an option that versions still know. */
export type FormerOptionName = Extract<
  (typeof optionsTable)[keyof typeof optionsTable][number],
  { readonly formerly: string }
>["formerly"];

/** The name of an option, in any version. */
export type OptionName = keyof typeof optionsTable | FormerOptionName;
