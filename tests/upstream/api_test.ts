/** What test-api.c of mimalloc asserts, aside from alignment; `_assertions.ts` lists it line by line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { arenaRules } from "../../ffi/arena_rules.ts";
import { library } from "../../ffi/library/library.ts";
import { AllocationError, Arena, Heap } from "../../mod.ts";
import { runProgram } from "../_program.ts";
import { addressOf as addressOfView, assertFilled, assertLive, fill as fillView, MIB } from "../heaps/_support.ts";
import {
  addressOf,
  ArenaIdSlot,
  block,
  bytesOf,
  cString,
  fill,
  free,
  handleOf,
  kept,
  KiB,
  malloc,
  MiB,
  recordErrors,
  reserveArena,
  textOf,
  withHeap,
} from "../ffi/symbols/_tools.ts";
import { ofArenas } from "../_arenas.ts";
import { isWithin } from "../../ffi/releases.ts";

const EINVAL = 22;
const ENOMEM = 12;
const EOVERFLOW = 75;
const SIZE_MAX = 2n ** 64n - 1n;
const UNTOUCHED = 0x1234n;
/** Whether the functions of 3.6 are there, and its checks of arguments. */
const isNewest = isWithin(library().version, { since: "3.6.0" });
const ofUsableSizes = { skip: library().has("mi_umalloc") ? false : "mimalloc 2.2.2 has these functions" };

/** Asserts what `mi_posix_memalign` returns for wrong arguments, and that it does not write the pointer. */
function assertMemalignFails(alignment: number, size: bigint, expected: number): void {
  const slot = new BigUint64Array([UNTOUCHED]);
  assert.equal(library().bind("posix").posixMemalign(slot, alignment, size), expected);
  assert.equal(slot[0], UNTOUCHED);
}

test("malloc-zero: a block of 0 bytes is not NULL and can be freed", () => {
  free(malloc(0));
});

test("malloc-nomem1: more bytes than a pointer difference counts give NULL, and Heap refuses them", () => {
  const { mallocn } = library().bind("allocation");
  assert.equal(mallocn(1, 2n ** 63n), null);
  using heap = new Heap();
  assert.throws(() => heap.allocate(Uint8Array, 2 ** 63), RangeError);
  assertLive(heap, 0, 0);
});

test("malloc-free-null: free(NULL) does nothing", () => {
  assert.deepEqual(recordErrors(() => free(null)), []);
});

test("malloc-free-invalid-low: an address that is no block is not freed", () => {
  // mi_free() crashes on it in release builds of all three versions; mi_cfree() and Heap.free() check.
  const { cfree } = library().bind("allocation");
  assert.equal(cfree(handleOf(0x3990080)), isNewest ? false : undefined);
  using heap = new Heap();
  assert.throws(() => heap.free(new Uint8Array(8)), TypeError);
});

test("calloc-overflow: a product beyond 64 bits gives NULL", () => {
  assert.equal(library().bind("allocation").calloc(1_000_000, SIZE_MAX / 1000n), null);
});

test("calloc0: calloc(0, 1000) gives a block of at most 16 bytes", () => {
  const handle = library().bind("allocation").calloc(0, 1000);
  assert.ok(handle !== null);
  assert.ok(library().bind("blocks").usableSize(handle) <= 16);
  free(handle);
});

test("malloc-large: 67,108,872 bytes are allocated and freed", () => {
  const byteLength = 67_108_872;
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, byteLength);
  view[byteLength - 1] = 7;
  assert.equal(view[byteLength - 1], 7);
  heap.free(view);
  assertLive(heap, 0, 0);
  free(block(malloc(byteLength), byteLength));
});

test("posix_memalign1: an alignment of 8 gives an aligned block", () => {
  const slot = new BigUint64Array(1);
  assert.equal(library().bind("posix").posixMemalign(slot, 8, 32), 0);
  assert.equal(slot[0]! % 8n, 0n);
  free(block(handleOf(slot[0]!), 32));
});

test("posix_memalign_no_align: an alignment of 3 gives EINVAL and leaves the pointer alone", () => {
  assertMemalignFails(3, 32n, EINVAL);
});

test("posix_memalign_zero: 0 bytes give a block that can be freed", () => {
  const slot = new BigUint64Array(1);
  assert.equal(library().bind("posix").posixMemalign(slot, 8, 0), 0);
  free(handleOf(slot[0]!));
});

test("posix_memalign_nopow2: an alignment of 24 gives EINVAL and leaves the pointer alone", () => {
  assertMemalignFails(24, 32n, EINVAL);
});

