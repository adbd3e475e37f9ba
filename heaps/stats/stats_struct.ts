import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import type { StatsLayout } from "../../ffi/stats_layout.ts";
import { emptyStats, type StatsDraft } from "./_empty_stats.ts";
import type { ChunkClasses, SizeClass, Stats, StatsCount, StatsCounterName, StatsCountName } from "./stats_types.ts";

/** What the statistics are about: a heap shares threads, arenas and system calls with all others. */
export type StatsSubject = "process" | "heap";

/** `mi_stats_get`, `mi_heap_stats_get` and `mi_subproc_stats_get`, which took the size of the structure at first. */
export type StatsFunction = (
  structure: BigInt64Array<ArrayBuffer>,
  /** Present where the structure does not tell its size. */
  byteLength: number | undefined,
) => boolean | void;

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
  "segments",
  "segmentsAbandoned",
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

/** Fields of the structure that no build of the line of releases fills, or that say the same as others. */
const UNUSED: Readonly<Record<number, RegExp>> = {
  2: /^_|^segments_cache|^malloc_(normal|huge)|^pages_re(claim|abandon)|^pages_unabandon/,
  3: /^_|^segments|^malloc_(normal|huge)/,
};

/** Numbers that no 64-bit count reaches, behind the structure: C wrote too far when they are gone. */
const GUARD = 0x5ca1ab1e_0ddba11n;
const GUARD_WORDS = 4;

/** The structure of the loaded library, in halves of words: a BigInt for each would take twice the time in Bun. */
class Structure {
  readonly layout: StatsLayout = library().statsLayout;
  readonly words: BigInt64Array<ArrayBuffer> = new BigInt64Array(this.layout.byteLength / 8 + GUARD_WORDS);
  readonly #low = new Uint32Array(this.words.buffer);
  readonly #high = new Int32Array(this.words.buffer);
  readonly #known: Record<StatsSubject, (Fields | undefined)[]> = { process: [], heap: [] };
  #blockSizes: readonly number[] | undefined;

  constructor() {
    this.words.fill(GUARD, this.layout.byteLength / 8);
  }

  /** Has C fill it. */
  fill(get: StatsFunction): void {
    const { byteLength, version, selfDescribing } = this.layout;
    if (selfDescribing) {
      this.words[0] = BigInt(byteLength);
      this.words[1] = BigInt(version);
    }
    const done = get(this.words, selfDescribing ? undefined : byteLength);
    if (selfDescribing ? done === true : this.words[byteLength / 8] === GUARD) return;
    const found = `mimalloc ${library().versionText}`;
    // 3.2.8 keeps those of a heap, and those of a sub-process without its heaps, without size and version.
    throw new UnsupportedError({
      feature: "these statistics",
      found: `${found}, where C refuses its own structure of ${byteLength} bytes, version ${version}`,
      needed: "mimalloc 3.3.0 to newer",
    });
  }

  number(word: number): number {
    return this.#high[word * 2 + 1]! * 2 ** 32 + this.#low[word * 2]!;
  }

  count(word: number): StatsCount {
    return { current: this.number(word + 2), peak: this.number(word + 1), total: this.number(word) };
  }

  /** Whether the build counts blocks, as far as a block was allocated. Before 3.6 every build counts large ones. */
  get countsBlocks(): boolean {
    const { malloc_count, malloc_normal_count } = this.layout.counters;
    return this.number((malloc_count ?? malloc_normal_count)! / 8) > 0;
  }

  /** The figures that the loaded build keeps for `subject`. */
  fieldsOf(subject: StatsSubject, detailed: boolean): Fields {
    return this.#known[subject][Number(detailed)] ??= this.#findFields(subject, detailed);
  }

