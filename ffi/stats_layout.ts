/**
 * Where the fields of `mi_stats_t` lie, by version of mimalloc. All offsets and lengths are in bytes.
 *
 * @module
 */
import { isWithin } from "./releases.ts";
import { type Version, versionOf } from "./version.ts";

/** Where the fields of `mi_stats_t` lie in one version. Every number in it is an `int64_t`. */
export interface StatsLayout {
  /** The size of the structure. */
  readonly byteLength: number;
  /** `MI_STAT_VERSION`, which stands in the structure. */
  readonly version: number;
  /**
   * Whether the caller writes size and version into the structure (at 0 and at 8), and C refuses any other. Else
   * `mi_stats_get` takes the size as its first parameter, and writes the version (an `int` at 0).
   */
  readonly selfDescribing: boolean;
  /** Figures that rise and fall: `total` at the offset, `peak` 8 and `current` 16 bytes behind it. */
  readonly counts: Readonly<Record<string, number>>;
  /** Figures that only rise: `total` alone. */
  readonly counters: Readonly<Record<string, number>>;
  /** Arrays of figures that rise and fall: the offset of the first, and how many there are, 24 bytes apart. */
  readonly bins: Readonly<Record<string, { readonly offset: number; readonly length: number }>>;
}

/** The first and the last release that something holds for, in each line of releases that has it. */
interface Releases {
  readonly 2?: readonly [since: string, until?: string];
  readonly 3?: readonly [since: string, until?: string];
}

type Kind = "count" | "counter" | "bins" | "reserved";

/** One field, or `length` of them in an array. */
interface Row {
  readonly name: string;
  readonly kind: Kind;
  readonly length: number;
  readonly releases: Releases;
}

const ALL: Releases = { 2: ["2.2.2"], 3: ["3.0.2"] };
/** `reset` and `purged` rose and fell in the first releases. */
const FIRST: Releases = { 2: ["2.2.2", "2.2.5"], 3: ["3.0.2", "3.1.5"] };
const LATER: Releases = { 2: ["2.2.6"], 3: ["3.1.6"] };
/** Before blocks of all sizes were counted together. */
const BY_SIZE: Releases = { 2: ["2.2.2"], 3: ["3.0.2", "3.5.99"] };
const TOGETHER: Releases = { 3: ["3.6.0"] };
const SELF_DESCRIBING: Releases = { 2: ["2.3.0"], 3: ["3.2.8"] };

function rows(kind: Kind, releases: Releases, ...names: string[]): Row[] {
  return names.map((name) => ({ name, kind, length: 1, releases }));
}

function arrayOf(kind: Kind, releases: Releases, name: string, length: number): Row[] {
  return [{ name, kind, length, releases }];
}

/** The fields in the order in which they lie, behind the version or the size and version. */
const ROWS: readonly Row[] = [
  ...rows("count", ALL, "pages", "reserved", "committed"),
  ...rows("count", FIRST, "reset", "purged"),
  ...rows("counter", LATER, "reset", "purged"),
  ...rows("count", ALL, "page_committed", "pages_abandoned", "threads"),
  ...rows("count", BY_SIZE, "malloc_normal", "malloc_huge", "malloc_requested"),
  ...rows("count", TOGETHER, "allocated"),
  ...rows("counter", TOGETHER, "malloc_count", "free_count", "freed", "malloc_requested"),
  ...rows("counter", ALL, "mmap_calls", "commit_calls", "reset_calls", "purge_calls", "arena_count"),
  ...rows("counter", BY_SIZE, "malloc_normal_count", "malloc_huge_count"),
  ...rows("counter", ALL, "malloc_guarded_count", "arena_rollback_count", "arena_purges"),
  ...rows("counter", ALL, "pages_extended", "pages_retire", "page_searches"),
  ...rows("counter", LATER, "page_searches_count"),
  ...rows("count", ALL, "segments", "segments_abandoned", "segments_cache", "_segments_reserved"),
  ...rows("count", { 3: ["3.2.6"] }, "heaps"),
  ...rows("count", { 3: ["3.3.0"] }, "theaps"),
  ...rows("count", TOGETHER, "pages_os_abandoned", "pages_os_allocated"),
  ...rows("counter", ALL, "pages_reclaim_on_alloc", "pages_reclaim_on_free"),
  ...rows("counter", ALL, "pages_reabandon_full", "pages_unabandon_busy_wait"),
  ...rows("counter", TOGETHER, "pages_unown_cas_retry"),
  ...rows("counter", { 3: ["3.3.0"] }, "heaps_delete_wait"),
  ...rows("counter", TOGETHER, "pages_stat_updates", "pages_stat_update_count", "profile_samples"),
  ...rows("count", TOGETHER, "malloc_normal", "malloc_huge"),
  ...rows("counter", TOGETHER, "malloc_normal_count", "malloc_huge_count"),
  // Kept for later releases: four figures of each kind.
  ...arrayOf("reserved", ALL, "_stat_reserved", 4 * 3 + 4),
  ...arrayOf("bins", ALL, "malloc_bins", 74),
  ...arrayOf("bins", ALL, "page_bins", 74),
  ...arrayOf("bins", { 3: ["3.0.3", "3.1.5"] }, "chunk_bins", 5),
  ...arrayOf("bins", { 3: ["3.1.6"] }, "chunk_bins", 6),
];

