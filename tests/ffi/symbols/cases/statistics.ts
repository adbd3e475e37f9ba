import assert from "node:assert/strict";
import { library } from "../../../../ffi/library/library.ts";
import type { StatsLayout } from "../../../../ffi/stats_layout.ts";
import type { Handle } from "../../../../ffi/types.ts";
import { type Cases, proves, provesAlone } from "../_case.ts";
import { free, malloc, record, recordOutput, textOf, withHeap } from "../_tools.ts";

const BLOCKS = 200;
const JSON_BYTE_LENGTH = 32 * 1024;
const OPTION_STATS_MERGE_ON_COLLECT = 47;

/** A `mi_stats_t` that C accepts. */
class Statistics {
  readonly #layout: StatsLayout = library().statsLayout;
  readonly words: BigInt64Array<ArrayBuffer> = new BigInt64Array(this.#layout.byteLength / 8);

  constructor() {
    this.words[0] = BigInt(this.#layout.byteLength);
    this.words[1] = BigInt(this.#layout.version);
  }

  /** A figure that only rises. */
  counter(name: string): number {
    return Number(this.words[this.#layout.counters[name]! / 8]);
  }

  /** How much of a figure there is now. */
  current(name: string): number {
    return Number(this.words[this.#layout.counts[name]! / 8 + 2]);
  }

  /** How many blocks of a bin were ever allocated. */
  blocksOfBin(bin: number): number {
    return Number(this.words[this.#layout.bins["malloc_bins"]!.offset / 8 + 3 * bin]);
  }
}

/** Whether every build counts blocks, as since 3.6. */
function countsBlocks(): boolean {
  return library().statsLayout.counters["malloc_count"] !== undefined;
}

/** Whether C refuses the statistics that it keeps itself, as 3.2.8 does with those of heaps. */
function refusesItsOwn(): boolean {
  return library().versionText === "3.2.8";
}

/** What `mi_*_stats_get_json` writes. */
interface Json {
  /** Called `version` before 3.2. */
  readonly "stat_version"?: number;
  readonly "version"?: number;
  readonly "mimalloc_version": number;
  readonly "malloc_count": number;
  readonly "arena_count": number;
  readonly "malloc_bins": readonly { readonly "block_size": number }[];
}

/** Asserts that `get` fills in statistics, and refuses a structure of another version. */
function assertFilled(get: (words: BigInt64Array<ArrayBuffer>) => boolean): Statistics {
  const statistics = new Statistics();
  assert.equal(get(statistics.words), true);
  const other = new Statistics();
  other.words[1]! += 1n;
  assert.equal(get(other.words), false);
  return statistics;
}

/** Reads JSON that C made, and frees it. */
function readJson(handle: Handle | null): Json {
  const json = JSON.parse(textOf(handle)) as Json;
  free(handle);
  assert.equal(json.stat_version ?? json.version, library().statsLayout.version);
  assert.equal(json.malloc_bins.length, 74);
  if (countsBlocks()) assert.equal(json.malloc_bins[9]?.block_size, 80);
  return json;
}

/** Calls `use` with a heap of 200 blocks of 80 bytes whose counters are up to date. */
function withCountedHeap(use: (heap: Handle) => void): void {
  withHeap((heap) => {
    for (let count = 0; count < BLOCKS; count++) library().bind("blocks").heapMalloc(heap, 80);
    library().bind("heaps").heapCollect(heap, false);
    use(heap);
  });
}

/** The text that a function prints to the output function that it is given. */
function assertPrints(print: (output: Handle, stream: Handle) => void): void {
  const text = record(print);
  assert.match(text, /heap|pages|committed/);
}

/** The sub-process of this thread. */
function current(): Handle | null {
  return library().bind("subprocesses").subprocCurrent();
}

const processWide: Pick<
  Cases<"statistics">,
  | "mi_stats_get"
  | "mi_stats_get_json"
  | "mi_stats_as_json"
  | "mi_stats_get_bin_size"
  | "mi_stats_print"
  | "mi_stats_reset"
  | "mi_stats_merge"
  | "mi_thread_stats_print_out"
> = {
  "mi_stats_get": proves("counts the blocks of all heaps", ({ statsGet }) => {
    const { byteLength, version, selfDescribing } = library().statsLayout;
    if (!selfDescribing) {
      const { words } = new Statistics();
      statsGet(byteLength, words);
      assert.equal(new Int32Array(words.buffer)[0], version);
      return;
    }
    if (!countsBlocks()) {
      assert.ok(assertFilled((words) => Boolean(statsGet(words))).current("reserved") > 0);
      return;
    }
    const before = assertFilled((words) => Boolean(statsGet(words))).blocksOfBin(9);
    withCountedHeap(() => {
      const statistics = assertFilled((words) => Boolean(statsGet(words)));
      assert.ok(statistics.blocksOfBin(9) >= before + BLOCKS);
      assert.ok(statistics.current("heaps") >= 2);
      assert.ok(statistics.current("threads") >= 1);
    });
    assert.equal(statsGet(null), false);
  }),
  "mi_stats_get_json": proves("writes JSON to a block or a buffer", ({ statsGetJson }) => {
    if (refusesItsOwn()) return assert.equal(statsGetJson(0, null), null);
    withCountedHeap(() => {
      const json = readJson(statsGetJson(0, null));
      if (countsBlocks()) assert.ok(json.malloc_count >= BLOCKS);
      const buffer = new Uint8Array(JSON_BYTE_LENGTH);
      assert.ok(statsGetJson(buffer.length, buffer) !== null);
      const text = new TextDecoder().decode(buffer.subarray(0, buffer.indexOf(0)));
      assert.equal(JSON.parse(text).mimalloc_version, json.mimalloc_version);
    });
  }),
  "mi_stats_as_json": proves("writes given statistics as JSON", ({ statsAsJson }) => {
    const statistics = new Statistics();
    const { arena_count } = library().statsLayout.counters;
    statistics.words[arena_count! / 8] = 12_345n;
    assert.deepEqual(readJson(statsAsJson(statistics.words, 0, null)).arena_count, 12_345);
  }),
  "mi_stats_get_bin_size": proves("gives the block size of a bin", ({ statsGetBinSize }) => {
    assert.deepEqual([1, 2, 9, 24, 72].map((bin) => statsGetBinSize(bin)), [8n, 16n, 80n, 1024n, 4_194_304n]);
  }),
  "mi_stats_print": proves("prints to the registered output", ({ statsPrint }) => {
    assert.match(recordOutput(() => statsPrint(null)), /committed/);
  }),
  "mi_stats_reset": proves("sets counters back up to 3.1, and leaves them since 3.2", ({ statsReset }) => {
    if (library().has("mi_stats_get") && countsBlocks()) {
      withCountedHeap(() => {
        const before = assertFilled((words) => Boolean(library().bind("statistics").statsGet(words))).counter(
          "malloc_count",
        );
        statsReset();
        const after = assertFilled((words) => Boolean(library().bind("statistics").statsGet(words))).counter(
          "malloc_count",
        );
        assert.ok(before >= BLOCKS && after >= before, `${before} became ${after}`);
      });
    } else {
      statsReset();
      assertPrints(library().bind("process").statsPrintOut);
    }
  }),
  "mi_stats_merge": proves("adds this thread's statistics to the others", ({ statsMerge }) => {
    free(malloc(100));
    statsMerge();
    assertPrints(library().bind("process").statsPrintOut);
  }),
  "mi_thread_stats_print_out": proves("prints the statistics", ({ threadStatsPrintOut }) => {
    assertPrints(threadStatsPrintOut);
  }),
};

export const statistics: Cases<"statistics"> = {
  ...processWide,
  "mi_heap_stats_get": proves("counts the blocks of one heap", ({ heapStatsGet }) => {
    withCountedHeap((heap) => {
      if (refusesItsOwn()) return assert.equal(heapStatsGet(heap, new Statistics().words), false);
      const statistics = assertFilled((words) => Boolean(heapStatsGet(heap, words)));
      if (!countsBlocks()) return;
      assert.equal(statistics.counter("malloc_count"), BLOCKS);
      assert.equal(statistics.blocksOfBin(9), BLOCKS);
    });
  }),
  "mi_heap_stats_get_json": proves("writes the statistics of one heap as JSON", ({ heapStatsGetJson }) => {
    withCountedHeap((heap) => {
      if (refusesItsOwn()) return assert.equal(heapStatsGetJson(heap, 0, null), null);
      const json = readJson(heapStatsGetJson(heap, 0, null));
      if (countsBlocks()) assert.equal(json.malloc_count, BLOCKS);
    });
  }),
  "mi_heap_stats_print_out": proves("prints the statistics of one heap", ({ heapStatsPrintOut }) => {
    withCountedHeap((heap) => assertPrints((output, stream) => heapStatsPrintOut(heap, output, stream)));
  }),
  "mi_heap_stats_merge_to_subproc": proves("moves the statistics of a heap to its sub-process", ({
    heapStatsMergeToSubproc,
    heapStatsGet,
    subprocStatsGetExclusive,
  }) => {
    withCountedHeap((heap) => {
      if (!countsBlocks()) return heapStatsMergeToSubproc(heap);
      const exclusive = (): number =>
        assertFilled((words) => subprocStatsGetExclusive(current(), words)).counter("malloc_count");
      const before = exclusive();
      heapStatsMergeToSubproc(heap);
      assert.equal(exclusive(), before + BLOCKS);
      assert.equal(assertFilled((words) => Boolean(heapStatsGet(heap, words))).counter("malloc_count"), 0);
    });
  }),
  "mi_subproc_stats_get": proves("counts the blocks of all heaps of a sub-process", ({ subprocStatsGet }) => {
    withCountedHeap(() => {
      const statistics = assertFilled((words) => Boolean(subprocStatsGet(current(), words)));
      if (countsBlocks()) assert.ok(statistics.blocksOfBin(9) >= BLOCKS);
      else assert.ok(statistics.current("threads") >= 1);
    });
  }),
  "mi_subproc_stats_get_exclusive": proves("counts what belongs to no heap", ({
    subprocStatsGetExclusive,
    subprocStatsGet,
  }) => {
    withCountedHeap(() => {
      if (refusesItsOwn()) return assert.equal(subprocStatsGetExclusive(current(), new Statistics().words), false);
      const exclusive = assertFilled((words) => subprocStatsGetExclusive(current(), words));
      const whole = assertFilled((words) => Boolean(subprocStatsGet(current(), words)));
      if (countsBlocks()) assert.ok(whole.counter("malloc_count") >= exclusive.counter("malloc_count") + BLOCKS);
    });
  }),
  "mi_subproc_stats_get_json": proves("writes the statistics of a sub-process as JSON", ({ subprocStatsGetJson }) => {
    withCountedHeap(() => {
      if (refusesItsOwn()) return assert.equal(subprocStatsGetJson(current(), 0, null), null);
      const json = readJson(subprocStatsGetJson(current(), 0, null));
      if (countsBlocks()) assert.ok(json.malloc_count >= BLOCKS);
    });
  }),
  "mi_subproc_stats_print_out": proves("prints the statistics of a sub-process", ({ subprocStatsPrintOut }) => {
    assertPrints((output, stream) => subprocStatsPrintOut(current(), output, stream));
  }),
  "mi_subproc_heap_stats_print_out": proves("prints the statistics of each heap", ({ subprocHeapStatsPrintOut }) => {
    withCountedHeap(() => assertPrints((output, stream) => subprocHeapStatsPrintOut(current(), output, stream)));
  }),
  "mi_theap_stats_get": provesAlone("counts what this thread did in a heap", ({ theapStatsGet }) => {
    // Finding that out reads the statistics once, which moves them to the heap, as a collection does.
    assert.ok(library().statsLayout.selfDescribing);
    library().bind("process").optionSet(OPTION_STATS_MERGE_ON_COLLECT, 0);
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      for (let count = 0; count < BLOCKS; count++) library().bind("blocks").heapMalloc(heap, 80);
      library().bind("theaps").theapCollect(theap, false);
      const statistics = assertFilled((words) => theapStatsGet(theap, words));
      assert.equal(statistics.counter("malloc_count"), BLOCKS);
    });
  }),
  "mi_theap_stats_merge_to_heap": provesAlone("moves this thread's statistics to the heap", ({
    theapStatsMergeToHeap,
    theapStatsGet,
    heapStatsGet,
  }) => {
    assert.ok(library().statsLayout.selfDescribing);
    library().bind("process").optionSet(OPTION_STATS_MERGE_ON_COLLECT, 0);
    withHeap((heap) => {
      const theap = library().bind("theaps").heapTheap(heap);
      const ofTheap = (): number => assertFilled((words) => theapStatsGet(theap, words)).counter("malloc_count");
      for (let index = 0; index < BLOCKS; index++) library().bind("blocks").heapMalloc(heap, 80);
      library().bind("theaps").theapCollect(theap, false);
      assert.equal(ofTheap(), BLOCKS);
      theapStatsMergeToHeap(theap);
      assert.equal(ofTheap(), 0);
      assert.equal(assertFilled((words) => Boolean(heapStatsGet(heap, words))).counter("malloc_count"), BLOCKS);
    });
  }),
};
