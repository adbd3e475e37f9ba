import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
import { isWithin } from "../../../ffi/releases.ts";
import {
  Heap,
  mergeStats,
  resetStats,
  type Stats,
  stats,
  statsJson,
  statsText,
  UnsupportedError,
} from "../../../mod.ts";
import { assertQuick, leastTime } from "../../_time.ts";
import { COUNTS_FREES, DETAILED, HEAP_STATS, MAJOR, STRUCTURED } from "./_version.ts";

const MIB = 2 ** 20;

/** Whether freeing a block that has an arena or mapping of its own gives its address space back, on what was tried. */
const GIVES_BACK = ["2.0.9", "3.0.1", "3.6.0"].includes(library().versionText);

/** The names of the figures that are known. */
function known(figures: Stats): string[] {
  return Object.entries(figures).filter(([, value]) => value !== undefined).map(([name]) => name);
}

test("stats() counts the blocks of every heap once they are collected", { skip: !DETAILED }, () => {
  using heap = new Heap();
  library().bind("process").collect(false);
  const before = stats();
  const views = Array.from({ length: 1000 }, () => heap.allocate(Uint8Array, 1000));
  heap.collect();
  const during = stats();
  // Before 3.6 bytes that show an overflow are not counted, and other blocks of the thread are.
  const [slack, blockBytes] = COUNTS_FREES ? [0, 1024] : [5, 1000];
  const isAbout = (figure: number, expected: number): boolean =>
    figure >= expected && figure <= expected + slack * 1024;
  assert.ok(isAbout(during.mallocCount! - before.mallocCount!, 1000));
  const gain = during.allocated!.current - before.allocated!.current;
  // 3.2 to 3.4 add what else the thread did up at another time.
  assert.ok(gain >= 1000 * blockBytes && (!COUNTS_FREES || gain === 1000 * blockBytes), `${gain}`);
  for (const view of views) heap.free(view);
  heap.collect();
  const after = stats();
  if (COUNTS_FREES) assert.equal(after.freeCount! - before.freeCount!, 1000);
  assert.ok(isAbout(after.freed! - before.freed!, 1000 * blockBytes) || !COUNTS_FREES);
  const left = after.allocated!.current - before.allocated!.current;
  const takesOff = !isWithin(library().version, { since: "3.2.6", until: "3.4.3" });
  assert.ok(left <= slack * 1024 || !takesOff, `${left} bytes`);
  assert.equal(after.allocated!.total - before.allocated!.total, during.allocated!.total - before.allocated!.total);
});

test("stats() is rounded where mimalloc hands out no structure, and detailed where the build counts blocks", () => {
  const { detailed, rounded } = stats();
  const { build } = library();
  // Debug builds count blocks, and since 3.6 all do.
  assert.deepEqual({ detailed, rounded }, {
    detailed: STRUCTURED && (COUNTS_FREES || build.type === "debug"),
    rounded: !STRUCTURED,
  });
});

test("stats() says the same as the text that mimalloc prints", { skip: process.platform === "win32" }, () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 3 * MIB);
  heap.collect();
  const figures = stats();
  const text = statsText();
  for (const name of ["reserved", "committed"] as const) {
    const line = new RegExp(`^ *${name} *:(.*)$`, "m").exec(text)![1]!;
    // The text has one digit behind the point, the others are cut off, and the columns are the peak, others, and what there is now.
    const columns = [...line.matchAll(/(-?[\d.]+) ([KMG]i)?/g)].map(([, digits, unit = ""]) =>
      Number(digits) * 1024 ** ["", "Ki", "Mi", "Gi"].indexOf(unit)
    );
    const [printed, exact] = [[columns[0]!, columns.at(-1)!], [figures[name]!.peak, figures[name]!.current]];
    for (const [index, figure] of exact.entries()) {
      assert.ok(Math.abs(figure - printed[index]!) <= 0.1 * 2 ** 30, `${name}: ${exact}, printed ${printed}`);
    }
  }
});

/** Figures that every build keeps in the structure. */
const ALWAYS = ["reserved", "committed", "reset", "purged", "pagesAbandoned", "arenaCount", "arenaPurges"].concat(
  ["mmapCalls", "commitCalls", "resetCalls", "purgeCalls"],
);
/** What only one line of releases counts. */
const OF_MAJOR: Readonly<Record<number, readonly string[]>> = {
  2: ["segments", "segmentsAbandoned"],
  3: ["pagesReclaimOnAlloc", "pagesReclaimOnFree", "pagesReabandonFull"],
};

