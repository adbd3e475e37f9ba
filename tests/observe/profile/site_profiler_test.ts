import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyView } from "../../../heaps/allocator.ts";
import { BlockStore } from "../../../heaps/core/block_store.ts";
import { storeOf } from "../../../heaps/heap/heap.ts";
import { Heap, ScopePool } from "../../../mod.ts";
import { AllocationProfile } from "../../../realtime/mod.ts";
import { SiteProfiler } from "../../../observe/mod.ts";
import { SeededRandom } from "../../../observe/sites/_random.ts";
import { SEED } from "../_seed.ts";
import { f64, Pool, Vector } from "../../../stl/mod.ts";

/** Sites as names of functions, with their live bytes. */
function liveBytes(profiler: SiteProfiler): Record<string, number> {
  const figures = profiler.profile().sites.map(({ site, liveBytes }) => [site.frames[0]?.functionName, liveBytes]);
  return Object.fromEntries(figures.filter(([, bytes]) => bytes !== 0));
}

test("SiteProfiler at a rate of 1 byte tells exactly which function holds how much", () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  const kept: Uint8Array<ArrayBuffer>[] = [];
  function keep(): void {
    kept.push(heap.allocate(Uint8Array, 1000));
  }
  function churn(): void {
    const view = heap.allocateZeroed(Uint8Array, 500);
    heap.free(view);
  }
  for (let i = 0; i < 10; i++) {
    keep();
    churn();
  }
  assert.deepEqual(liveBytes(profiler), { keep: 10_000 });
  const profile = profiler.profile();
  assert.deepEqual(profile.exact, { liveBytes: 10_000, liveObjects: 10, totalBytes: 15_000, totalObjects: 20 });
  assert.equal(profile.totals.totalBytes.error, 0);
  for (const view of kept.splice(0)) heap.free(view);
  assert.deepEqual(liveBytes(profiler), {});
  assert.deepEqual(profile.sites.map(({ samples }) => samples), [10, 10]);
});

test("SiteProfiler counts a block again when it is reallocated, in place or by a move, and leaves out older ones", () => {
  using heap = new Heap();
  const old = [heap.allocate(Uint8Array, 64), heap.allocate(Uint8Array, 640)];
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  heap.free(old[0]!);
  let grown = heap.reallocate(old[1]!, 600);
  assert.equal(profiler.profile().exact.liveBytes, 0);
  grown = heap.reallocate(grown, 100_000);
  assert.equal(profiler.profile().exact.liveBytes, 100_000);
  grown = heap.reallocate(grown, 99_000);
  grown = heap.reallocate(grown, 300_000);
  const { exact, totals } = profiler.profile();
  assert.deepEqual([exact.liveBytes, exact.liveObjects, exact.totalBytes], [300_000, 1, 499_000]);
  assert.equal(totals.liveBytes.estimated, 300_000);
  heap.free(grown);
  assert.deepEqual(profiler.profile().exact.liveBytes, 0);
});

test("SiteProfiler counts what scopes hand out, take back, roll back and end with", () => {
  using pool = new ScopePool();
  const before = pool.open();
  before.allocate(Uint8Array, 800);
  using profiler = new SiteProfiler({ sampleRate: 1 });
  before.allocate(Uint8Array, 80);
  assert.equal(profiler.profile().exact.liveBytes, 80);
  before[Symbol.dispose]();
  assert.equal(profiler.profile().exact.liveBytes, 0);
  const scope = pool.open();
  scope.allocate(Float64Array, 10);
  const large = scope.allocate(Uint8Array, 70_000);
  const checkpoint = scope.checkpoint();
  for (let i = 0; i < 100; i++) scope.allocate(Uint8Array, 1024);
  assert.equal(profiler.profile().exact.liveBytes, scope.liveBytes);
  assert.equal(profiler.profile().totals.liveBytes.estimated, scope.liveBytes);
  scope.rollback(checkpoint);
  assert.equal(profiler.profile().totals.liveBytes.estimated, 70_080);
  scope.free(large);
  assert.deepEqual(profiler.profile().totals.liveBytes, { estimated: 80, exact: 80, error: 0 });
  scope[Symbol.dispose]();
  const { exact, sites } = profiler.profile();
  assert.deepEqual([exact.liveBytes, exact.liveObjects], [0, 0]);
  assert.deepEqual(sites.map((site) => site.liveBytes), sites.map(() => 0));
});