  #findFields(subject: StatsSubject, detailed: boolean): Fields {
    const { build, version } = library();
    const isKept = (name: string): boolean =>
      (detailed || WITHOUT_DETAIL.has(name)) && (subject === "process" || !NOT_OF_HEAPS.has(name)) &&
      (build.guarded === true || name !== "mallocGuardedCount");
    const { counts, counters } = this.layout;
    // What was added up is what was asked for, as long as both were counted: later only the sum was left.
    const { reset, purged, malloc_requested, ...others } = counts;
    const sums = Object.fromEntries(
      Object.entries({ reset, purged, malloc_requested }).filter((entry): entry is [string, number] =>
        entry[1] !== undefined
      ),
    );
    const unused = UNUSED[version.major]!;
    return { counts: toFields(others, unused, isKept), counters: toFields({ ...sums, ...counters }, unused, isKept) };
  }

  /** Blocks of all sizes, where mimalloc (before 3.6) counts those larger than a page by themselves. */
  addBlocks(stats: StatsDraft): void {
    const { counts, counters } = this.layout;
    if (counts["allocated"] !== undefined) return;
    const normal = this.count(counts["malloc_normal"]! / 8);
    const huge = this.count(counts["malloc_huge"]! / 8);
    const current = normal.current + huge.current;
    const total = normal.total + huge.total;
    stats.allocated = { current, peak: normal.peak + huge.peak, total };
    stats.freed = total - current;
    stats.mallocCount = this.number(counters["malloc_normal_count"]! / 8) +
      this.number(counters["malloc_huge_count"]! / 8);
  }

  /** The size classes; `undefined` on 2.x, which does not tell the size of one. */
  bins(): SizeClass[] | undefined {
    const { malloc_bins, page_bins } = this.layout.bins;
    const sizes = this.#blockSizes ??= readBlockSizes(malloc_bins!.length);
    if (sizes.length === 0) return undefined;
    const classes: SizeClass[] = [];
    // Class 0 stands for a size of 0, which mimalloc rounds up to that of class 1.
    for (let index = 1; index < sizes.length; index++) {
      const word = malloc_bins!.offset / 8 + index * 3;
      classes.push({
        blockBytes: sizes[index]!,
        live: this.number(word + 2),
        peak: this.number(word + 1),
        total: this.number(word),
        pages: this.count(page_bins!.offset / 8 + index * 3),
      });
    }
    return classes;
  }

  chunkBins(): ChunkClasses | undefined {
    const { chunk_bins } = this.layout.bins;
    if (chunk_bins === undefined) return undefined;
    const at = (index: number): StatsCount => this.count(chunk_bins.offset / 8 + index * 3);
    const [small, other, medium, large] = [at(0), at(1), at(2), at(3)];
    // Before 3.1.6 huge ones are among the others.
    return chunk_bins.length === 5
      ? { small, other, medium, large, huge: undefined, none: at(4) }
      : { small, other, medium, large, huge: at(4), none: at(5) };
  }
}

let structure: Structure | undefined;

function toFields<N extends string>(
  offsets: Readonly<Record<string, number>>,
  unused: RegExp,
  isKept: (name: string) => boolean,
): readonly Field<N>[] {
  return Object.entries(offsets).filter(([name]) => !unused.test(name)).map(([name, offset]): Field<N> => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as N,
    offset / 8,
  ]).filter(([name]) => isKept(name));
}

function readBlockSizes(length: number): number[] {
  if (!library().has("mi_stats_get_bin_size")) return [];
  const { statsGetBinSize } = library().bind("statistics");
  const sizes = Array.from({ length }, (_, index) => Number(statsGetBinSize(index)));
  // The last class has no size; C gives the largest of the others plus a word.
  sizes[sizes.length - 1] = Infinity;
  return sizes;
}

/**
 * Has `get` write the statistics structure and reads it. `isDetailed` decides for statistics without a single
 * allocation whether the build counts them.
 *
 * Throws `UnsupportedError` when the library keeps its statistics in an unknown form.
 */
export function readStats(get: StatsFunction, subject: StatsSubject, isDetailed: () => boolean): Stats {
  // Each of these functions is younger than that of the process: without that one, `get` says what is missing.
  if (structure === undefined && !library().has("mi_stats_get")) get(new BigInt64Array(2), undefined);
  const current = structure ??= new Structure();
  current.fill(get);
  let detailed = current.countsBlocks;
  if (!detailed) {
    detailed = isDetailed();
    // That may have written to the same structure.
    current.fill(get);
  }
  const stats = emptyStats(detailed, false);
  const { counts, counters } = current.fieldsOf(subject, detailed);
  for (const [name, word] of counts) stats[name] = current.count(word);
  for (const [name, word] of counters) stats[name] = current.number(word);
  if (detailed) {
    current.addBlocks(stats);
    stats.bins = current.bins();
    if (subject === "process") stats.chunkBins = current.chunkBins();
  }
  return stats;
}

/** `mi_stats_get` of the loaded library. */
export function getProcessStats(words: BigInt64Array<ArrayBuffer>, byteLength: number | undefined): boolean | void {
  const loaded = library();
  const { statsGet, statsMerge } = loaded.bind("statistics");
  // Up to 3.1 the figures of this thread are added when it ends, or now.
  if (loaded.has("mi_stats_merge")) statsMerge();
  return byteLength === undefined ? statsGet(words) : statsGet(byteLength, words);
}
