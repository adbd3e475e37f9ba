import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { expectNoLeaks, type Leak, LeakDetector, SiteProfiler } from "../../../observe/mod.ts";
import { AllocationProfile } from "../../../realtime/mod.ts";
import { f64, Pool, Vector } from "../../../stl/mod.ts";

/** What was found, as names of functions, counts and bytes. */
function found(leaks: readonly Leak[]): (readonly [string, string, number, number])[] {
  return leaks.map(({ reason, site, count, bytes }) => [reason, site.frames[0]?.functionName ?? "", count, bytes]);
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

test("LeakDetector tells where the blocks come from that are live when a heap is closed", async () => {
  using leaks = new LeakDetector({ level: "all" });
  const told: Leak[] = [];
  using _listening = leaks.onLeak((leak) => told.push(leak));
  const heap = new Heap({ name: "tiles" });
  function forget(): void {
    heap.allocate(Uint8Array, 100);
    heap.allocate(Uint8Array, 100);
  }
  for (let i = 0; i < 2; i++) forget();
  heap.free(heap.allocate(Uint8Array, 50));
  assert.throws(() => heap.close(), { name: "LeakError" });
  assert.deepEqual(found(leaks.leaks), [["closed", "forget", 2, 200], ["closed", "forget", 2, 200]]);
  const [leak] = leaks.leaks;
  assert.equal(leak!.heap, 'heap "tiles"');
  assert.equal(leak!.kind, "block");
  assert.ok(leak!.age >= 0 && leak!.age < 60_000);
  assert.match(leak!.site.stack, /at forget .*leak_detector_test\.ts/);
  assert.equal(told.length, 0);
  await nextTask();
  // Each site once, also when the heap is destroyed next.
  heap.destroy();
  await nextTask();
  assert.deepEqual(found(told), found(leaks.leaks));
  assert.equal(told.length, 2);
});

test("LeakDetector says of a heap of which nothing was sampled where it was made", () => {
  using leaks = new LeakDetector({ every: 2 ** 31, seed: 1 });
  function makeHeap(): Heap {
    const made = new Heap({ name: "rare" });
    made.allocate(Uint8Array, 8);
    return made;
  }
  const heap = makeHeap();
  heap.destroy();
  const [leak] = leaks.leaks;
  assert.deepEqual([leak!.samples, leak!.count, leak!.bytes, leak!.heap], [0, 1, 8, 'heap "rare"']);
  assert.match(leak!.site.stack, /makeHeap/);
});

test("LeakDetector reports scopes that are open when their pool is destroyed, and none that has ended", () => {
  using leaks = new LeakDetector({ level: "all" });
  const pool = new ScopePool({ name: "requests" });
  function serve(): void {
    const scope = pool.open();
    scope.allocate(Uint8Array, 640);
  }
  serve();
  pool.run((scope) => void scope.allocate(Uint8Array, 8));
  pool.destroy();
  assert.deepEqual(found(leaks.leaks), [["closed", "serve", 1, 640]]);
  assert.deepEqual([leaks.leaks[0]!.kind, leaks.leaks[0]!.heap], ["scope", "requests"]);
});

test("LeakWindow has what containers, pools, scopes and heaps leave behind in it, and nothing else", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  using leaks = new LeakDetector({ level: "all" });
  const early = heap.allocate(Uint8Array, 4);
  const stretch = leaks.window();
  function fillVector(): void {
    const vector = new Vector(f64, { allocator: heap });
    for (let i = 0; i < 100; i++) vector.push(i);
  }
  function acquire(): void {
    const buffers = new Pool(Uint8Array, 300, { allocator: heap });
    buffers.acquire();
  }
  function openScope(): void {
    const scope = pool.open();
    scope.allocate(Uint8Array, 64);
  }
  function makeHeap(): Heap {
    const made = new Heap();
    heap.free(early);
    return made;
  }
  fillVector();
  acquire();
  openScope();
  const made = makeHeap();
  const disposed = new Vector(f64, { allocator: heap });
  disposed.push(1);
  disposed.dispose();
  const left = stretch.end();
  assert.deepEqual(
    new Map(left.map(({ site, kind, count }) => [site.frames[0]!.functionName, `${count} ${kind}`])),
    new Map([["fillVector", "1 block"], ["acquire", "1 block"], ["openScope", "1 scope"], ["makeHeap", "1 heap"]]),
  );
  assert.equal(stretch.end(), left);
  made.destroy();
  assert.equal(stretch.leaks().length, 4);
  using quiet = leaks.window();
  heap.free(heap.allocate(Uint8Array, 8));
  assert.deepEqual(quiet.leaks(), []);
});

test("a scope that has ended and holds a promise for good is live, and is not once that settles", async () => {
  using pool = new ScopePool();
  using leaks = new LeakDetector({ of: pool, level: "all" });
  const { promise, resolve } = Promise.withResolvers<void>();
  const scope = pool.open();
  scope.allocate(Uint8Array, 1024);
  const held = scope.hold(promise);
  scope[Symbol.dispose]();
  assert.deepEqual(leaks.suspects().map(({ kind, bytes }) => [kind, bytes]), [["scope", 1024]]);
  resolve();
  await held;
  assert.deepEqual(leaks.suspects(), []);
});

