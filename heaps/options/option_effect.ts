import type { OptionName } from "../../ffi/options_table.ts";
import { isWithin, type VersionRange } from "../../ffi/releases.ts";
import type { Version } from "../../ffi/version.ts";

/**
 * Whether a change of an option while the program runs has an effect.
 *
 * | effect | meaning |
 * |---|---|
 * | `"at once"` | mimalloc looks at the option each time it matters |
 * | `"later"` | arenas, heaps and threads that are made after the change follow it |
 * | `"at load"` | mimalloc has read it already: set it in the environment, see `environment` |
 * | `"none"` | this version, build or platform ignores it |
 * | `"unknown"` | nobody has measured it; the environment always works |
 */
export type OptionEffect = "at once" | "later" | "at load" | "none" | "unknown";

const AT_ONCE: readonly OptionName[] = [
  "show_errors",
  "show_stats",
  "verbose",
  "purge_decommits",
  "page_reset",
  "abandoned_page_decommit",
  "eager_commit",
  "eager_commit_delay",
  "decommit_delay",
  "decommit_extend_delay",
  "segment_decommit_delay",
  "segment_cache",
  "allow_decommit",
  "purge_delay",
  "arena_purge_mult",
  "minimal_purge_size",
  "arena_purge_min_size",
  "arena_purge_immediate_size",
  "arena_max_object_size",
  "limit_os_alloc",
  "disallow_os_alloc",
  "disallow_arena_alloc",
  "max_segment_reclaim",
  "abandoned_page_purge",
  "abandoned_reclaim_on_free",
  "purge_extend_delay",
  "target_segments_per_thread",
  "destroy_on_exit",
  "visit_abandoned",
  "generic_collect",
  "page_commit_on_demand",
  "page_reclaim_max",
  "stats_merge_on_collect",
  "stats_merge_threshold",
];

const LATER: readonly OptionName[] = [
  "large_os_pages",
  "allow_large_os_pages",
  "arena_eager_commit",
  "arena_reserve",
  "arena_is_numa_local",
  "allow_thp",
  "page_full_retain",
  "reclaim_on_free",
  "page_reclaim_on_free",
  "profile_alloc_interval",
  "profile_inuse_interval",
  "profile_time_interval",
  "profile_sample_rate",
];

const AT_LOAD: readonly OptionName[] = [
  "reserve_huge_os_pages",
  "reserve_huge_os_pages_at",
  "reserve_os_memory",
  "max_errors",
  "max_warnings",
  "max_vabits",
  "pagemap_commit",
  "use_numa_nodes",
];

/** Options that versions have and do not read; `disallow_os_alloc` was tried on 3.0.1, the others are never looked up. */
const UNUSED: Partial<Record<OptionName, VersionRange>> = {
  "eager_commit": { since: "3.0.0" },
  "eager_commit_delay": { since: "3.0.0" },
  "abandoned_page_purge": { since: "3.0.0" },
  "max_segment_reclaim": { since: "3.0.0" },
  "purge_extend_delay": { since: "3.0.0" },
  "target_segments_per_thread": { since: "3.0.0" },
  "disallow_os_alloc": { since: "3.0.0", until: "3.2.8" },
};

/** Options that only one platform looks at. */
const PLATFORM: Partial<Record<OptionName, string>> = { "os_tag": "darwin", "retry_on_oom": "win32" };

/** What the effect of an option depends on besides its name. */
export interface OptionSituation {
  /** The version of mimalloc. */
  readonly version: Version;
  /** Whether the build has guard pages, as far as it tells. */
  readonly guarded: boolean | "unknown";
  /** The platform, as `process.platform` says it. */
  readonly platform: string;
}

/** The effect of changing the option `name` now. */
export function optionEffect(name: OptionName, { version, guarded, platform }: OptionSituation): OptionEffect {
  const unused = UNUSED[name];
  if (name.startsWith("deprecated_") || (unused !== undefined && isWithin(version, unused))) return "none";
  if (name.includes("guarded_")) {
    if (guarded === "unknown") return "unknown";
    return guarded ? "later" : "none";
  }
  const needed = PLATFORM[name];
  if (needed !== undefined) return platform === needed ? "at once" : "none";
  if (AT_ONCE.includes(name)) return "at once";
  if (LATER.includes(name)) return "later";
  return AT_LOAD.includes(name) ? "at load" : "unknown";
}
