import type { Stats } from "./stats_types.ts";

/** Statistics that are being filled in. */
export type StatsDraft = { -readonly [K in keyof Stats]: Stats[K] };

/** Statistics in which nothing is known. */
export function emptyStats(detailed: boolean, rounded: boolean): StatsDraft {
  return {
    detailed,
    rounded,
    allocated: undefined,
    freed: undefined,
    mallocRequested: undefined,
    mallocCount: undefined,
    freeCount: undefined,
    mallocGuardedCount: undefined,
    reserved: undefined,
    committed: undefined,
    reset: undefined,
    purged: undefined,
    arenaCount: undefined,
    arenaRollbackCount: undefined,
    arenaPurges: undefined,
    mmapCalls: undefined,
    commitCalls: undefined,
    resetCalls: undefined,
    purgeCalls: undefined,
    threads: undefined,
    heaps: undefined,
    theaps: undefined,
    heapsDeleteWait: undefined,
    pages: undefined,
    pageCommitted: undefined,
    pagesAbandoned: undefined,
    pagesOsAbandoned: undefined,
    pagesOsAllocated: undefined,
    pagesExtended: undefined,
    pagesRetire: undefined,
    pageSearches: undefined,
    pageSearchesCount: undefined,
    pagesReclaimOnAlloc: undefined,
    pagesReclaimOnFree: undefined,
    pagesReabandonFull: undefined,
    pagesUnabandonBusyWait: undefined,
    pagesUnownCasRetry: undefined,
    pagesStatUpdates: undefined,
    pagesStatUpdateCount: undefined,
    profileSamples: undefined,
    segments: undefined,
    segmentsAbandoned: undefined,
    bins: undefined,
    chunkBins: undefined,
  };
}
