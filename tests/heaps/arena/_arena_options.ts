// Tells what the options of arenas do to the process, in one of its own because arenas stay.
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { library } from "../../../ffi/mod.ts";
import { mapPages } from "../../../ffi/libc/pages.ts";
import { arenaAlignment } from "../../../heaps/arena/_make_arena.ts";
import { Arena, arenasText, Heap, type MemoryRange, release } from "../../../mod.ts";
import { takesPinned } from "../../_build.ts";
import { addressOf, MIB } from "../_support.ts";

const BYTES = 64 * MIB;

/** The mappings of this process that touch `range`, as Linux lists them; none elsewhere. */
function mappings({ address, byteLength }: MemoryRange): string[] {
  if (!existsSync("/proc/self/smaps")) return [];
  const entries = readFileSync("/proc/self/smaps", "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  return entries.filter((entry) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(entry)!;
    return parseInt(start!, 16) < address + byteLength && parseInt(end!, 16) > address;
  });
}

function residentBytes(range: MemoryRange): number {
  const kibibytes = mappings(range).map((entry) => Number(/^Rss:\s+(\d+)/m.exec(entry)![1]));
  return kibibytes.reduce((sum, value) => sum + value, 0) * 1024;
}

function manage(options: { zeroed?: boolean; pinned?: boolean }): Arena {
  const address = mapPages(BYTES, arenaAlignment())!;
  return Arena.manage({ address, byteLength: BYTES }, options);
}

const strangeHeaps: Heap[] = [];

/** How many of so many blocks of 1 MiB, in a heap that is bound to no arena, lie in `arena`; the heap stays. */
function strangers(arena: Arena, count: number): number {
  const { address, byteLength } = arena.area;
  const heap = new Heap();
  strangeHeaps.push(heap);
  const starts = Array.from({ length: count }, () => addressOf(heap.allocate(Uint8Array, MIB)));
  return starts.filter((start) => start >= address && start < address + byteLength).length;
}

/** Whether the end of the area may be written. */
function isCommitted(commit: boolean): boolean | undefined {
  const { address, byteLength } = Arena.reserve(96 * MIB, { commit }).area;
  return mappings({ address: address + byteLength - 4096, byteLength: 4096 })[0]?.includes(" rw-p ");
}

/** Bytes that a zeroed block of 8 MiB makes resident. */
function writtenToZero(zeroed: boolean): number {
  const arena = manage({ zeroed });
  using heap = new Heap({ arena });
  heap.allocate(Uint8Array, 8);
  const before = residentBytes(arena.area);
  heap.allocateZeroed(Uint8Array, 8 * MIB);
  return residentBytes(arena.area) - before;
}

/** Bytes that stay resident when a block of 8 MiB is freed and the memory released. */
function keptResident(pinned: boolean): number {
  const arena = manage({ pinned, zeroed: true });
  const heap = new Heap({ arena });
  heap.allocate(Uint8Array, 8 * MIB).fill(1);
  heap.destroy();
  release();
  return residentBytes(arena.area);
}

/** How mimalloc describes the arena that was made last. */
function describeLast(_arena: Arena): string {
  return arenasText().split("\n").findLast((line) => /arena \d+ at/.test(line)) ?? "";
}

// 3.6 alone describes them in full.
function describeAll(): Record<string, string> | undefined {
  if (!library().sharedHeaps) return undefined;
  return {
    plain: describeLast(Arena.map(BYTES)),
    node: describeLast(Arena.map(BYTES, { numaNode: 3 })),
    shared: describeLast(Arena.map(BYTES, { exclusive: false })),
    ...(takesPinned() ? { pinned: describeLast(manage({ pinned: true })) } : {}),
  };
}

// Before all others, because mimalloc takes the first arena with room.
const found = {
  reserved: strangers(Arena.reserve(BYTES, { exclusive: false }), 40),
  mapped: strangers(Arena.map(BYTES, { exclusive: false }), 60),
  committed: [true, false].map(isCommitted),
  written: [true, false].map(writtenToZero),
  kept: takesPinned() ? [true, false].map(keptResident) : undefined,
  described: describeAll(),
};
process.stdout.write(JSON.stringify(found));
