// deno-lint-ignore-file camelcase -- the names of the document, of which tools for mimalloc know the first ones
import type { LeakKind, LeakReason } from "../leaks/leak.ts";

/** The figures that everything with a name has. `null` is what nothing counts: `countAllocations()` does. */
export interface UsageMetrics {
  /** A number that nothing else in the list ever has, as long as the thread lives. */
  readonly id: number;
  /** Its name. Several may have the same. */
  readonly name: string;
  /** Bytes that are handed out. */
  readonly live_bytes: number;
  /** The most of them at a time since it is counted. */
  readonly peak_bytes: number | null;
  /** Blocks that are handed out. */
  readonly live_blocks: number;
  /** The most of them at a time since it is counted. */
  readonly peak_blocks: number | null;
  /** The most bytes that may be handed out at once; `null` without a limit. */
  readonly limit_bytes: number | null;
  /** Bytes that are left of the limit; `null` without one. */
  readonly headroom_bytes: number | null;
  /** Blocks that were handed out since it is counted. */
  readonly allocations: number | null;
  /** Blocks that were given back since it is counted. */
  readonly frees: number | null;
  /** Requests that were refused, by a limit or for lack of memory. These are always counted. */
  readonly failures: number | null;
  /** Bytes that are not handed out and not given back either: kept for what comes, or waiting for the runtime. */
  readonly cached_bytes: number;
}

/** What heaps and scope pools have besides. */
export interface StoreMetrics extends UsageMetrics {
  /** Whether the program gave it its name. */
  readonly named: boolean;
  /** The name of its arena, or `null`. */
  readonly arena: string | null;
  /** Blocks whose buffer the program moved away, which are never freed. */
  readonly escaped_blocks: number;
  /** Blocks that are freed as soon as the runtime lets go of them (Bun). */
  readonly quarantined_blocks: number;
  /** Requests that were refused. */
  readonly failures: number;
}

/** The figures of a heap. What waits for the runtime counts as cached. */
export interface HeapMetrics extends StoreMetrics {
  /**
   * Bytes that mimalloc has made into blocks for it, free ones included; `null` unless `pages` is asked for, and where
   * other threads use it.
   */
  readonly page_bytes: number | null;
}

/** The figures of a scope pool. Its limit is that of each scope, its headroom that of its fullest one. */
export interface ScopePoolMetrics extends StoreMetrics {
  /** Scopes that are open, or ended and still held. */
  readonly open_scopes: number;
  /** Scopes that were opened so far. */
  readonly opened_scopes: number;
}

/** The figures of an arena: those of the heaps and scope pools of this thread in it. Its limit is its area. */
export interface ArenaMetrics extends UsageMetrics {
  /** Bytes of its area. */
  readonly limit_bytes: number;
  /** Bytes of it that are neither handed out nor cached. Fragments make what really fits less. */
  readonly headroom_bytes: number;
  /** Requests that were refused there. */
  readonly failures: number;
  /** Heaps and scope pools in it. */
  readonly heaps: number;
}

/**
 * The figures of a pool of views or structs. What it has idle counts as cached; all of it lies in the heap or scope that
 * the pool takes its memory from, and is live there. What that refuses counts there.
 */
export interface PoolMetrics extends UsageMetrics {
  /** The most bytes that were acquired at a time. */
  readonly peak_bytes: number;
  /** The most views or structs that were acquired at a time. */
  readonly peak_blocks: number;
  /** How many were acquired so far. */
  readonly allocations: number;
  /** How many were released so far. */
  readonly frees: number;
  /** Not known here. */
  readonly failures: null;
  /** Views or structs that are idle. */
  readonly cached_blocks: number;
}

/**
 * The figures of a thread: those of its heaps and scope pools. What other threads have in use is always exact, and
 * includes what their scope pools have taken from mimalloc; the rest each thread knows of itself alone, and it is `null`
 * here.
 */
export interface ThreadMetrics extends UsageMetrics {
  /** Whether it is the one that reads. */
  readonly own: boolean;
  /** Requests that its heaps and scope pools have refused so far, those of closed ones included. */
  readonly failures: number | null;
  /** Its open heaps, those of scope pools included. */
  readonly heaps: number;
}

/** A place of the program that a leak detector has reported. */
export interface LeakMetrics {
  /** The call that allocated: `readUpload (server.ts:12:20)`. */
  readonly site: string;
  /** Why it counts as leaked. */
  readonly reason: LeakReason;
  /** What has leaked. */
  readonly kind: LeakKind;
  /** The heap or pool that it lies in, as messages call it. */
  readonly heap: string;
  /** How many there are: an estimate where the detector samples. */
  readonly count: number;
  /** Their bytes: an estimate where the detector samples. */
  readonly bytes: number;
}

/** The figures of the process, as `metrics()` reads them. Sizes are in bytes, times in milliseconds. */
export interface Metrics {
  /** Resident memory of the process, as the system tells it. */
  readonly current_rss: number;
  /** The most resident memory that the process ever had, as the system tells it. */
  readonly peak_rss: number;
  /** Memory that mimalloc has committed; on 3.6 it does not fall when memory is given back. */
  readonly current_commit: number;
  /** The most memory that mimalloc had committed. */
  readonly peak_commit: number;
  /** Pages that the system had to provide, with and without reading a disk. */
  readonly page_faults: number;
  /** Time since the library was loaded. */
  readonly elapsed_ms: number;
  /** What the figures are of. */
  readonly allocator: "mimalloc";
  /** When they were read: RFC 3339, in UTC. */
  readonly timestamp: string;
  /** The version of mimalloc. */
  readonly version: string;
  /** Those of the page faults for which a disk was read. */
  readonly major_page_faults: number;
  /** Time that the processor spent in the program. */
  readonly user_ms: number;
  /** Time that the processor spent in the system for the program. */
  readonly system_ms: number;
  /** The open heaps of this thread, those of scope pools left out. */
  readonly heaps: readonly HeapMetrics[];
  /** The open arenas of this thread. */
  readonly arenas: readonly ArenaMetrics[];
  /** The pools of this thread. */
  readonly pools: readonly PoolMetrics[];
  /** The open scope pools of this thread. */
  readonly scope_pools: readonly ScopePoolMetrics[];
  /** The threads that use the library, this one first. */
  readonly threads: readonly ThreadMetrics[];
  /**
   * What the leak detector that was asked for has reported, those with the most bytes first: what grows as long as any of
   * it is live, all else for good. `null` without one.
   */
  readonly leaks: readonly LeakMetrics[] | null;
}