test("SiteProfiler replaces no allocate() of scopes, and what grows in place does so while it looks", () => {
  using pool = new ScopePool();
  const { allocate } = Object.getPrototypeOf(pool.open());
  for (const sampleRate of [1, 40, 1000, 1e9]) {
    using profiler = new SiteProfiler({ sampleRate, seed: SEED });
    const scope = pool.open();
    assert.equal(scope.allocate, allocate);
    for (let i = 0; i < 200; i++) {
      const view = scope.allocate(Uint8Array, 24);
      const grown = scope.reallocate(view, 72);
      assert.equal(grown.byteOffset, view.byteOffset, `SEED=${SEED}`);
      assert.equal(scope.bytes([]).length, 0);
    }
    const { exact } = profiler.profile();
    assert.deepEqual([exact.liveBytes, exact.liveObjects], [200 * 72, 200]);
    assert.deepEqual([exact.totalBytes, exact.totalObjects], [200 * 72, 400]);
    scope[Symbol.dispose]();
    assert.deepEqual(profiler.profile().exact, { ...exact, liveBytes: 0, liveObjects: 0 });
  }
});

/** Does something with a few scopes at random, and leaves some of them open. */
function playScopes(pool: ScopePool, random: () => number): void {
  const scopes = Array.from({ length: 4 }, () => ({ scope: pool.open(), large: [] as AnyView[] }));
  for (let step = 0; step < 600; step++) {
    const each = scopes[Math.floor(random() * scopes.length)]!;
    const what = random();
    if (what < 0.8) each.scope.allocate(Uint8Array, 1 + Math.floor(random() * 2000));
    else if (what < 0.86) each.large.push(each.scope.allocate(Uint16Array, 20_000));
    else if (what < 0.9) each.scope.allocate(Uint8Array, 100, { alignment: 64 });
    else if (what < 0.94 && each.large.length > 0) each.scope.free(each.large.pop()!);
    else if (what < 0.96) each.scope.rollback(each.scope.checkpoint());
    else if (what < 0.97) {
      each.scope.reset();
      each.large.length = 0;
    } else if (what < 0.98) {
      each.scope[Symbol.dispose]();
      Object.assign(each, { scope: pool.open(), large: [] });
    }
  }
}

test("several SiteProfilers sample the same scopes, each at its rate, and each ends alone", () => {
  using pool = new ScopePool();
  const older = pool.open();
  older.allocate(Uint8Array, 5000);
  const random = new SeededRandom(SEED);
  using all = new SiteProfiler({ sampleRate: 1 });
  using some = new SiteProfiler({ sampleRate: 500, seed: SEED });
  playScopes(pool, () => random.next());
  older.allocate(Uint8Array, 80);
  const live = pool.liveBytes - 5000;
  const [first, second] = [all.profile(), some.profile()];
  assert.deepEqual(first.totals.liveBytes, { estimated: live, exact: live, error: 0 }, `SEED=${SEED}`);
  assert.equal(first.totals.totalBytes.error, 0, `SEED=${SEED}`);
  assert.equal(first.samples, first.exact.totalObjects);
  assert.deepEqual(second.exact, first.exact);
  // More than 1,000 samples: eight deviations.
  assert.ok(Math.abs(second.totals.totalBytes.error) < 8 / Math.sqrt(second.samples), `SEED=${SEED}`);
  all[Symbol.dispose]();
  older.allocate(Uint8Array, 800);
  assert.deepEqual(all.profile().exact, first.exact);
  assert.equal(some.profile().exact.liveBytes, live + 800);
  some[Symbol.dispose]();
  older[Symbol.dispose]();
  pool.destroy();
  assert.equal(some.profile().exact.liveBytes, live + 800);
});

