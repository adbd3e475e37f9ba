import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { AllocationError, Arena, Heap, ScopePool } from "../../../mod.ts";
import { type HeapMetrics, metrics, type ThreadMetrics } from "../../../observe/mod.ts";
import { Pool, struct, u32 } from "../../../stl/mod.ts";
import { ofArenas } from "../../_arenas.ts";

const PROCESS_FIELDS = [
  "current_rss",
  "peak_rss",
  "current_commit",
  "peak_commit",
  "page_faults",
  "elapsed_ms",
  "allocator",
  "timestamp",
];

/** RFC 3339 in UTC. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function heapNamed(name: string): HeapMetrics {
  const found = metrics().heaps.filter((heap) => heap.name === name);
  assert.equal(found.length, 1, `heaps of the name ${name}`);
  return found[0]!;
}

/** The faults that the kernel has counted for this process, without and with reading a disk. */
function systemFaults(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").replace(/^.*\)/s, "").trim().split(" ");
  return Number(fields[7]) + Number(fields[9]);
}

function systemResidentBytes(): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
}

test("metrics() begins with the fields of the document in their order", () => {
  const figures = metrics();
  assert.deepEqual(Object.keys(figures).slice(0, PROCESS_FIELDS.length), PROCESS_FIELDS);
  assert.equal(figures.allocator, "mimalloc");
  assert.match(figures.timestamp, RFC_3339);
  assert.ok(Math.abs(Date.parse(figures.timestamp) - Date.now()) < 60_000);
  assert.match(figures.version, /^\d+\.\d+\.\d+/);
});

test("metrics() is the same after JSON", () => {
  using heap = new Heap({ name: "json" });
  heap.allocate(Uint8Array, 10);
  const figures = metrics();
  assert.deepEqual(JSON.parse(JSON.stringify(figures)), figures);
});

test(
  "metrics() tells the resident memory and the page faults of the system",
  { skip: process.platform !== "linux" },
  () => {
    const before = metrics();
    const faultsBefore = systemFaults();
    // So much that it shows beside what the collector may give back meanwhile, and of the runtime: mimalloc may have pages
    // that another test has written to.
    const written = new Uint8Array(256 * 2 ** 20).fill(1);
    const after = metrics();
    const resident = systemResidentBytes();
    assert.ok(after.current_rss - before.current_rss > 128 * 2 ** 20, "resident memory has not grown");
    assert.ok(Math.abs(after.current_rss - resident) < 16 * 2 ** 20, `${after.current_rss} instead of ${resident}`);
    assert.ok(after.peak_rss >= after.current_rss);
    assert.ok(after.peak_commit >= after.current_commit);
    assert.ok(after.page_faults > before.page_faults, "no page fault was counted");
    assert.ok(
      before.page_faults <= faultsBefore && faultsBefore - before.page_faults < 1000,
      "not those of the system",
    );
    assert.equal(written.at(-1), 1);
  },
);

test("metrics() tells live bytes and blocks, the limit and what is left of it", () => {
  using heap = new Heap({ name: "limited", limit: 1000 });
  const view = heap.allocate(Uint8Array, 300);
  heap.allocate(Uint8Array, 100);
  const { live_bytes, live_blocks, limit_bytes, headroom_bytes, failures, named } = heapNamed("limited");
  assert.deepEqual(
    { live_bytes, live_blocks, limit_bytes, headroom_bytes, failures, named },
    { live_bytes: 400, live_blocks: 2, limit_bytes: 1000, headroom_bytes: 600, failures: 0, named: true },
  );
  heap.free(view);
  assert.equal(heapNamed("limited").headroom_bytes, 900);
});

test("metrics() has null for what nothing counts, and for no limit", () => {
  using heap = new Heap({ name: "free" });
  heap.allocate(Uint8Array, 1);
  const { peak_bytes, peak_blocks, allocations, frees, limit_bytes, headroom_bytes, page_bytes } = heapNamed("free");
  assert.deepEqual([peak_bytes, peak_blocks, allocations, frees], [null, null, null, null]);
  assert.deepEqual([limit_bytes, headroom_bytes, page_bytes], [null, null, null]);
});

test("metrics() counts refused requests of heaps and of scopes", () => {
  using heap = new Heap({ name: "tight", limit: 100 });
  using pool = new ScopePool({ name: "tight scopes", limit: 100 });
  for (let attempt = 0; attempt < 3; attempt++) assert.throws(() => heap.allocate(Uint8Array, 101), AllocationError);
  pool.run((scope) => assert.throws(() => scope.allocate(Uint8Array, 101), AllocationError));
  const { scope_pools, threads } = metrics();
  assert.equal(heapNamed("tight").failures, 3);
  assert.equal(scope_pools.find(({ name }) => name === "tight scopes")?.failures, 1);
  assert.ok(threads[0]!.failures! >= 4);
});

test("metrics() leaves out heaps that are closed, and tells those apart that have one name", () => {
  const heap = new Heap({ name: "twice" });
  using other = new Heap({ name: "twice" });
  other.allocate(Uint8Array, 7);
  const both = metrics().heaps.filter(({ name }) => name === "twice");
  assert.equal(new Set(both.map(({ id }) => id)).size, 2);
  heap.destroy();
  assert.equal(heapNamed("twice").live_bytes, 7);
  assert.equal(heapNamed("twice").id, both[1]!.id);
});

test("metrics() tells which heaps have no name of the program's", () => {
  using heap = new Heap();
  using pool = new ScopePool();
  assert.equal(heapNamed(heap.name).named, false);
  assert.equal(metrics().scope_pools.find(({ name }) => name === pool.name)?.named, false);
});

