/**
 * Where the fields of two C structures lie: `mi_stats_t` of mimalloc 3.6, and
 * `mi_heap_area_t` of every version. All offsets and lengths are in bytes.
 *
 * @module
 */

/** The layout of `mi_stats_t` in mimalloc 3.6. Every number in it is an `int64_t`. */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const statsLayout = {
  /** The size of the structure; C refuses any other. Stands in the structure at offset 0. */
  byteLength: 4480,
  /** `MI_STAT_VERSION`; C refuses any other. Stands in the structure at offset 8. */
  version: 6,
  /** Figures that rise and fall: `total` at the offset, `peak` 8 and `current` 16 bytes behind it. */
  counts: {
    pages: 16,
    reserved: 40,
    committed: 64,
    page_committed: 104,
    pages_abandoned: 128,
    threads: 152,
    allocated: 176,
    segments: 328,
    segments_abandoned: 352,
    segments_cache: 376,
    _segments_reserved: 400,
    heaps: 424,
    theaps: 448,
    pages_os_abandoned: 472,
    pages_os_allocated: 496,
    malloc_normal: 592,
    malloc_huge: 616,
  },
  /** Figures that only rise: `total` alone. */
  counters: {
    reset: 88,
    purged: 96,
    malloc_count: 200,
    free_count: 208,
    freed: 216,
    malloc_requested: 224,
    mmap_calls: 232,
    commit_calls: 240,
    reset_calls: 248,
    purge_calls: 256,
    arena_count: 264,
    malloc_guarded_count: 272,
    arena_rollback_count: 280,
    arena_purges: 288,
    pages_extended: 296,
    pages_retire: 304,
    page_searches: 312,
    page_searches_count: 320,
    pages_reclaim_on_alloc: 520,
    pages_reclaim_on_free: 528,
    pages_reabandon_full: 536,
    pages_unabandon_busy_wait: 544,
    pages_unown_cas_retry: 552,
    heaps_delete_wait: 560,
    pages_stat_updates: 568,
    pages_stat_update_count: 576,
    profile_samples: 584,
    malloc_normal_count: 640,
    malloc_huge_count: 648,
  },
  /** Arrays of figures that rise and fall: the offset of the first, and how many there are, 24 bytes apart. */
  bins: {
    malloc_bins: { offset: 784, length: 74 },
    page_bins: { offset: 2560, length: 74 },
    chunk_bins: { offset: 4336, length: 6 },
  },
} as const;

/** The layout of `mi_heap_area_t`, the same in all versions. Every field is one 64-bit word. */
export const areaLayout = {
  /** The size of the structure. */
  byteLength: 56,
  /** The fields in order. */
  fields: {
    blocks: 0,
    reserved: 8,
    committed: 16,
    used: 24,
    block_size: 32,
    full_block_size: 40,
    reserved1: 48,
  },
} as const;
