import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { callbackSignatures } from "../../../../ffi/callback_signatures.ts";
import { unmapPages } from "../../../../ffi/libc/pages.ts";
import { library } from "../../../../ffi/library/library.ts";
import { withCallback } from "../../../../ffi/runtime/callback.ts";
import { isPresent, isWithin } from "../../../../ffi/releases.ts";
import type { Address } from "../../../../ffi/types.ts";
import { isSecure } from "../../../_build.ts";
import { type Cases, proves, provesAlone } from "../_case.ts";
import {
  addressOf,
  ArenaIdSlot,
  bytesOf,
  describeArena,
  fill,
  foreignMemory,
  handleOf,
  inside,
  kept,
  KiB,
  malloc,
  mapArenaMemory,
  MiB,
  recordOutput,
  reserveArena,
} from "../_tools.ts";

const ENOMEM = 12;
const OPTION_VERBOSE = 2;
const GiB = 1024 * MiB;
const PAGE = 4096;

/** A figure of `/proc/self/statm` in bytes: 0 is the address space, 1 is what is resident. */
function readMemory(figure: 0 | 1): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[figure]) * PAGE;
}

/** Asserts that the address space grows by `byteLength` during `reserve`, where the system tells. */
function assertReserves(byteLength: number, reserve: () => void): void {
  if (process.platform !== "linux") return reserve();
  const before = readMemory(0);
  reserve();
  const grown = readMemory(0) - before;
  assert.ok(grown >= byteLength, `the address space grew by ${grown} bytes`);
}

/** Asserts what reserving huge pages ends with: they are there, or out of memory. */
function assertHugePages(result: number): void {
  assert.ok(result === 0 || result === ENOMEM, `ended with ${result}`);
}

/** Makes an exclusive arena of mapped memory. */
function manage(size: number): { slot: ArenaIdSlot; start: Address } {
  const slot = new ArenaIdSlot();
  const start = mapArenaMemory(size);
  const { manageOsMemoryEx } = library().bind("arenas");
  assert.ok(manageOsMemoryEx(handleOf(start), size, true, false, true, -1, true, slot.words));
  return { slot, start };
}

export const arenas: Cases<"arenas"> = {
  "mi_reserve_os_memory_ex": proves("reserves an arena and tells its identifier", ({ reserveOsMemoryEx }) => {
    const slot = new ArenaIdSlot();
    assertReserves(64 * MiB, () => {
      assert.equal(reserveOsMemoryEx(64 * MiB, true, false, true, slot.words), 0);
    });
    const { start, end } = describeArena(slot);
    assert.equal(end - start, 64 * MiB);
  }),
  "mi_manage_os_memory_ex": proves("makes an arena of memory that it is given", ({ manageOsMemoryEx }) => {
    const slot = new ArenaIdSlot();
    const start = mapArenaMemory(64 * MiB);
    const made = manageOsMemoryEx(handleOf(start), 64 * MiB, true, false, true, -1, true, slot.words);
    assert.equal(made, true);
    assert.deepEqual(describeArena(slot), { id: slot.id, start, end: start + 64 * MiB });
  }),
  "mi_arena_area": proves("tells where the memory of an arena lies", ({ arenaArea }) => {
    const { slot, start } = manage(64 * MiB);
    const size = new BigUint64Array(1);
    assert.equal(addressOf(arenaArea(slot.id, size)), start);
    assert.equal(size[0], BigInt(64 * MiB));
  }),
  "mi_arena_min_alignment": proves("gives the alignment of arenas", ({ arenaMinAlignment }) => {
    const alignment = isWithin(library().version, { until: "3.4.3" }) ? 64 * KiB : 256 * MiB;
    assert.equal(Number(arenaMinAlignment()), alignment);
    assert.equal(reserveArena().start % alignment, 0);
  }),
};

