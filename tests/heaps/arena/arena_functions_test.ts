import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { arenaRules } from "../../../ffi/arena_rules.ts";
import {
  AllocationError,
  Arena,
  arenaContains,
  arenaLimits,
  arenas,
  ClosedError,
  Heap,
  library,
  purgeArenas,
  reserveHugePages,
  ScopePool,
  UnsupportedError,
} from "../../../mod.ts";
import { assertFilled, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";
import { takesPinned } from "../../_build.ts";
import { retried } from "../../_time.ts";

const { version } = library();
const tellsLargestBlock = library().has("mi_arena_max_object_size");

test("arenaContains() is true for views in the arena and false for others", ofArenas, () => {
  using arena = Arena.reserve(64 * MIB);
  using other = Arena.reserve(32 * MIB);
  using inside = new Heap({ arena });
  using elsewhere = new Heap({ arena: other });
  using pool = new ScopePool({ arena });
  using heap = new Heap();
  const view = inside.allocate(Float64Array, 100);
  const large = inside.allocate(Uint8Array, 8 * MIB);
  for (const mine of [view, view.subarray(99), inside.allocate(DataView, 5), large, large.subarray(-1)]) {
    assert.equal(arenaContains(arena, mine), true);
    assert.equal(arenaContains(other, mine), false);
  }
  assert.equal(pool.run((scope) => arenaContains(arena, scope.allocate(Uint8Array, 10))), true);
  for (const foreign of [elsewhere.allocate(Uint8Array, 100), heap.allocate(Uint8Array, 100), new Uint8Array(100)]) {
    assert.equal(arenaContains(arena, foreign), false);
  }
});

test("arenaContains() is false for a freed view, and throws for what is not a view", ofArenas, () => {
  using arena = Arena.reserve(64 * MIB);
  using heap = new Heap({ arena });
  const view = heap.allocate(Uint8Array, 10);
  heap.free(view);
  assert.equal(arenaContains(arena, view), false);
  assert.throws(() => arenaContains(arena, {} as Uint8Array<ArrayBuffer>), { name: "TypeError" });
  arena.destroy();
  assert.throws(() => arenaContains(arena, new Uint8Array(1)), ClosedError);
});

test("arenaLimits() returns the smallest size and the alignment of arenas", ofArenas, () => {
  const { minimumByteLength, alignment, largestBlockByteLength } = arenaLimits();
  assert.equal(minimumByteLength, 32 * MIB);
  assert.equal(alignment, version.major < 3 ? 32 * MIB : version.minor < 6 ? 65_536 : 256 * MIB);
  using arena = Arena.map(1);
  assert.equal(arena.area.byteLength, minimumByteLength);
  assert.equal(arena.area.address % alignment, 0);
  if (tellsLargestBlock) assert.ok(largestBlockByteLength !== undefined && largestBlockByteLength > 31 * MIB);
  else assert.equal(largestBlockByteLength, undefined);
});

test("a block above arenaLimits().largestBlockByteLength does not fit an arena with room for it", () => {
  const { largestBlockByteLength } = arenaLimits();
  if (largestBlockByteLength === undefined) return;
  using arena = Arena.reserve(2048 * MIB);
  using heap = new Heap({ arena });
  assert.throws(() => heap.allocate(Uint8Array, largestBlockByteLength + MIB), AllocationError);
  assert.equal(heap.allocate(Uint8Array, 200 * MIB).length, 200 * MIB);
});

test("purgeArenas() gives memory of destroyed heaps back, on 3.6", async () => {
  if (!library().has("mi_arenas_purge")) {
    assert.throws(() => purgeArenas(), UnsupportedError);
    return;
  }
  using arena = Arena.reserve(128 * MIB);
  // After a second mimalloc gives it back by itself.
  await retried(() => {
    const heap = new Heap({ arena });
    for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, MIB).fill(1);
    heap.destroy();
    const before = process.memoryUsage.rss();
    purgeArenas();
    const returned = before - process.memoryUsage.rss();
    assert.ok(returned > 32 * MIB, `${returned} of 64 MiB came back`);
  });
});

