/** A figure that rises and falls. */
export interface StatsCount {
  /** Its value now. */
  readonly current: number;
  /** The highest value that was seen when figures were put together, which is not after every call. */
  readonly peak: number;
  /** Everything that was ever added to it. */
  readonly total: number;
}

/** The blocks of one size class, and the pages that they lie in. */
export interface SizeClass {
  /** Bytes of a block; `Infinity` for the class of everything that is larger than the others. */
  readonly blockBytes: number;
  /** Blocks that are allocated. */
  readonly live: number;
  /** The most blocks that were seen allocated at once. */
  readonly peak: number;
  /** Blocks that were ever allocated. */
  readonly total: number;
  /** The pages of the class. */
  readonly pages: StatsCount;
}

/** The chunks of an arena (32 MiB each) by the pages in them. */
export interface ChunkClasses {
  /** Chunks of small pages, 64 KiB each. */
  readonly small: StatsCount;
  /** Chunks of pages of other sizes. */
  readonly other: StatsCount;
  /** Chunks of medium pages, 512 KiB each. */
  readonly medium: StatsCount;
  /** Chunks of large pages, 4 MiB each. */
  readonly large: StatsCount;
  /** Chunks of what is larger than a chunk; `undefined` before 3.1.6, where they are among the others. */
  readonly huge: StatsCount | undefined;
  /** Chunks that are free. */
  readonly none: StatsCount;
}

/** Options of `stats()`. */
export interface StatsOptions {
  /**
   * Leaves out what heaps count: blocks, their sizes and pages. What stays is what the process or sub-process counts
   * for itself, and what `mergeStats()` has moved there.
   *
   * @default {false}
   */
  readonly exclusive?: boolean;
  /**
   * Adds what the heaps and scope pools of all threads have in use, counted by this library: exact at any moment, on
   * every version, while other threads go on.
   *
   * @default {false}
   */
  readonly threads?: boolean;
}

/** A thread that uses the library: the main program, or a Worker. */
export interface ThreadFigures {
  /** A number that no other thread of the process ever had; it begins at 1. */
  readonly number: number;
  /** The number that the system has for the thread; 0 where it does not tell it (macOS). */
  readonly threadId: number;
  /** What `nameThread()` has called it, or else the name of the Worker. */
  readonly name: string;
  /** When it made its first heap, in milliseconds since 1970. */
  readonly since: number;
  /** Whether it is the main thread. */
  readonly main: boolean;
  /** Bytes of blocks that its heaps have handed out; a scope pool counts the chunks that its scopes have. */
  readonly liveBytes: number;
  /** Blocks that its heaps have handed out. */
  readonly liveBlocks: number;
  /** Its heaps that are not closed, the main one and those of scope pools included. */
  readonly heaps: number;
}

/** What all threads of the process have in use. */
export interface LiveTotals {
  /** Bytes of live blocks: the sum of those of the threads, and of those on the way. */
  readonly bytes: number;
  /** Live blocks: the sum of those of the threads, and of those on the way. */
  readonly blocks: number;
  /** Bytes of blocks that were sent to another thread and not received yet. */
  readonly bytesOnTheWay: number;
  /** Blocks that were sent to another thread and not received yet. */
  readonly blocksOnTheWay: number;
  /** The threads, in the order in which they began. */
  readonly threads: readonly ThreadFigures[];
}

/** Options of `statsText()` for a sub-process. */
export interface StatsTextOptions {
  /**
   * Prints each heap by itself, and then what belongs to none of them.
   *
   * @default {false}
   */
  readonly eachHeap?: boolean;
}

/**
 * The statistics of mimalloc for the process, a heap or a sub-process. A figure that the loaded version or build does
 * not count, or does not count for a heap, is `undefined`, never 0. Names are those of C (`mi_stats_t`) in camel case.
 *
 * A "page" is mimalloc's: a piece of an arena that holds blocks of one size.
 */
export interface Stats {
  /**
   * Whether single allocations are counted. False for release builds before 3.6, and before
   * 2.2.2 and 3.0.2 for every build: then everything about blocks is `undefined`.
   */
  readonly detailed: boolean;
  /**
   * Whether figures are rounded: before 2.2.2 and 3.0.2, where they are read from printed text, which has two to four
   * digits. It says nothing of how late they are: mimalloc adds up what threads did at a time of its own.
   */
  readonly rounded: boolean;
  /** What is live in all threads at this moment, when `stats({ threads: true })` asks for it. */
  readonly live?: LiveTotals;