test("posix_memalign_nomem: SIZE_MAX bytes give ENOMEM and leave the pointer alone", () => {
  assertMemalignFails(8, SIZE_MAX, ENOMEM);
});

test("realloc-null: realloc(NULL, 4) gives a block", () => {
  free(block(library().bind("allocation").realloc(null, 4), 4));
});

test("realloc-null-sizezero: realloc(NULL, 0) is not NULL", () => {
  const handle = library().bind("allocation").realloc(null, 0);
  assert.ok(handle !== null);
  free(handle);
});

test("realloc-sizezero: realloc(p, 0) is not NULL", () => {
  const handle = library().bind("allocation").realloc(malloc(4), 0);
  assert.ok(handle !== null);
  free(handle);
});

test("reallocarray-null-sizezero: reallocarray(NULL, 0, 16) is not NULL and reports no error", () => {
  const errors = recordErrors(() => {
    const handle = library().bind("posix").reallocarray(null, 0, 16);
    assert.ok(handle !== null);
    free(handle);
  });
  assert.deepEqual(errors, []);
});

test("realloc-guarded: a block survives growing 64 times by 1024 bytes", () => {
  const { realloc } = library().bind("allocation");
  let handle = malloc(100);
  fill(handle, 100);
  for (let step = 1; step <= 64; step++) handle = kept(block(realloc(handle, step * 1024), step * 1024), 100);
  free(handle);
});

test("realloc-guarded: a view survives growing 64 times by 1024 bytes", () => {
  using heap = new Heap();
  let view = heap.allocate(Uint8Array, 1024);
  fillView(view, 1);
  for (let step = 2; step <= 64; step++) {
    view = heap.reallocate(view, step * 1024);
    assertFilled(view, 1, (step - 1) * 1024);
    fillView(view, 1);
  }
  assertLive(heap, 64 * 1024, 1);
});

test("umalloc1: the sizes that umalloc, urealloc and ufree tell agree, from 1 byte to 32 MiB", ofUsableSizes, () => {
  const { umalloc, urealloc, ufree } = library().bind("blockSizes");
  const [size, before, after, freed] = Array.from({ length: 4 }, () => new BigUint64Array(1)) as [
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
    BigUint64Array<ArrayBuffer>,
  ];
  for (let wanted = 1; wanted <= 32 * MiB; wanted *= 2) {
    const handle = umalloc(wanted, size);
    assert.ok(handle !== null && size[0]! >= BigInt(wanted), `${size[0]} for ${wanted}`);
    const grown = urealloc(handle, 2 * wanted, before, after);
    assert.ok(grown !== null && after[0]! >= BigInt(2 * wanted), `${after[0]} for ${2 * wanted}`);
    assert.equal(before[0], size[0]);
    ufree(grown, freed);
    assert.equal(freed[0], after[0]);
  }
});

test("arena_reserve: 16 GiB of address space are reserved, uncommitted, with large pages allowed", {
  skip: arenaRules(library().version).largest < 16 * 2 ** 30
    ? "mimalloc 3.3 has arenas of up to 15.5 GiB"
    : ofArenas.skip,
}, async () => {
  const { code, stdout, stderr } = await runProgram("tests/upstream/programs/reserve.ts");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "0 8192\n" }, stderr);
});

test("realpath: the path of the working directory is a block that can be freed", () => {
  const handle = library().bind("strings").realpath(cString("."), null);
  assert.match(textOf(handle), /^(\/|[A-Z]:)/);
  free(handle);
});

test("heap_destroy: a heap is destroyed with two blocks in it", () => {
  const heap = new Heap();
  const views = [heap.allocate(Uint8Array, 1024), heap.allocate(Uint8Array, 1024)];
  heap.destroy();
  assert.deepEqual(views.map((view) => view.length), [0, 0]);
  withHeap((raw) => {
    const { heapMalloc } = library().bind("blocks");
    assert.notEqual(addressOf(heapMalloc(raw, 1024)), addressOf(heapMalloc(raw, 1024)));
  });
});

test("heap_delete: the blocks of a deleted heap can be written and freed", () => {
  const heap = library().bind("heaps").heapNew();
  const { heapMalloc } = library().bind("blocks");
  const blocks = [block(heapMalloc(heap, 1024), 1024), block(heapMalloc(heap, 1024), 1024)];
  library().bind("heapSettings").heapDelete(heap);
  blocks.forEach((handle) => fill(handle, 1024));
  blocks.forEach((handle) => free(kept(handle, 1024)));
});