export const arenaFacts: Cases<"arenaFacts"> = {
  "mi_arena_contains": proves("tells the memory of an arena from other memory", ({ arenaContains }) => {
    const arena = reserveArena();
    const heap = library().bind("heaps").heapNewInArena(arena.id);
    const handle = inside(arena, library().bind("blocks").heapMalloc(heap, 100));
    assert.equal(arenaContains(arena.id, handle), true);
    assert.equal(arenaContains(arena.id, foreignMemory(64)), false);
  }),
  "mi_arena_min_size": proves("gives the size below which no arena is made", ({ arenaMinSize }) => {
    const size = Number(arenaMinSize());
    const { reserveOsMemoryEx } = library().bind("arenas");
    assert.equal(size, 32 * MiB);
    assert.equal(reserveOsMemoryEx(size, true, false, true, new ArenaIdSlot().words), 0);
    assert.equal(reserveOsMemoryEx(size / 2, true, false, true, new ArenaIdSlot().words), ENOMEM);
  }),
  "mi_arena_max_object_size": proves("gives a size that arenas never exceed", ({ arenaMaxObjectSize }) => {
    const size = Number(arenaMaxObjectSize());
    assert.ok(size > 200 * MiB && size < 256 * MiB, `${size}`);
  }),
  "mi_arenas_print": proves("prints the arenas", ({ arenasPrint }) => {
    reserveArena();
    assert.match(recordOutput(() => arenasPrint()), /arena/);
  }),
  "mi_arenas_purge": provesAlone("gives freed memory back to the system", ({ arenasPurge }) => {
    const { heapNew, heapDestroy } = library().bind("heaps");
    const heap = heapNew();
    for (let count = 0; count < 64; count++) {
      const handle = library().bind("blocks").heapMalloc(heap, MiB);
      assert.ok(handle !== null);
      bytesOf(handle, MiB).fill(1);
    }
    heapDestroy(heap);
    if (process.platform !== "linux") return arenasPurge();
    const before = readMemory(1);
    arenasPurge();
    const given = before - readMemory(1);
    assert.ok(given > 32 * MiB, `${given} bytes were given back`);
  }),
  "mi_debug_show_arenas": proves("prints the arenas", ({ debugShowArenas }) => {
    const { optionGet, optionSet } = library().bind("process");
    const verbose = Number(optionGet(OPTION_VERBOSE));
    library().bind("reservations").reserveOsMemory(64 * MiB, true, false);
    const { version } = library();
    const most = isWithin(version, { since: "2.1.4", until: "2.1.7" }) ? 3 : 1;
    const hasFlags = isPresent(version, { since: "2.1.4", until: "3.0.1", missing: ["2.2.2 to 2.4.1"] });
    const flags = Array.from({ length: hasFlags ? most : 0 }, () => true);
    // 2.0 shows them as verbose messages.
    optionSet(OPTION_VERBOSE, 1);
    assert.match(recordOutput(() => (debugShowArenas as (...flags: boolean[]) => void)(...flags)), /arena/);
    optionSet(OPTION_VERBOSE, verbose);
  }),
};