test("stats() leaves out what the version does not count instead of returning 0", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  const figures = stats();
  const names = known(figures);
  if (COUNTS_FREES) {
    const unknown = Object.keys(figures).filter((name) => !names.includes(name));
    const guarded = library().build.guarded === true ? [] : ["mallocGuardedCount"];
    assert.deepEqual(unknown, [...guarded, "segments", "segmentsAbandoned"]);
    return;
  }
  const expected = new Set(["detailed", "rounded", ...ALWAYS, ...OF_MAJOR[MAJOR]!]);
  if (!STRUCTURED && MAJOR === 2) {
    for (const name of ["purged", "arenaCount", "arenaPurges", "mmapCalls", "resetCalls", "purgeCalls"]) {
      expected.delete(name);
    }
  }
  if (DETAILED) {
    for (const name of ["allocated", "freed", "mallocCount", "threads", "pages"]) assert.ok(names.includes(name), name);
    const other = OF_MAJOR[5 - MAJOR]!;
    assert.deepEqual(names.filter((name) => other.includes(name)), []);
    for (const name of expected) assert.ok(names.includes(name), name);
  } else assert.deepEqual(names.toSorted(), [...expected].toSorted());
});

test("stats() counts the memory that mimalloc reserves for a heap", () => {
  const before = stats().reserved!;
  using heap = new Heap();
  // An arena that mimalloc made for what ran before may have room: each is twice as large as eight earlier ones.
  const views = [heap.allocate(Uint8Array, 1100 * MIB)];
  while (stats().reserved!.total === before.total && views.length < 32) {
    views.push(heap.allocate(Uint8Array, 1100 * MIB));
  }
  const during = stats().reserved!;
  // Printed figures have one digit behind the point: 0.1 GiB is as exact as they are.
  const tolerance = STRUCTURED ? 0 : 110 * MIB;
  assert.ok(during.total - before.total >= 1100 * MIB - tolerance, `${before.total} > ${during.total}`);
  assert.ok(during.peak >= during.current);
  for (const view of views) heap.free(view);
  heap.collect(true);
  const after = stats().reserved!.current;
  // 2.1.9 and 3.2 to 3.4 keep the address space.
  assert.ok(after <= during.current - 1100 * MIB + tolerance || !GIVES_BACK && after <= during.current, `${after}`);
});

test("Stats.bins tells live, peak and total blocks of each size", { skip: !COUNTS_FREES }, () => {
  using heap = new Heap();
  const views = Array.from({ length: 300 }, () => heap.allocate(Uint8Array, 500));
  heap.collect();
  for (const view of views.slice(100)) heap.free(view);
  heap.allocate(Uint8Array, 40 * MIB);
  heap.collect();
  const { bins } = heap.stats();
  const used = bins!.filter(({ total }) => total > 0);
  assert.deepEqual(used.map(({ blockBytes, live, peak, total }) => ({ blockBytes, live, peak, total })), [
    { blockBytes: 512, live: 100, peak: 300, total: 300 },
    { blockBytes: Infinity, live: 1, peak: 1, total: 1 },
  ]);
  assert.ok(used[0]!.pages.current >= 1);
});

test("Stats.bins rise in size up to the class of everything larger", { skip: !DETAILED }, () => {
  const { bins } = stats();
  assert.equal(bins === undefined, MAJOR === 2);
  if (bins === undefined) return;
  const sizes = bins.map(({ blockBytes }) => blockBytes);
  assert.equal(sizes.length, 73);
  assert.deepEqual(sizes, [...new Set(sizes)].toSorted((a, b) => a - b));
  assert.deepEqual([sizes[0], sizes.at(-2), sizes.at(-1)], [8, 4 * MIB, Infinity]);
});

test("stats() takes less time than mimalloc takes to write the same as text", { skip: !COUNTS_FREES }, () => {
  const repeat = (read: () => unknown) => (): void => {
    for (let round = 0; round < 1000; round++) read();
  };
  // 8 µs and 74 µs, and the same more of both for each heap.
  assertQuick(leastTime(repeat(statsJson), 0, 5), repeat(stats));
});