test(
  "heap_arena_destroy: a heap in an exclusive arena of 64 MiB goes with its blocks, again and again",
  ofArenas,
  () => {
    using arena = Arena.reserve(64 * MIB);
    const { address, byteLength } = arena.area;
    for (let count = 0; count < 200; count++) {
      using heap = new Heap({ arena });
      const at = addressOfView(heap.allocate(Uint8Array, MIB));
      assert.ok(at >= address && at + MIB <= address + byteLength);
      heap.destroy();
    }
  },
);

test("heap_arena_delete: the blocks of a heap that was in an arena can be written and freed", ofArenas, () => {
  const arena = reserveArena();
  const heap = library().bind("heaps").heapNewInArena(arena.id);
  const handle = block(library().bind("blocks").heapMalloc(heap, 1024), 1024);
  library().bind("heapSettings").heapDelete(heap);
  fill(handle, 1024);
  free(kept(handle, 1024));
});

test("heap_arena: a heap allocates in its arena until it is full, then throws", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  using heap = new Heap({ arena });
  assert.throws(() => {
    for (;;) heap.allocate(Uint8Array, MIB);
  }, AllocationError);
  // Padding of debug builds and guard pages make a block of 1 MiB larger than that.
  assert.ok(heap.liveBlocks >= 20 && heap.liveBlocks <= 31, `${heap.liveBlocks} blocks`);
});

test("heap_walk: every block of a heap is visited once", () => {
  using heap = new Heap();
  const expected = Array.from({ length: 200 }, (_, index) => addressOfView(heap.allocate(Uint8Array, 1 + 50 * index)));
  const visited = [...heap.blocks().addresses];
  assert.equal(new Set(visited).size, visited.length);
  // Up to 3.1 the heap may have taken pages over with the blocks of others.
  const own = library().has("mi_heap_main") ? visited : visited.filter((address) => expected.includes(address));
  assert.deepEqual(own.sort(), expected.sort());
});

test("error-codes: what fails reports the error numbers of its version, and a product that overflows none since 2.0.6", () => {
  const { calloc, mallocn, reallocn } = library().bind("allocation");
  const { mallocAligned, mallocAlignedAt } = library().bind("aligned");
  const { version } = library();
  const checksTotals = ["2.3.0 to 2.4.1", "3.3.0 to 3.4.3"].map((range) => range.split(" to ")).some(([since, until]) =>
    isWithin(version, { since: since!, until: until! })
  );
  const ofProduct = isWithin(version, { until: "2.0.5" }) ? [EOVERFLOW] : [];
  const cases: [fail: () => unknown, errors: number[]][] = [
    // The most that 2.1.7 counts is 2^48.
    [() => mallocn(1, 2 ** 47), [ENOMEM]],
    [() => mallocn(1, SIZE_MAX), isNewest ? [EOVERFLOW] : [EOVERFLOW, EOVERFLOW, ENOMEM]],
    [() => calloc(2n ** 61n, 1000), ofProduct],
    [() => mallocn(2n ** 61n, 1000), ofProduct],
    [() => reallocn(null, 2n ** 61n, 1000), ofProduct],
    [() => mallocAligned(100, 3), isNewest ? [EINVAL] : []],
    // Debug builds up to 2.1.1 end the process instead.
    ...(isWithin(version, { until: "2.1.1" }) && library().build.type === "debug"
      ? []
      : [[() => mallocAligned(100, 0), isNewest ? [EINVAL] : []] as [() => unknown, number[]]]),
    [() => mallocAligned(SIZE_MAX, 64), isNewest ? [EINVAL] : checksTotals ? [EOVERFLOW] : []],
    [() => mallocAlignedAt(100, 32 * MiB, 8), isNewest || checksTotals ? [EOVERFLOW] : []],
  ];
  for (const [fail, errors] of cases) {
    const found = recordErrors(() => assert.equal(fail(), null, `${fail}`));
    // Debug builds tell more of what is wrong, all of it as an overflow.
    const isMore = library().build.type === "debug" && errors.length === 0;
    assert.deepEqual(isMore ? found.filter((error) => error !== EOVERFLOW) : found, errors, `${fail}`);
  }
});

test("manage_os_memory: Arena.manage() rejects 2 MiB as too small", ofArenas, () => {
  const slot = new ArenaIdSlot();
  // Debug builds of 3.0 to 3.3 check that it begins with a slice.
  const memory = block(library().bind("aligned").mallocAligned(2 * MiB, 64 * KiB), 2 * MiB);
  const { manageOsMemoryEx } = library().bind("arenas");
  assert.equal(manageOsMemoryEx(memory, 2 * MiB, true, false, false, -1, true, slot.words), false);
  bytesOf(memory, 2 * MiB).fill(1);
  free(memory);
});