test("SiteProfiler counts a scope that holds a promise until its memory has gone", async () => {
  using pool = new ScopePool();
  using profiler = new SiteProfiler({ sampleRate: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const scope = pool.open();
  scope.allocate(Uint8Array, 4000);
  const held = scope.hold(promise);
  scope[Symbol.dispose]();
  assert.equal(profiler.profile().totals.liveBytes.estimated, 4000);
  resolve();
  await held;
  assert.deepEqual(profiler.profile().totals.liveBytes, { estimated: 0, exact: 0, error: 0 });
});

test("SiteProfiler counts what containers and pools take for the call that made them take it", () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  const vector = new Vector(f64, { allocator: heap });
  const pool = new Pool(Uint8Array, 100, { allocator: heap });
  function fill(): void {
    for (let i = 0; i < 1000; i++) vector.push(i);
  }
  function acquire(): void {
    for (let i = 0; i < 7; i++) pool.acquire();
  }
  fill();
  acquire();
  assert.deepEqual(liveBytes(profiler), { fill: heap.liveBytes - 700, acquire: 700 });
  assert.ok(profiler.profile().sites.every(({ site }) => site.frames[0]!.file.endsWith("site_profiler_test.ts")));
  vector.dispose();
  pool.dispose();
  assert.equal(profiler.profile().exact.liveBytes, 0);
});

test("two SiteProfilers and a recorder see the same blocks, and each ends alone", () => {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  const first = new SiteProfiler({ of: heap, sampleRate: 1 });
  const second = new SiteProfiler({ sampleRate: 1 });
  const views = Array.from({ length: 5 }, () => heap.allocate(Uint8Array, 256));
  heap.free(views.pop()!);
  assert.equal(first.profile().exact.liveBytes, 1024);
  assert.equal(second.profile().exact.liveBytes, 1024);
  first[Symbol.dispose]();
  heap.free(views.pop()!);
  assert.equal(first.profile().exact.liveBytes, 1024);
  assert.equal(second.profile().exact.liveBytes, 768);
  assert.equal(recorder.profile().summary().sizes[0]!.peakBlocks, 5);
  recorder[Symbol.dispose]();
  heap.free(views.pop()!);
  assert.equal(second.profile().exact.liveBytes, 512);
  second[Symbol.dispose]();
  second[Symbol.dispose]();
  heap.allocate(Uint8Array, 8);
  assert.equal(second.profile().exact.liveBytes, 512);
});

test("a program has its own classes and methods back when nobody profiles any more", () => {
  const methods = [Heap, ScopePool].map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype));
  const { allocate } = methods[0] as { allocate: PropertyDescriptor };
  using heap = new Heap();
  using pool = new ScopePool();
  const scope = Object.getPrototypeOf(pool.open());
  const before = Object.getOwnPropertyDescriptors(scope);
  const store = storeOf(heap);
  const shape = Object.getOwnPropertyDescriptors(store);
  assert.equal(store.observer, undefined);
  const profiler = new SiteProfiler();
  assert.notEqual(store.observer, undefined);
  assert.notEqual(Object.getOwnPropertyDescriptor(scope, "free")!.value, before.free!.value);
  profiler[Symbol.dispose]();
  assert.deepEqual(Object.getOwnPropertyDescriptors(store), shape);
  assert.equal(Object.getPrototypeOf(store), BlockStore.prototype);
  assert.deepEqual(Object.getOwnPropertyDescriptors(scope), before);
  assert.equal(Object.getOwnPropertyDescriptor(Heap.prototype, "allocate")!.value, allocate.value);
  assert.equal(heap.allocate(Uint8Array, 8).length, 8);
});