test("statsText() returns what mimalloc prints for the process and for a heap", () => {
  assert.match(statsText(), /^ +process *: user: [\d.]+ s/m);
  using heap = new Heap();
  if (!library().has("mi_heap_stats_print_out")) {
    assert.throws(() => statsText(heap), UnsupportedError);
    return;
  }
  heap.allocate(Uint8Array, 5000);
  heap.collect();
  assert.match(statsText(heap), COUNTS_FREES ? /bin S +33 +: +5\.0 KiB/ : /^heap \d+/m);
});

test("statsJson() returns whole JSON for the process and for a heap", () => {
  using heap = new Heap();
  if (!HEAP_STATS) {
    assert.throws(() => statsJson(heap), UnsupportedError);
    // 3.2.8 has the function, and refuses its own structure.
    if (!STRUCTURED || library().versionText === "3.2.8") assert.throws(() => statsJson(), UnsupportedError);
    else assert.equal(typeof JSON.parse(statsJson()).mimalloc_version, "number");
    return;
  }
  if (!COUNTS_FREES) {
    for (const text of [statsJson(), statsJson(heap)]) assert.equal(typeof JSON.parse(text).mimalloc_version, "number");
    return;
  }
  for (let size = 8; size < 100_000; size += 97) heap.allocate(Uint8Array, size);
  heap.collect();
  const ofHeap = JSON.parse(statsJson(heap));
  const figures = heap.stats();
  assert.equal(ofHeap.malloc_count, figures.mallocCount);
  assert.deepEqual(ofHeap.allocated, figures.allocated);
  assert.deepEqual(
    ofHeap.malloc_bins.slice(1).map((bin: { total: number }) => bin.total),
    figures.bins!.map(({ total }) => total),
  );
  const whole = JSON.parse(statsJson());
  assert.equal(whole.mimalloc_version, 30600);
  assert.deepEqual(whole.chunk_bins[0].peak, stats().chunkBins!.small.peak);
});

test("Heap.stats() returns the figures of one heap without those of the process", () => {
  using heap = new Heap();
  using other = new Heap();
  if (!HEAP_STATS) {
    assert.throws(() => heap.stats(), { name: "UnsupportedError" });
    return;
  }
  other.allocate(Uint8Array, 64);
  heap.allocate(Float64Array, 1000);
  if (COUNTS_FREES) assert.equal(heap.stats().mallocCount, 0);
  heap.collect();
  const figures = heap.stats();
  assert.equal(figures.detailed, DETAILED);
  if (DETAILED) {
    assert.equal(figures.mallocCount, 1);
    assert.ok(figures.allocated!.current >= 8000 && figures.allocated!.current <= 10 * 1024);
  }
  for (const name of ["reserved", "committed", "threads", "heaps", "arenaCount", "mmapCalls", "chunkBins"] as const) {
    assert.equal(figures[name], undefined, name);
  }
});

test("Heap.stats() throws ClosedError when the heap is closed", () => {
  const heap = new Heap();
  heap.close();
  assert.throws(() => heap.stats(), { name: "ClosedError" });
  assert.throws(() => statsText(heap), { name: "ClosedError" });
});

test("mergeStats() moves the figures of a heap to the process", { skip: !COUNTS_FREES }, () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  heap.collect();
  const { mallocCount } = stats();
  mergeStats(heap);
  assert.equal(heap.stats().mallocCount, 0);
  assert.equal(stats().mallocCount, mallocCount);
});

test("mergeStats() without a heap is of versions up to 3.1, with one of later ones", () => {
  using heap = new Heap();
  if (library().has("mi_heap_stats_get")) {
    assert.throws(() => mergeStats(), UnsupportedError);
  } else {
    mergeStats();
    assert.throws(() => mergeStats(heap), UnsupportedError);
  }
});

test("resetStats() sets the figures to 0, and refuses to do nothing since 3.2", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  assert.ok(stats().reserved!.current > 0);
  if (library().has("mi_heap_stats_get")) {
    assert.throws(() => resetStats(), { name: "UnsupportedError", feature: "mi_stats_reset" });
    assert.ok(stats().reserved!.current > 0);
  } else {
    resetStats();
    assert.equal(stats().reserved!.current, 0);
  }
});

test("stats() needs no listener and disturbs none", { skip: process.platform === "win32" }, () => {
  assert.equal(statsText().includes("\0"), false);
  assert.ok(statsText().length > 300);
});