/** Asserts that a secure build refuses huge pages, which it could not use. */
function assertNeedsRelease(error: unknown): void {
  assert.ok(error instanceof UnsupportedError, String(error));
  assert.equal(error.needed, "a release build");
}

// Before the next test, whose pages are never given back.
test("Arena.reserveHuge() makes an arena for heaps, or says how to get huge pages", ofArenas, () => {
  const before = arenas().length;
  try {
    using arena = Arena.reserveHuge(2, { numaNode: 0, timeout: 500, name: "huge" });
    const { address, byteLength } = arena.area;
    // Perhaps there was one page only.
    assert.ok(byteLength === 1024 * MIB || byteLength === 2048 * MIB, `${byteLength} bytes`);
    assert.equal(address % (1024 * MIB), 0);
    assert.equal(arena.exclusive, true);
    assert.equal(arenas().find(({ name }) => name === "huge")?.origin, "hugePages");
    using heap = new Heap({ arena });
    const view = heap.allocate(Uint8Array, 30 * MIB);
    fill(view, 1);
    assertFilled(view, 1);
    assert.equal(arenaContains(arena, view), true);
    arena.destroy();
    assert.equal(view.length, 0);
    using next = Arena.reserveHuge(2, { numaNode: 0 });
    assert.deepEqual(next.area, { address, byteLength });
  } catch (error) {
    if (!takesPinned()) return assertNeedsRelease(error);
    assert.ok(error instanceof AllocationError, String(error));
    assert.equal(error.requested, 2048 * MIB);
    assert.match(error.message, /^Cannot reserve 2 huge pages of 1 GiB: .*nr_hugepages$/);
    assert.equal(arenas().length, before);
  }
});

test("reserveHugePages() makes an arena of huge pages, or says how to get them", () => {
  for (const options of [{ pages: 1, timeout: 500 }, { pages: 1, numaNode: 0 }, { pages: 1, interleave: 0 }]) {
    const before = arenas().length;
    try {
      reserveHugePages({ timeout: 500, ...options });
      assert.ok(arenas().length > before);
    } catch (error) {
      if (!takesPinned()) return assertNeedsRelease(error);
      assert.ok(error instanceof AllocationError, String(error));
      assert.equal(error.requested, 2 ** 30);
      assert.match(error.message, /^Cannot reserve 1 huge pages of 1 GiB: .*nr_hugepages$/);
      assert.equal(arenas().length, before);
    }
  }
});

test("Arena.reserveHuge() refuses arguments that C would misread", () => {
  const most = Math.min(1024, Math.floor(arenaRules(version).largest / 2 ** 30));
  for (const pages of [0, -1, 1.5, NaN, most + 1, 2 ** 32, "1", undefined]) {
    assert.throws(() => Arena.reserveHuge(pages as number), { name: "RangeError", message: /pages/ });
  }
  for (const numaNode of [-2, 0.5, 1025]) {
    assert.throws(() => Arena.reserveHuge(1, { numaNode }), { name: "RangeError", message: /NUMA node/ });
  }
  for (const timeout of [-1, 0.5, NaN, 2 ** 32]) {
    assert.throws(() => Arena.reserveHuge(1, { timeout }), { name: "RangeError", message: /timeout/ });
  }
});

test("reserveHugePages() refuses options that C would misread", () => {
  for (const pages of [0, -1, 1.5, NaN, 1025, 2 ** 32, "1", undefined]) {
    assert.throws(() => reserveHugePages({ pages: pages as number }), { name: "RangeError" });
  }
  for (const numaNode of [-2, 0.5, 1025, 2 ** 32]) {
    assert.throws(() => reserveHugePages({ pages: 1, numaNode }), { name: "RangeError", message: /NUMA node/ });
  }
  for (const interleave of [-1, 0.5, 1025]) {
    assert.throws(() => reserveHugePages({ pages: 1, interleave }), { name: "RangeError", message: /NUMA nodes/ });
  }
  for (const timeout of [-1, 0.5, NaN, 2 ** 32]) {
    assert.throws(() => reserveHugePages({ pages: 1, timeout }), { name: "RangeError", message: /timeout/ });
  }
  assert.throws(() => reserveHugePages({ pages: 1, numaNode: 0, interleave: 0 }), { name: "TypeError" });
});
