import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { library } from "../../../ffi/mod.ts";
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
import { MAJOR, STRUCTURED } from "./_version.ts";

const MIB = 2 ** 20;

/** The names of the figures that are known. */
function known(figures: Stats): string[] {
  return Object.entries(figures).filter(([, value]) => value !== undefined).map(([name]) => name);
}

test("stats() counts the blocks of every heap once they are collected", { skip: !STRUCTURED }, () => {
  using heap = new Heap();
  library().bind("process").collect(false);
  const before = stats();
  const views = Array.from({ length: 1000 }, () => heap.allocate(Uint8Array, 1000));
  heap.collect();
  const during = stats();
  assert.equal(during.mallocCount! - before.mallocCount!, 1000);
  assert.equal(during.allocated!.current - before.allocated!.current, 1000 * 1024);
  for (const view of views) heap.free(view);
  heap.collect();
  const after = stats();
  assert.equal(after.freeCount! - before.freeCount!, 1000);
  assert.equal(after.allocated!.current, before.allocated!.current);
  assert.equal(after.allocated!.total - before.allocated!.total, 1000 * 1024);
});

test("stats() is detailed and exact on 3.6, and marks older releases as neither", () => {
  const { detailed, exact } = stats();
  assert.deepEqual({ detailed, exact }, { detailed: STRUCTURED, exact: STRUCTURED });
});

test("stats() leaves out what the version does not count instead of returning 0", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  const figures = stats();
  const names = known(figures);
  if (STRUCTURED) {
    const unknown = Object.keys(figures).filter((name) => !names.includes(name));
    assert.deepEqual(unknown, ["mallocGuardedCount", "segments", "segmentsAbandoned"]);
    return;
  }
  const both = ["detailed", "exact", "reserved", "committed", "reset", "commitCalls", "pagesAbandoned"];
  const own = MAJOR === 2 ? ["segments", "segmentsAbandoned"] : [
    "purged",
    "arenaCount",
    "arenaPurges",
    "mmapCalls",
    "resetCalls",
    "purgeCalls",
    "pagesReclaimOnAlloc",
    "pagesReclaimOnFree",
    "pagesReabandonFull",
  ];
  assert.deepEqual(names.toSorted(), [...both, ...own].toSorted());
});

test("stats() counts the memory that mimalloc reserves for a heap", () => {
  const before = stats().reserved!;
  using heap = new Heap();
  // More than any arena has left, whatever ran before.
  const view = heap.allocate(Uint8Array, 1100 * MIB);
  const during = stats().reserved!;
  // Printed figures have one digit behind the point: 0.1 GiB is as exact as they are.
  const tolerance = STRUCTURED ? 0 : 110 * MIB;
  assert.ok(during.total - before.total >= 1100 * MIB - tolerance, `${before.total} > ${during.total}`);
  assert.ok(during.peak >= during.current);
  heap.free(view);
  heap.collect(true);
  assert.ok(stats().reserved!.current <= during.current - 1100 * MIB + tolerance);
});

test("Stats.bins counts live, peak and total blocks of each size", { skip: !STRUCTURED }, () => {
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

test("Stats.bins rise in size up to the class of everything larger", { skip: !STRUCTURED }, () => {
  const sizes = stats().bins!.map(({ blockBytes }) => blockBytes);
  assert.equal(sizes.length, 73);
  assert.deepEqual(sizes, [...new Set(sizes)].toSorted((a, b) => a - b));
  assert.deepEqual([sizes[0], sizes.at(-2), sizes.at(-1)], [8, 4 * MIB, Infinity]);
});

test("stats() takes less than 10 µs apart from the 2 µs that C needs for each heap", { skip: !STRUCTURED }, () => {
  for (let round = 0; round < 5000; round++) stats();
  const heaps = stats().heaps!.current;
  // The quickest of several runs: other programs share the machine.
  let best = Infinity;
  for (let run = 0; run < 20; run++) {
    const start = performance.now();
    for (let round = 0; round < 500; round++) stats();
    best = Math.min(best, (performance.now() - start) / 500 * 1000);
  }
  assert.ok(best < 10 + 2 * heaps, `${best} µs with ${heaps} heaps`);
});

test("statsText() returns what mimalloc prints for the process and for a heap", () => {
  assert.match(statsText(), /^ +process *: user: [\d.]+ s/m);
  using heap = new Heap();
  if (!STRUCTURED) {
    assert.throws(() => statsText(heap), UnsupportedError);
    return;
  }
  heap.allocate(Uint8Array, 5000);
  heap.collect();
  assert.match(statsText(heap), /bin S +33 +: +5\.0 KiB/);
});

test("statsJson() returns whole JSON for the process and for a heap", () => {
  using heap = new Heap();
  if (!STRUCTURED) {
    assert.throws(() => statsJson(), UnsupportedError);
    assert.throws(() => statsJson(heap), UnsupportedError);
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
  if (!STRUCTURED) {
    assert.throws(() => heap.stats(), { name: "UnsupportedError", needed: "mimalloc 3.6.0 to newer" });
    return;
  }
  other.allocate(Uint8Array, 64);
  heap.allocate(Float64Array, 1000);
  assert.equal(heap.stats().mallocCount, 0);
  heap.collect();
  const figures = heap.stats();
  assert.equal(figures.detailed, true);
  assert.equal(figures.mallocCount, 1);
  assert.equal(figures.allocated!.current, 8192);
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

test("mergeStats() moves the figures of a heap to the process", { skip: !STRUCTURED }, () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  heap.collect();
  const { mallocCount } = stats();
  mergeStats(heap);
  assert.equal(heap.stats().mallocCount, 0);
  assert.equal(stats().mallocCount, mallocCount);
});

test("mergeStats() needs no heap on older versions and a heap on 3.6", () => {
  using heap = new Heap();
  if (STRUCTURED) {
    assert.throws(() => mergeStats(), UnsupportedError);
  } else {
    mergeStats();
    assert.throws(() => mergeStats(heap), UnsupportedError);
  }
});

test("resetStats() sets the figures to 0, and throws UnsupportedError on 3.6", () => {
  using heap = new Heap();
  heap.allocate(Uint8Array, 100);
  assert.ok(stats().reserved!.current > 0);
  if (STRUCTURED) {
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
