/** Proves the warnings that stand in the symbol table, on the versions that they are about. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { losesAlignedBlocks } from "../../../ffi/aligned_blocks.ts";
import { functionName } from "../../../ffi/runtime/functions.ts";
import { library } from "../../../ffi/library/library.ts";
import { type Group, type SymbolName, symbols } from "../../../ffi/symbols.ts";
import type { AnyFunction, Declaration, Handle } from "../../../ffi/types.ts";
import { type Outcome, runProgram } from "../../_program.ts";
import { addressOf, ArenaIdSlot, handleOf, hasRoom, MiB, zalloc } from "./_tools.ts";
import { isPresent, isWithin } from "../../../ffi/releases.ts";
import { ofArenas } from "../../_arenas.ts";
import { ENDS_WITH_THREAD } from "../../_opening.ts";

const version = library().versionText;
/** Whether powers of two come out of line: builds with padding have no fast path for them. */
function isMisaligning(): boolean {
  return isWithin(library().version, { until: "2.1.1" }) && hasRoom();
}
const ABORTING = "tests/ffi/symbols/_abort.ts";
const STALE_THEAP = "tests/ffi/symbols/_stale_theap.ts";
const ALIGNED = "tests/ffi/symbols/_aligned_blocks.ts";
const FREEING = "tests/ffi/symbols/_free_address.ts";

/** Runs a program in a process of its own, which may crash. */
function runChild(program: string, argument: string): Promise<Outcome> {
  return runProgram(program, {
    arguments: [argument],
    environment: { MIMALLOC_PATH: library().path, BUN_ENABLE_CRASH_REPORTING: "0" },
  });
}

/** How many of 50 blocks of 512 bytes are not aligned to 512. */
function countMisaligned(allocate: (byteLength: number, alignment: number) => Handle | null): number {
  const blocks = Array.from({ length: 50 }, () => addressOf(allocate(512, 512)));
  return blocks.filter((address) => address === 0 || address % 512 !== 0).length;
}

/** Every function that carries a danger. */
function listDangerous(): { group: Group; symbol: string; danger: string }[] {
  return (Object.entries(symbols) as [Group, Record<string, Declaration>][]).flatMap(([group, declarations]) =>
    Object.entries(declarations).flatMap(([symbol, { danger }]) =>
      danger === undefined ? [] : [{ group, symbol, danger }]
    )
  );
}

test("mi_thread_done ends a theap and leaves a heap alone", {
  // On 3.3 the thread that opened the library cannot begin anew.
  skip: ENDS_WITH_THREAD || !library().has("mi_heap_theap"),
}, async () => {
  assert.equal((await runChild(STALE_THEAP, "heap")).stdout, "own\n");
  // Or it dies.
  assert.notEqual((await runChild(STALE_THEAP, "theap")).stdout, "own\n");
});

test("mi_malloc_aligned and its relatives misalign powers of two only up to 2.1.1, without padding", () => {
  const { mallocAligned } = library().bind("aligned");
  const { heapMallocAligned } = library().bind("heapAligned");
  const { memalign, alignedAlloc, posixMemalign } = library().bind("posix");
  const heap = library().bind("heaps").heapNew();
  const kin: Record<string, number> = {
    mallocAligned: countMisaligned(mallocAligned),
    heapMallocAligned: countMisaligned((size, alignment) => heapMallocAligned(heap, size, alignment)),
    memalign: countMisaligned((size, alignment) => memalign(alignment, size)),
    alignedAlloc: countMisaligned((size, alignment) => alignedAlloc(alignment, size)),
    posixMemalign: countMisaligned((size, alignment) => {
      const slot = new BigUint64Array(1);
      posixMemalign(slot, alignment, size);
      return handleOf(slot[0] ?? 0n);
    }),
  };
  const expected = isMisaligning();
  for (const [name, count] of Object.entries(kin)) assert.equal(count > 0, expected, `${name}: ${count}`);
});

test("the functions that align at an offset, and those that zero, align on every version", () => {
  const { mallocAlignedAt, zallocAligned, zallocAlignedAt } = library().bind("aligned");
  const { heapMallocAlignedAt, heapZallocAlignedAt } = library().bind("blocks");
  const heap = library().bind("heaps").heapNew();
  assert.equal(countMisaligned((size, alignment) => mallocAlignedAt(size, alignment, 0)), 0);
  assert.equal(countMisaligned(zallocAligned), 0);
  assert.equal(countMisaligned((size, alignment) => zallocAlignedAt(size, alignment, 0)), 0);
  assert.equal(countMisaligned((size, alignment) => heapMallocAlignedAt(heap, size, alignment, 0)), 0);
  assert.equal(countMisaligned((size, alignment) => heapZallocAlignedAt(heap, size, alignment, 0)), 0);
});