test("metrics() with pages tells what mimalloc has made for a heap", () => {
  using heap = new Heap({ name: "pages" });
  for (let index = 0; index < 1000; index++) heap.allocate(Uint8Array, 64);
  const found = metrics({ pages: true }).heaps.find(({ name }) => name === "pages")!;
  assert.ok(found.page_bytes! >= 64_000 && found.page_bytes! < 2 ** 20, `${found.page_bytes} bytes`);
});

test("metrics() tells scope pools apart from heaps, and what they keep from what is live", () => {
  using pool = new ScopePool({ name: "requests", chunkBytes: 4096 });
  const scope = pool.open();
  scope.allocate(Uint8Array, 1000);
  scope.allocate(Uint8Array, 2000);
  const open = metrics().scope_pools.find(({ name }) => name === "requests")!;
  assert.deepEqual([open.live_bytes, open.live_blocks, open.cached_bytes], [3000, 2, pool.heldBytes - 3000]);
  assert.deepEqual([open.open_scopes, open.opened_scopes], [1, 1]);
  scope[Symbol.dispose]();
  const ended = metrics().scope_pools.find(({ name }) => name === "requests")!;
  assert.deepEqual([ended.live_bytes, ended.live_blocks, ended.cached_bytes], [0, 0, 4096]);
  assert.deepEqual([ended.open_scopes, ended.opened_scopes], [0, 1]);
  assert.ok(!metrics().heaps.some(({ name }) => name === "requests"));
});

test("metrics() tells the limit of each scope, and the room in the fullest one", () => {
  using pool = new ScopePool({ name: "jobs", limit: 10_000 });
  const [small, large] = [pool.open(), pool.open()];
  small.allocate(Uint8Array, 1000);
  large.allocate(Uint8Array, 7000);
  const { limit_bytes, headroom_bytes } = metrics().scope_pools.find(({ name }) => name === "jobs")!;
  assert.deepEqual([limit_bytes, headroom_bytes], [10_000, 3000]);
});

test("metrics() adds up what lies in an arena", ofArenas, () => {
  using arena = Arena.reserve(64 * 2 ** 20, { name: "measured" });
  using heap = new Heap({ arena, name: "in it" });
  using pool = new ScopePool({ arena, name: "scopes in it" });
  heap.allocate(Uint8Array, 5000);
  const scope = pool.open();
  scope.allocate(Uint8Array, 800);
  const found = metrics().arenas.find(({ name }) => name === "measured")!;
  assert.deepEqual([found.live_bytes, found.live_blocks, found.heaps], [5800, 2, 2]);
  assert.equal(found.limit_bytes, arena.area.byteLength);
  assert.equal(found.headroom_bytes, arena.area.byteLength - 5000 - pool.heldBytes);
  assert.equal(heapNamed("in it").arena, "measured");
  scope[Symbol.dispose]();
});

test("metrics() tells pools of views and of structs, without keeping them alive", () => {
  using heap = new Heap({ name: "of pools" });
  const Point = struct({ x: u32, y: u32 });
  using views = new Pool(Float32Array, 512, { allocator: heap, name: "buffers" });
  using structs = new Pool(Point, { allocator: heap });
  const view = views.acquire();
  views.acquire();
  views.release(view);
  structs.acquire();
  const [buffers, points] = ["buffers", `Pool of ${Point.name}`].map((wanted) =>
    metrics().pools.find(({ name }) => name === wanted)!
  );
  assert.deepEqual(
    [buffers!.live_bytes, buffers!.peak_bytes, buffers!.cached_bytes, buffers!.cached_blocks],
    [2048, 4096, 2048, 1],
  );
  assert.deepEqual([buffers!.allocations, buffers!.frees, buffers!.live_blocks], [2, 1, 1]);
  assert.deepEqual([points!.live_bytes, points!.live_blocks], [8, 1]);
  assert.equal(points!.cached_bytes, structs.bytes - 8);
  views.dispose();
  assert.ok(!metrics().pools.some(({ name }) => name === "buffers"));
});

test("metrics() tells this thread what all of its heaps and scope pools have", () => {
  using heap = new Heap({ name: "of the thread" });
  const before = metrics().threads[0]!;
  heap.allocate(Uint8Array, 12_345);
  const after = metrics().threads[0]!;
  assert.equal(after.live_bytes - before.live_bytes, 12_345);
  assert.equal(after.live_blocks - before.live_blocks, 1);
  assert.equal(after.own, true);
});

test("metrics() refuses options that are no object", () => {
  assert.throws(
    () => metrics(null as never),
    /^TypeError: Cannot read the metrics: expected an object with options, got null/,
  );
});

test(
  "metrics() tells what other threads have in use, as long as they run",
  { skip: process.platform !== "linux" },
  async () => {
    const worker = new Worker(new URL("./_thread_worker.ts", import.meta.url));
    const other = (): ThreadMetrics | undefined => metrics().threads.find(({ name }) => name === "größer 👍");
    await once(worker, "message");
    assert.deepEqual([other()!.live_bytes, other()!.live_blocks, other()!.heaps, other()!.own], [4321, 1, 1, false]);
    worker.postMessage("allocate");
    await once(worker, "message");
    assert.equal(other()!.live_bytes, 5321);
    assert.equal(metrics().threads[0]!.own, true);
    await worker.terminate();
    for (let turn = 0; other() !== undefined; turn++) {
      assert.ok(turn < 500, "a thread that has ended is in the list");
      await wait(20);
    }
  },
);