export const reservations: Cases<"reservations"> = {
  "mi_reserve_os_memory": provesAlone("reserves an arena for plain blocks", ({ reserveOsMemory }) => {
    assertReserves(2 * GiB, () => assert.equal(reserveOsMemory(2 * GiB, true, false), 0));
  }),
  "mi_reserve_huge_os_pages": proves("tells how many huge pages it got", ({ reserveHugeOsPages }) => {
    const reserved = new BigUint64Array([7n]);
    assert.equal(reserveHugeOsPages(0, 0.5, reserved), 0);
    assert.equal(reserved[0], 0n);
    const result = reserveHugeOsPages(1, 0.5, reserved);
    assertHugePages(result);
    assert.equal(reserved[0], result === 0 ? 1n : 0n);
  }),
  "mi_reserve_huge_os_pages_at": proves("ends with 0 or ENOMEM", ({ reserveHugeOsPagesAt }) => {
    assert.equal(reserveHugeOsPagesAt(0, -1, 500), 0);
    assertHugePages(reserveHugeOsPagesAt(1, -1, 500));
  }),
  "mi_reserve_huge_os_pages_at_ex": proves("ends with 0 or ENOMEM", ({ reserveHugeOsPagesAtEx }) => {
    const slot = new ArenaIdSlot();
    assert.equal(reserveHugeOsPagesAtEx(0, -1, 500, true, slot.words), 0);
    assertHugePages(reserveHugeOsPagesAtEx(1, -1, 500, true, slot.words));
  }),
  "mi_reserve_huge_os_pages_interleave": proves("ends with 0 or ENOMEM", ({ reserveHugeOsPagesInterleave }) => {
    assert.equal(reserveHugeOsPagesInterleave(0, 0, 500), 0);
    assertHugePages(reserveHugeOsPagesInterleave(1, 0, 500));
  }),
  "mi_manage_os_memory": provesAlone("makes an arena for plain blocks of memory that it is given", ({
    manageOsMemory,
  }) => {
    const size = 256 * MiB;
    const start = mapArenaMemory(size);
    assert.equal(manageOsMemory(handleOf(start), size, true, false, true, -1), true);
    inside({ id: null, start, end: start + size }, malloc(8 * MiB));
  }),
  "mi_manage_memory": provesAlone("commits the memory of an arena through a callback", ({ manageMemory }) => {
    const size = 64 * MiB;
    const start = mapArenaMemory(size);
    const slot = new ArenaIdSlot();
    let committed = 0n;
    withCallback(callbackSignatures.commit, (commit, from, byteLength, isZero) => {
      const address = addressOf(from);
      assert.ok(address >= start && address + Number(byteLength) <= start + size);
      if (commit) committed += byteLength;
      if (isZero !== null) bytesOf(isZero, 1)[0] = 0;
      return true;
    }, (pointer) => {
      assert.ok(manageMemory(handleOf(start), size, false, false, true, -1, true, pointer, null, slot.words));
      const heap = library().bind("heaps").heapNewInArena(slot.id);
      const handle = library().bind("blocks").heapMalloc(heap, 5 * MiB);
      // Secure builds up to 3.2.8 commit what describes the arena, and give no block of it.
      if (isSecure() && isWithin(library().version, { until: "3.2.8" })) assert.equal(handle, null);
      else fill(inside({ id: slot.id, start, end: start + size }, handle), 100);
    });
    // Newer versions commit a block of 5 MiB as it is touched.
    assert.ok(committed >= 64n * BigInt(KiB), `${committed} bytes committed`);
  }),
  "mi_arena_unload": provesAlone("gives up an arena of memory that it was given", ({ arenaUnload }) => {
    const { slot, start } = manage(64 * MiB);
    const [base, accessed, size] = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)];
    assert.equal(arenaUnload(slot.id, base, accessed, size), true);
    assert.deepEqual([base[0], size[0]], [BigInt(start), BigInt(64 * MiB)]);
    // Some builds of 3.0.1 take the lowest bit for the highest, so that this is more than there is.
    if (library().versionText !== "3.0.1") assert.ok(accessed[0]! <= BigInt(64 * MiB), `${accessed[0]} bytes`);
    unmapPages(start, 64 * MiB);
    assert.equal(arenaUnload(reserveArena().id, base, accessed, size), false, "an arena of the system's memory");
  }),
  "mi_arena_reload": provesAlone("takes an arena back with what is in it", ({ arenaReload, arenaUnload }) => {
    const { slot, start } = manage(64 * MiB);
    const heap = library().bind("heaps").heapNewInArena(slot.id);
    const handle = library().bind("blocks").heapMalloc(heap, 100 * KiB);
    assert.ok(handle !== null);
    fill(handle, 1000);
    library().bind("heapSettings").heapUnload(heap);
    const out = (): BigUint64Array<ArrayBuffer> => new BigUint64Array(1);
    const [base, size] = [out(), out()];
    assert.equal(arenaUnload(slot.id, base, out(), size), true);
    const again = new ArenaIdSlot();
    const from = [handleOf(base[0] ?? 0n), Number(size[0])] as const;
    const takesCallback = isPresent(library().version, { since: "3.0.3", missing: ["3.0.7 to 3.0.12"] });
    const done = takesCallback ? arenaReload(...from, null, null, again.words) : arenaReload(...from, again.words);
    assert.equal(done, true);
    assert.equal(describeArena(again).start, start);
    kept(handle, 1000);
  }),
};
