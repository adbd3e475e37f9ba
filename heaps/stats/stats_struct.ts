import { library } from "../../ffi/library/library.ts";
import { statsLayout } from "../../ffi/stats_layout.ts";
import { emptyStats } from "./_empty_stats.ts";
import type { ChunkClasses, SizeClass, Stats, StatsCount, StatsCounterName, StatsCountName } from "./stats_types.ts";

/** What the statistics are about: a heap shares threads, arenas and system calls with all others. */
export type StatsSubject = "process" | "heap";

/** A figure, and the index of its first 64-bit word in the structure. */
type Field<N> = readonly [name: N, word: number];

interface Fields {
  readonly counts: readonly Field<StatsCountName>[];
  readonly counters: readonly Field<StatsCounterName>[];
}

/** Figures that a build without counters for single allocations keeps as well. */
const WITHOUT_DETAIL: ReadonlySet<string> = new Set<StatsCountName | StatsCounterName>([
  "reserved",
  "committed",
  "reset",
  "purged",
  "pagesAbandoned",
  "pagesReclaimOnAlloc",
  "pagesReclaimOnFree",
  "pagesReabandonFull",
  "arenaCount",
  "arenaPurges",
  "mmapCalls",
  "commitCalls",
  "resetCalls",
  "purgeCalls",
]);

/** Figures that are kept for the process alone. */
const NOT_OF_HEAPS: ReadonlySet<string> = new Set<StatsCountName | StatsCounterName>([
  "reserved",
  "committed",
  "reset",
  "purged",
  "arenaCount",
  "arenaRollbackCount",
  "arenaPurges",
  "mmapCalls",
  "commitCalls",
  "resetCalls",
  "purgeCalls",
  "threads",
  "heaps",
  "theaps",
  "heapsDeleteWait",
  "pagesOsAbandoned",
  "pagesOsAllocated",
]);

/** Fields of the structure that no supported build fills, or that say the same as others. */
const UNUSED = /^_|^segments|^malloc_(normal|huge)/;

const { byteLength, version, bins } = statsLayout;

// The structure is read in halves of words: a BigInt for each would take twice the time in Bun.
const words = new BigInt64Array(byteLength / 8);
const low = new Uint32Array(words.buffer);
const high = new Int32Array(words.buffer);
const known: Record<StatsSubject, (Fields | undefined)[]> = { process: [], heap: [] };
let blockSizes: readonly number[] | undefined;

function toFields<N extends string>(
  offsets: Readonly<Record<string, number>>,
  isKept: (name: string) => boolean,
): readonly Field<N>[] {
  return Object.entries(offsets).filter(([name]) => !UNUSED.test(name)).map(([name, offset]): Field<N> => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as N,
    offset / 8,
  ]).filter(([name]) => isKept(name));
}

/** The figures that the loaded build keeps for `subject`. */
function fieldsOf(subject: StatsSubject, detailed: boolean): Fields {
  return known[subject][Number(detailed)] ??= findFields(subject, detailed);
}

function findFields(subject: StatsSubject, detailed: boolean): Fields {
  const guarded = library().build.guarded === true;
  const isKept = (name: string): boolean =>
    (detailed || WITHOUT_DETAIL.has(name)) && (subject === "process" || !NOT_OF_HEAPS.has(name)) &&
    (guarded || name !== "mallocGuardedCount");
  return { counts: toFields(statsLayout.counts, isKept), counters: toFields(statsLayout.counters, isKept) };
}

/**
 * Has `fill` write the statistics structure and reads it. `isDetailed` decides
 * for statistics without a single allocation whether the build counts them.
 */
export function readStats(
  fill: (structure: BigInt64Array<ArrayBuffer>) => boolean,
  subject: StatsSubject,
  isDetailed: () => boolean,
): Stats {
  let detailed = fillStructure(fill) > 0;
  if (!detailed) {
    detailed = isDetailed();
    // That may have written to the same structure.
    fillStructure(fill);
  }
  const stats = emptyStats(detailed, true);
  const { counts, counters } = fieldsOf(subject, detailed);
  for (const [name, word] of counts) stats[name] = readCount(word);
  for (const [name, word] of counters) stats[name] = readNumber(word);
  if (detailed) stats.bins = readBins();
  if (detailed && subject === "process") stats.chunkBins = readChunkBins();
  return stats;
}

/** Returns the number of allocations. */
function fillStructure(fill: (structure: BigInt64Array<ArrayBuffer>) => boolean): number {
  words[0] = BigInt(byteLength);
  words[1] = BigInt(version);
  if (!fill(words)) {
    throw new Error(
      `Cannot read the statistics: mimalloc ${library().versionText} keeps them in another form than version ${version}`,
    );
  }
  return readNumber(statsLayout.counters.malloc_count / 8);
}

function readNumber(word: number): number {
  return high[word * 2 + 1]! * 2 ** 32 + low[word * 2]!;
}

function readCount(word: number): StatsCount {
  return { current: readNumber(word + 2), peak: readNumber(word + 1), total: readNumber(word) };
}

function readBins(): SizeClass[] {
  const sizes = blockSizes ??= readBlockSizes();
  const classes: SizeClass[] = [];
  // Class 0 stands for a size of 0, which mimalloc rounds up to that of class 1.
  for (let index = 1; index < sizes.length; index++) {
    const word = bins.malloc_bins.offset / 8 + index * 3;
    classes.push({
      blockBytes: sizes[index]!,
      live: readNumber(word + 2),
      peak: readNumber(word + 1),
      total: readNumber(word),
      pages: readCount(bins.page_bins.offset / 8 + index * 3),
    });
  }
  return classes;
}

function readBlockSizes(): number[] {
  const { statsGetBinSize } = library().bind("statistics");
  const sizes = Array.from({ length: bins.malloc_bins.length }, (_, index) => Number(statsGetBinSize(index)));
  // The last class has no size; C gives the largest of the others plus a word.
  sizes[sizes.length - 1] = Infinity;
  return sizes;
}

function readChunkBins(): ChunkClasses {
  const at = (index: number): StatsCount => readCount(bins.chunk_bins.offset / 8 + index * 3);
  return { small: at(0), other: at(1), medium: at(2), large: at(3), huge: at(4), none: at(5) };
}