test("SiteProfiler keeps no more sites and samples than it has room for, and counts the others", () => {
  using heap = new Heap();
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1, maxSites: 2, maxSamples: 5 });
  const first = heap.allocate(Uint8Array, 8);
  heap.allocate(Uint8Array, 8);
  heap.allocate(Uint8Array, 8);
  heap.allocate(Uint8Array, 8);
  const { dropped, samples, sites } = profiler.profile();
  assert.deepEqual([dropped, samples, sites.length], [2, 4, 3]);
  assert.deepEqual(sites.map(({ site, samples }) => [site.name === "(unknown)", samples])[0], [true, 2]);
  for (let i = 0; i < 10; i++) heap.allocate(Uint8Array, 8);
  const later = profiler.profile();
  assert.deepEqual([later.totals.liveObjects.estimated, later.exact.liveObjects, later.samples], [5, 14, 14]);
  assert.ok(later.dropped >= 9);
  heap.free(first);
  assert.equal(profiler.profile().exact.liveObjects, 13);
});

test("SiteProfiler refuses options outside of their bounds", () => {
  for (
    const options of [{ sampleRate: 0 }, { sampleRate: 1.5 }, { frames: 201 }, { maxSites: -1 }, { seed: 2 ** 32 }]
  ) {
    assert.throws(() => new SiteProfiler(options), RangeError, JSON.stringify(options));
  }
  assert.throws(() => new SiteProfiler({ of: {} as Heap }), /expected a Heap/);
  assert.throws(() => new SiteProfiler(null as never), TypeError);
  const heap = new Heap();
  heap.destroy();
  assert.throws(() => new SiteProfiler({ of: heap }), { name: "ClosedError" });
});

test("a profile of at least 1,600 samples of heaps and scopes is within 5 % of what was counted", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using profiler = new SiteProfiler({ sampleRate: 1024, seed: 42 });
  for (let i = 0; i < 3000; i++) {
    const view = heap.allocate(Uint8Array, 100 + i % 1500);
    if (i % 3 > 0) heap.free(view);
    pool.run((scope) => void scope.allocate(Uint8Array, 64 + i % 700));
  }
  const { samples, totals, exact } = profiler.profile();
  assert.ok(samples >= 1600, `${samples} samples`);
  assert.equal(exact.totalObjects, 6000);
  assert.ok(Math.abs(totals.totalBytes.error) < 0.05, `${totals.totalBytes.error}`);
  assert.ok(Math.abs(totals.liveBytes.error) < 0.1, `${totals.liveBytes.error}`);
});

test("the estimates of 100 seeds are right on average, by the site too", () => {
  using heap = new Heap();
  function keep(bytes: number): Uint8Array<ArrayBuffer> {
    const view = heap.allocate(Uint8Array, bytes);
    view[0] = 1; // Bun makes a call whose result is returned the last one of the function
    return view;
  }
  function drop(bytes: number): void {
    const view = heap.allocate(Uint8Array, bytes);
    heap.free(view);
  }
  const means = { live: 0, total: 0, kept: 0 };
  for (let seed = 1; seed <= 100; seed++) {
    using profiler = new SiteProfiler({ of: heap, sampleRate: 1024, seed, frames: 1 });
    const kept: Uint8Array<ArrayBuffer>[] = [];
    // From a tenth of the rate to three times of it.
    for (let i = 0; i < 100; i++) {
      kept.push(keep(100 + i * 29));
      drop(50 + i * 17);
    }
    const { totals, exact, sites } = profiler.profile();
    const site = sites.find((each) => each.site.frames[0]?.functionName === "keep")!;
    means.live += totals.liveBytes.estimated / exact.liveBytes / 100;
    means.total += totals.totalBytes.estimated / exact.totalBytes / 100;
    means.kept += site.liveBytes / exact.liveBytes / 100;
    for (const view of kept) heap.free(view);
  }
  for (const [name, mean] of Object.entries(means)) assert.ok(Math.abs(mean - 1) < 0.01, `${name} is ${mean}`);
});