  /** Bytes of blocks that are allocated; before 3.6 `peak` is the sum of that of small and that of large blocks. */
  readonly allocated: StatsCount | undefined;
  /** Bytes of blocks that were freed. */
  readonly freed: number | undefined;
  /** Bytes that were asked for, rounded up to the size of the block. */
  readonly mallocRequested: number | undefined;
  /** Blocks that were ever allocated. */
  readonly mallocCount: number | undefined;
  /** Blocks that were ever freed; a destroyed heap counts as freed. */
  readonly freeCount: number | undefined;
  /** Blocks that were given a guard page. */
  readonly mallocGuardedCount: number | undefined;

  /** Bytes of address space. */
  readonly reserved: StatsCount | undefined;
  /** Bytes that the system has promised memory for; on 3.0 to 3.2.8 mimalloc counts more off than on, even below 0. */
  readonly committed: StatsCount | undefined;
  /** Bytes that were reset: their contents may be dropped by the system. */
  readonly reset: number | undefined;
  /** Bytes that were given back to the system. */
  readonly purged: number | undefined;
  /** Arenas that were ever made. */
  readonly arenaCount: number | undefined;
  /** Attempts to take memory of an arena that were undone. */
  readonly arenaRollbackCount: number | undefined;
  /** Times that arenas were looked through for memory to give back. */
  readonly arenaPurges: number | undefined;
  /** Calls that mapped memory. */
  readonly mmapCalls: number | undefined;
  /** Calls that committed memory. */
  readonly commitCalls: number | undefined;
  /** Calls that reset memory. */
  readonly resetCalls: number | undefined;
  /** Calls that gave memory back. */
  readonly purgeCalls: number | undefined;

  /** Threads. */
  readonly threads: StatsCount | undefined;
  /** Heaps. */
  readonly heaps: StatsCount | undefined;
  /** Parts of heaps that belong to one thread each. */
  readonly theaps: StatsCount | undefined;
  /** Times that the end of a heap had to wait for another thread. */
  readonly heapsDeleteWait: number | undefined;

  /** Pages. */
  readonly pages: StatsCount | undefined;
  /** Bytes of pages that are committed. */
  readonly pageCommitted: StatsCount | undefined;
  /** Pages that no thread owns: left behind by a thread, or full; 3.2 counts more off than on, even below 0. */
  readonly pagesAbandoned: StatsCount | undefined;
  /** Such pages outside of arenas. */
  readonly pagesOsAbandoned: StatsCount | undefined;
  /** Pages outside of arenas. */
  readonly pagesOsAllocated: StatsCount | undefined;
  /** Times that more of a page was made into blocks. */
  readonly pagesExtended: number | undefined;
  /** Times that an empty page was kept for a while. */
  readonly pagesRetire: number | undefined;
  /** Pages that were looked at to find a free block. */
  readonly pageSearches: number | undefined;
  /** Searches for a free block in other pages. */
  readonly pageSearchesCount: number | undefined;
  /** Abandoned pages that were taken over by an allocation. */
  readonly pagesReclaimOnAlloc: number | undefined;
  /** Abandoned pages that were taken over by a free. */
  readonly pagesReclaimOnFree: number | undefined;
  /** Pages that were abandoned again because they were full. */
  readonly pagesReabandonFull: number | undefined;
  /** Times that taking over a page had to wait. */
  readonly pagesUnabandonBusyWait: number | undefined;
  /** Times that giving up a page had to be tried again. */
  readonly pagesUnownCasRetry: number | undefined;
  /** Times that the figures of a page were added up. */
  readonly pagesStatUpdates: number | undefined;
  /** Allocations and frees in those. */
  readonly pagesStatUpdateCount: number | undefined;
  /** Samples that a profiler took. */
  readonly profileSamples: number | undefined;
  /** Segments, the unit of memory of 2.x. */
  readonly segments: StatsCount | undefined;
  /** Segments that no thread owns. */
  readonly segmentsAbandoned: StatsCount | undefined;

  /** The size classes, smallest blocks first. */
  readonly bins: readonly SizeClass[] | undefined;
  /** The chunks of the arenas. */
  readonly chunkBins: ChunkClasses | undefined;
}

/** The names of the figures that rise and fall. */
export type StatsCountName =
  | "allocated"
  | "reserved"
  | "committed"
  | "threads"
  | "heaps"
  | "theaps"
  | "pages"
  | "pageCommitted"
  | "pagesAbandoned"
  | "pagesOsAbandoned"
  | "pagesOsAllocated"
  | "segments"
  | "segmentsAbandoned";

/** The names of the figures that only rise. */
export type StatsCounterName = Exclude<
  keyof Stats,
  StatsCountName | "detailed" | "rounded" | "live" | "bins" | "chunkBins"
>;