test("aligned reallocation of an unaligned block aligns since 2.3.0 and 3.3.0, at an offset always", () => {
  const { reallocAligned, reallocAlignedAt, mallocAlignedAt } = library().bind("aligned");
  const { recallocAligned, rezallocAligned } = library().bind("zeroing");
  const { heapReallocAligned } = library().bind("heapAligned");
  const { heapRecallocAligned, heapRezallocAligned } = library().bind("heapZeroing");
  const { alignedRecalloc } = library().bind("posix");
  const heap = library().bind("heaps").heapNew();
  // 16 bytes behind a multiple of 4096.
  const unaligned = (): Handle => mallocAlignedAt(64, 4096, 4080) ?? zalloc(64);
  const aligns = isPresent(library().version, { since: "2.3.0", missing: ["3.0.0 to 3.2.8"] });
  const found = [
    reallocAligned(unaligned(), 50_000, 4096),
    rezallocAligned(unaligned(), 50_000, 4096),
    recallocAligned(unaligned(), 50, 1000, 4096),
    alignedRecalloc(unaligned(), 50, 1000, 4096),
    heapReallocAligned(heap, unaligned(), 50_000, 4096),
    heapRezallocAligned(heap, unaligned(), 50_000, 4096),
    heapRecallocAligned(heap, unaligned(), 50, 1000, 4096),
  ].map((handle) => addressOf(handle) % 4096 === 0);
  assert.deepEqual(found, Array(found.length).fill(aligns));
  assert.equal(addressOf(reallocAlignedAt(unaligned(), 50_000, 4096, 0)) % 4096, 0);
});

test(
  "mi_heap_destroy leaks the blocks of a heap from mi_heap_new_in_arena where there is mi_heap_new_ex",
  {
    skip: ofArenas.skip ||
      (library().build.type === "debug" && library().has("mi_heap_new_ex") && "a debug build aborts"),
  },
  () => {
    const { heapNewInArena, heapDestroy } = library().bind("heaps");
    const slot = new ArenaIdSlot();
    assert.equal(library().bind("arenas").reserveOsMemoryEx(64 * MiB, true, false, true, slot.words), 0);
    let count = 0;
    for (; count < 200; count++) {
      const heap = heapNewInArena(slot.id);
      const found = heap !== null && library().bind("blocks").heapMalloc(heap, MiB) !== null;
      heapDestroy(heap);
      if (!found) break;
    }
    assert.equal(count < 200, library().has("mi_heap_new_ex"), `${count} heaps`);
  },
);

test("Library.bind() refuses a dangerous function, and says what it does and how to bind it", () => {
  const dangerous = listDangerous();
  assert.equal(dangerous.length, 13);
  for (const { group, symbol, danger } of dangerous) {
    const functions = library().bind(group) as Record<string, AnyFunction>;
    assert.throws(functions[functionName(symbol)] as AnyFunction, {
      name: "Error",
      message: `Cannot call ${symbol}: ${danger}; library().bind("${group}", { dangerous: true }) binds it`,
    });
  }
});

test("Library.bind() gives the same functions every time, and others with the dangerous ones", () => {
  assert.equal(library().bind("cxx"), library().bind("cxx"));
  assert.equal(library().bind("cxx", { dangerous: true }), library().bind("cxx", { dangerous: true }));
  assert.notEqual(library().bind("cxx"), library().bind("cxx", { dangerous: true }));
});

test("blocks that follow aligned ones overlap only on 3.0.0 and 3.0.1, and end a secure build", async () => {
  const { code, stdout } = await runChild(ALIGNED, "");
  if (!losesAlignedBlocks(library().version)) assert.equal(stdout, "apart\n");
  else if (hasRoom()) assert.equal(stdout, "overlapping\n");
  else assert.notEqual(code, 0);
});

test("mi_cfree crashes on addresses from 1 to 65,535 only on 3.0.1, and ignores NULL and others", async () => {
  // Debug builds from 2.0.9 to 2.1.2 are sure that no address lies in the first 32 MiB (`_mi_segment_of`).
  const isSure = library().build.type === "debug" && isWithin(library().version, { since: "2.0.9", until: "2.1.2" });
  const end = isSure ? 32 * MiB + 1 : version === "3.0.1" ? 65_536 : 0;
  for (const address of [0, 1, 16, 64, 65_535, 65_536, 32 * MiB, 32 * MiB + 1, 2 ** 46]) {
    const { code, stdout } = await runChild(FREEING, `${address}`);
    const crashes = address > 0 && address < end;
    assert.equal(stdout, crashes ? "calling\n" : "calling\nreturned\n", `${address}: ${stdout}`);
    assert.equal(code === 0, !crashes, `${address} ended with ${code}`);
  }
});

test("every function that is said to abort the process when memory runs out does", { timeout: 300_000 }, async () => {
  const aborting = listDangerous().filter(({ symbol, danger }) =>
    danger.includes("abort") && library().has(symbol as SymbolName)
  );
  assert.ok(aborting.length >= 4, `${aborting.length} functions`);
  for (const { symbol } of aborting) {
    const { code, signal, stdout } = await runChild(ABORTING, symbol);
    assert.equal(stdout, "calling\n", `${symbol} returned`);
    assert.ok(signal === "SIGABRT" || code === 134, `${symbol} ended with ${code ?? signal}`);
  }
});