test("expectNoLeaks() throws what is left, names each site, and looks at one heap or at all", () => {
  using heap = new Heap();
  using other = new Heap();
  const before = heap.allocate(Uint8Array, 1);
  function clean(): void {
    using _guard = expectNoLeaks(heap);
    const view = heap.allocate(Uint8Array, 10);
    heap.free(heap.reallocate(view, 1000));
    heap.free(before);
    other.allocate(Uint8Array, 5);
  }
  clean();
  function keepBoth(): void {
    using _guard = expectNoLeaks();
    heap.allocate(Uint8Array, 10);
    other.allocate(Uint8Array, 20);
  }
  assert.throws(keepBoth, (error: Error & { blocks: number; bytes: number }) => {
    assert.deepEqual([error.name, error.blocks, error.bytes], ["LeakError", 2, 30]);
    assert.match(error.message, /keepBoth .*keepBoth /s);
    return true;
  });
  function closeFull(): void {
    using _guard = expectNoLeaks();
    const short = new Heap({ name: "short" });
    short.allocate(Uint8Array, 7);
    short.destroy();
  }
  assert.throws(closeFull, /1 block, 7 B in heap "short", live when its heap was closed/);
});

test("a recorder, a leak detector, a guard and a profiler see the same blocks at once", () => {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  using leaks = new LeakDetector({ level: "all" });
  using profiler = new SiteProfiler({ sampleRate: 1 });
  const guard = expectNoLeaks(heap);
  const views = Array.from({ length: 4 }, () => heap.allocate(Uint8Array, 100));
  const aligned = heap.allocate(Uint8Array, 100, { alignment: 256 });
  for (const view of [...views, aligned]) heap.free(view);
  assert.doesNotThrow(() => guard[Symbol.dispose]());
  assert.deepEqual(leaks.suspects(), []);
  assert.equal(profiler.profile().exact.liveBytes, 0);
  assert.equal(profiler.profile().exact.totalObjects, 5);
  assert.ok(recorder.profile().summary().sizes.length > 0);
});

test("LeakDetector knows nothing while it is off, and keeps no more than it has room for", () => {
  using heap = new Heap();
  using leaks = new LeakDetector({ of: heap, level: "off" });
  heap.allocate(Uint8Array, 8);
  assert.deepEqual([leaks.report().allocations, leaks.suspects().length], [0, 0]);
  assert.throws(() => leaks.window(), /the level of the leak detector is off/);
  assert.throws(() => leaks.watch(), /the level of the leak detector is off/);
  leaks.level = "all";
  heap.allocate(Uint8Array, 8);
  assert.equal(leaks.suspects().length, 1);
  leaks.level = "off";
  heap.allocate(Uint8Array, 8);
  assert.deepEqual([leaks.report().allocations, leaks.suspects()], [1, []]);
  using few = new LeakDetector({ of: heap, level: "all", maxSamples: 3, maxSites: 1 });
  for (let i = 0; i < 10; i++) heap.allocate(Uint8Array, 8);
  assert.deepEqual([few.report().allocations, few.report().samples, few.report().dropped], [10, 10, 7]);
});

test("LeakDetector refuses what it cannot do", () => {
  assert.throws(() => new LeakDetector({ level: "some" as never }), /expected "off", "sampled" or "all"/);
  assert.throws(() => new LeakDetector({ of: {} as never }), /expected a Heap or ScopePool/);
  for (const options of [{ every: 0 }, { seed: -1 }, { frames: 0 }, { maxSamples: 1.5 }]) {
    assert.throws(() => new LeakDetector(options), RangeError, JSON.stringify(options));
  }
  using leaks = new LeakDetector();
  assert.throws(() => leaks.onLeak(null as never), TypeError);
  assert.throws(() => leaks.watch({ collections: 0 }), RangeError);
});

test("LeakReport is text and JSON with sites, bytes and ages", () => {
  using heap = new Heap({ name: "report" });
  using leaks = new LeakDetector({ of: heap, level: "all", seed: 7 });
  using stretch = leaks.window();
  function leave(): void {
    heap.allocate(Uint8Array, 2048);
    heap.allocate(Uint8Array, 1);
  }
  leave();
  stretch.end();
  const report = leaks.report();
  assert.match(
    String(report),
    /^2 sites leak: 2 allocations, 2 looked at \(all\)\n\n1 block, 2 KiB in heap "report", live at/,
  );
  assert.match(String(report), /at leave .*leak_detector_test\.ts:\d+:\d+\)/);
  const parsed = JSON.parse(JSON.stringify(report));
  assert.deepEqual(parsed.leaks.map((leak: Leak) => [leak.reason, leak.bytes]), [["window", 2048], ["window", 1]]);
  assert.equal(parsed.leaks[0].site[0].functionName, "leave");
  assert.equal(parsed.seed, 7);
});
