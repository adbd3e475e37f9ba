import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { arenaRules, backend, library } from "../../../ffi/mod.ts";
import { arenaAlignment } from "../../../heaps/arena/_make_arena.ts";
import { type AnyView, Arena, ClosedError, Heap, LeakError } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";
import { addressOf, assertFilled, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";
import { ofEndingThreads } from "../../_opening.ts";

const GRANULE = 32 * MIB;

function isInside(arena: Arena, view: AnyView): boolean {
  const { address, byteLength } = arena.area;
  const start = addressOf(view);
  return start >= address && start + view.byteLength <= address + byteLength;
}

test("Arena.reserve() rounds up to a multiple of 32 MiB", ofArenas, () => {
  for (const [size, byteLength] of [[1, GRANULE], [GRANULE, GRANULE], [GRANULE + 1, 2 * GRANULE]] as const) {
    using arena = Arena.reserve(size);
    assert.equal(arena.area.byteLength, byteLength);
    assert.ok(arena.area.address > 0 && arena.area.address % 65_536 === 0);
    assert.deepEqual([arena.exclusive, arena.closed, arena.liveHeaps], [true, false, 0]);
  }
});

/** What the system knows of the memory at an address, in the two letters that it has for each thing. */
function flagsOf(address: number): string[] {
  for (const mapping of readFileSync("/proc/self/smaps", "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/)) {
    const [start, end] = mapping.split(/[- ]/, 2).map((hex) => parseInt(hex, 16));
    if (start! <= address && address < end!) return /^VmFlags: (.*)$/m.exec(mapping)![1]!.trim().split(" ");
  }
  throw new Error(`Cannot find the memory at ${address}`);
}

test("Arena.reserve() asks the system for large pages where they are allowed", {
  skip: ofArenas.skip ||
    (existsSync("/sys/kernel/mm/transparent_hugepage/enabled") ? false : "there are no such pages"),
}, () => {
  // 2.2.6 to 2.4.1 ask for all of their memory unless `allow_thp` is 0.
  for (const allowLarge of library().version.major === 2 ? [true] : [true, false]) {
    using arena = Arena.reserve(2 * GRANULE, { allowLarge });
    const { address, byteLength } = arena.area;
    for (const place of [address, address + byteLength - 1]) {
      // Advised to be huge, or taken from those that an administrator set aside.
      const flags = flagsOf(place).filter((flag) => flag === "hg" || flag === "ht");
      assert.equal(flags.length > 0, allowLarge, `${flags} at ${place} of ${address}`);
    }
  }
});

test("Arena.reserve() refuses invalid sizes", () => {
  for (const size of [0, -1, 0.5, NaN, Infinity, 2 ** 46 + 1, 2 ** 53, "32", null, undefined, 5n]) {
    assert.throws(() => Arena.reserve(size as number), { name: "RangeError", message: /^Cannot make an arena of / });
    assert.throws(() => Arena.map(size as number), { name: "RangeError", message: /^Cannot make an arena of / });
  }
});

test("Arena holds the blocks of its heaps and of no other heap", ofArenas, () => {
  using arena = Arena.reserve(2 * GRANULE, { name: "requests" });
  using bound = new Heap({ arena });
  using free = new Heap();
  assert.equal(bound.arena, arena);
  for (const byteLength of [1, 8, 100, 1000, 10_000, 100_000, MIB]) {
    let view = bound.allocate(Uint8Array, byteLength);
    fill(view, 1);
    assert.ok(isInside(arena, view));
    for (const length of [2 * byteLength, 5 * byteLength, Math.ceil(byteLength / 3)]) {
      view = bound.reallocate(view, length);
      assert.ok(isInside(arena, view), `${byteLength} bytes, reallocated to ${length}`);
      assertFilled(view, 1, Math.min(length, Math.ceil(byteLength / 3)));
    }
    assert.ok(isInside(arena, bound.allocateZeroed(Uint8Array, byteLength)));
    assert.ok(isInside(arena, bound.bytes(new Uint8Array(byteLength))));
    assert.ok(!isInside(arena, free.allocate(Uint8Array, byteLength)));
  }
});

test("Arena that is exclusive holds no block of the default heap", ofArenas, () => {
  using arena = Arena.reserve(GRANULE);
  using heap = new Heap({ arena });
  heap.allocate(Uint8Array, 1000);
  const { malloc, free } = library().bind("blocks");
  const { address, byteLength } = arena.area;
  const blocks = Array.from({ length: 4000 }, (_, index) => malloc(1 + (index * 977) % 60_000)!);
  for (const block of blocks) {
    const start = backend().toAddress(block);
    assert.ok(start >= address + byteLength || start < address);
    free(block);
  }
});

test("Arena that is not exclusive can still hold heaps", ofArenas, () => {
  using arena = Arena.reserve(GRANULE, { exclusive: false });
  assert.equal(arena.exclusive, false);
  using heap = new Heap({ arena });
  for (let index = 0; index < 100; index++) assert.ok(isInside(arena, heap.allocate(Uint8Array, 1000)));
});

test("Arena.reserve() without commit makes an arena that works like any other", ofArenas, () => {
  using arena = Arena.reserve(GRANULE, { commit: false });
  using heap = new Heap({ arena });
  const views = Array.from({ length: 300 }, () => heap.allocate(Uint8Array, 30_000));
  views.forEach((view, index) => fill(view, index));
  views.forEach((view, index) => assertFilled(view, index));
  assert.ok(views.every((view) => isInside(arena, view)));
});

test("Arena.map() maps memory at an address that suits the version", ofArenas, () => {
  using arena = Arena.map(GRANULE + 1, { name: "mapped" });
  assert.equal(arena.area.byteLength, 2 * GRANULE);
  assert.equal(arena.area.address % arenaAlignment(), 0);
  using heap = new Heap({ arena });
  const view = heap.allocate(Uint8Array, 5 * MIB);
  fill(view, 1);
  assertFilled(view, 1);
  assert.ok(isInside(arena, view));
});

test("Arena.map() refuses an invalid NUMA node", ofArenas, () => {
  for (const numaNode of [-2, 0.5, NaN, 1025, 2 ** 32, "0" as unknown as number]) {
    assert.throws(() => Arena.map(GRANULE, { numaNode }), { name: "RangeError", message: /^Cannot use NUMA node / });
  }
  using arena = Arena.map(GRANULE, { numaNode: 0 });
  assert.equal(arena.closed, false);
});

test("Arena.close() throws LeakError while heaps are open, then gives its area to the next", ofArenas, () => {
  const arena = Arena.reserve(3 * GRANULE, { name: "full" });
  const { area } = arena;
  const heap = new Heap({ arena });
  const view = heap.allocate(Uint8Array, 100);
  assert.throws(() => arena.close(), (error) => {
    assert.ok(error instanceof LeakError);
    assert.match(error.message, /^Cannot close full: 1 heaps or scope pools in it are open/);
    return true;
  });
  assert.deepEqual([arena.closed, arena.liveHeaps, view.length], [false, 1, 100]);
  heap.destroy();
  arena.close();
  arena.close();
  assert.deepEqual([arena.closed, arena.liveHeaps], [true, 0]);
  assert.throws(() => new Heap({ arena }), { name: "ClosedError", message: "Cannot use full: it is closed" });
  using other = Arena.reserve(3 * GRANULE, { exclusive: false });
  assert.notDeepEqual(other.area, area);
  using next = Arena.reserve(3 * GRANULE);
  assert.deepEqual(next.area, area);
  assert.equal(new Heap({ arena: next }).allocate(Uint8Array, 8).length, 8);
});

test("Arena.destroy() detaches every view of every heap in it", ofArenas, () => {
  const arena = Arena.reserve(GRANULE);
  const heaps = Array.from({ length: 20 }, () => new Heap({ arena }));
  const views = heaps.flatMap((heap) => [heap.allocate(Uint8Array, 100), heap.allocate(Float64Array, 10_000)]);
  assert.equal(arena.liveHeaps, 20);
  arena.destroy();
  arena.destroy();
  arena[Symbol.dispose]();
  assert.ok(views.every((view) => view.length === 0) && heaps.every((heap) => heap.closed));
  assert.throws(() => heaps[0]!.allocate(Uint8Array, 8), ClosedError);
});

test("Arena serves one after another without growing", ofArenas, () => {
  const areas = new Set<number>();
  for (let round = 0; round < 300; round++) {
    using arena = Arena.reserve(GRANULE);
    areas.add(arena.area.address);
    const heap = new Heap({ arena });
    for (let index = 0; index < 10; index++) heap.allocate(Uint8Array, MIB).fill(round);
  }
  assert.equal(areas.size, 1);
});

test("new Heap() refuses an arena that is not an Arena", () => {
  for (const arena of [{}, { area: {} }, 5]) assert.throws(() => new Heap({ arena: arena as Arena }), TypeError);
});

test("Arena.reserve() without a free slot throws AllocationError, and other arenas go on", ofArenas, async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/arena/_out_of_slots.ts");
  assert.equal(code, 0, stderr);
  const { reserved, message, name, reused, allocated } = JSON.parse(stdout);
  const { most } = arenaRules(library().version);
  assert.ok(reserved >= most - 3 && reserved <= most, `${reserved} arenas`);
  assert.equal(name, "AllocationError");
  assert.match(message, /^Cannot make an arena of 33554432 bytes: .*no arena slot left.*close arenas/s);
  assert.deepEqual([reused, allocated], [true, reserved + 1]);
});

test(
  "Arena.reserve() works on a thread that has called nothing, when the one that opened the library is gone",
  { skip: ofArenas.skip || ofEndingThreads.skip },
  async () => {
    const { code, stdout, stderr } = await runProgram("tests/heaps/arena/_reserves_after_worker.ts");
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "1000" }, stderr);
  },
);

test("large blocks lie where a larger one lay", {
  skip: ofArenas.skip || (library().version.major > 2 && "3.x writes nothing in front of a block"),
}, async () => {
  const { code, stdout, stderr } = await runProgram("tests/heaps/arena/_large_after_larger.ts");
  assert.deepEqual([code, stdout], [0, "taken\n"], stderr);
});