/**
 * `MI_STAT_VERSION`. 3.0.7 to 3.0.12 went back to 1 with the fields of 2, and `mi_stats_get` of 3.2.6 and 3.2.7 does
 * not write their 3.
 */
const VERSIONS: readonly (readonly [version: number, releases: Releases])[] = [
  [1, { 2: ["2.2.2", "2.2.5"], 3: ["3.0.2", "3.0.2"] }],
  [2, { 3: ["3.0.3", "3.0.6"] }],
  [1, { 3: ["3.0.7", "3.0.99"] }],
  [2, { 3: ["3.1.0", "3.1.5"] }],
  [3, { 2: ["2.2.6", "2.2.99"], 3: ["3.1.6", "3.1.99"] }],
  [0, { 3: ["3.2.0", "3.2.7"] }],
  [4, { 2: ["2.3.0"], 3: ["3.2.8", "3.2.99"] }],
  [5, { 3: ["3.3.0", "3.5.99"] }],
  [6, { 3: ["3.6.0"] }],
];

/** A release of each layout that describes itself. */
const DESCRIBED = ["3.6.0", "3.4.3", "3.2.8", "2.4.1"].map(versionOf);

const WORD = 8;

/** The words of one field of each kind. */
const WORDS: Readonly<Record<Kind, number>> = { count: 3, counter: 1, bins: 3, reserved: 1 };

function holdsFor(version: Version, releases: Releases): boolean {
  const range = releases[version.major as 2 | 3];
  if (range === undefined) return false;
  const [since, until] = range;
  return isWithin(version, { since, ...(until === undefined ? {} : { until }) });
}

/** The layout of `mi_stats_t` in a version; `undefined` for those before it was public (2.2.2 and 3.0.2). */
export function statsLayoutOf(version: Version): StatsLayout | undefined {
  const statVersion = VERSIONS.find(([, releases]) => holdsFor(version, releases))?.[0];
  if (statVersion === undefined) return undefined;
  const selfDescribing = holdsFor(version, SELF_DESCRIBING);
  const parts = { counts: {}, counters: {}, bins: {} } as {
    counts: Record<string, number>;
    counters: Record<string, number>;
    bins: Record<string, { offset: number; length: number }>;
  };
  let offset = selfDescribing ? 2 * WORD : WORD;
  for (const { name, kind, length, releases } of ROWS) {
    if (!holdsFor(version, releases)) continue;
    if (kind === "count") parts.counts[name] = offset;
    else if (kind === "counter") parts.counters[name] = offset;
    else if (kind === "bins") parts.bins[name] = { offset, length };
    offset += WORDS[kind] * length * WORD;
  }
  return { byteLength: offset, version: statVersion, selfDescribing, ...parts };
}

/**
 * The layouts that describe themselves, the likeliest for `version` first. Any of them may be offered to any library: C
 * refuses a wrong one.
 */
export function describedLayouts(version: Version): readonly StatsLayout[] {
  const own = statsLayoutOf(version);
  const known = DESCRIBED.map((release) => statsLayoutOf(release)!);
  return own?.selfDescribing ? [own, ...known] : known;
}
