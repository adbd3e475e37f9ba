import { arenaGranule, arenaRules } from "../../ffi/arena_rules.ts";
import { adviseHugePages, canMapPages, mapPages, unmapPages } from "../../ffi/libc/pages.ts";
import { processWords } from "../../ffi/libc/process_words.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { ArenaId } from "../../ffi/types.ts";
import { shown } from "../argument.ts";
import { enterRange, findOverlap, leaveRange, type RangeEntry } from "../core/arena_ranges.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { AllocationError } from "../errors.ts";
import { flushHooks, reportFailure } from "../hooks/hooks.ts";
import { HUGE_PAGE, requireHugePages } from "./_huge_pages.ts";
import { mimallocArenas } from "./_mimalloc_arenas.ts";
import { placeAt, requireUnknown } from "./_own_memory.ts";
import { addSlot, type ArenaShape, type ArenaSlot } from "./arena_slot.ts";

/** The largest arena of the loaded version. */
function largestArea(): number {
  return arenaRules(library().version).largest;
}

/** What memory that becomes an arena is known to be. */
export interface MemoryTraits {
  /** Whether every byte is zero. */
  readonly zeroed: boolean;
  /** Whether the memory must never be returned to the system. */
  readonly pinned: boolean;
}

/** The size of an area that holds `size` bytes; throws `RangeError` for a size that cannot be had. */
export function areaByteLength(size: number): number {
  const largest = largestArea();
  if (!Number.isSafeInteger(size) || size <= 0 || size > largest) {
    throw new RangeError(
      `Cannot make an arena of ${shown(size)} bytes: mimalloc ${library().versionText} expects an integer ` +
        `from 1 to ${largest}`,
    );
  }
  return Math.ceil(size / arenaGranule) * arenaGranule;
}

/** The multiple at which memory for an arena has to begin on the loaded version. */
export function arenaAlignment(): number {
  const loaded = library();
  if (loaded.has("mi_arena_min_alignment")) {
    return Number(loaded.bind("arenas").arenaMinAlignment());
  }
  return arenaRules(loaded.version).alignment;
}

/** Reserves an arena from the system (`mi_reserve_os_memory_ex`). */
export function reserveSlot(shape: ArenaShape): ArenaSlot {
  const id = new BigUint64Array(1);
  const { reserveOsMemoryEx } = library().bind("arenas");
  introduceThread();
  const code = reserveOsMemoryEx(
    shape.byteLength,
    shape.commit,
    shape.allowLarge,
    shape.exclusive,
    id,
  );
  if (code !== 0) {
    throw failure(shape.byteLength, canMapPages(shape.byteLength));
  }
  const slot = describe(id, shape);
  // With too few slots left for all parts, 3.4 and newer make an arena of those that it has.
  if (slot.byteLength < shape.byteLength) throw failure(shape.byteLength, true);
  // 3.6 does so by itself unless `allow_thp` is 0, as it is here for the sake of other arenas; most others do not.
  if (shape.allowLarge) adviseHugePages(slot.address, slot.byteLength);
  return slot;
}

/** How many huge pages the largest arena of the loaded version has. */
export function mostHugePages(): number {
  return Math.min(1024, Math.floor(largestArea() / HUGE_PAGE));
}

/** Reserves an arena of huge pages (`mi_reserve_huge_os_pages_at_ex`), of fewer when there are not as many. */
export function reserveHugeSlot(shape: ArenaShape, timeout: number): ArenaSlot {
  const id = new BigUint64Array(1);
  const { reserveHugeOsPagesAtEx } = library().bind("reservations");
  introduceThread();
  const pages = shape.byteLength / HUGE_PAGE;
  requireHugePages(pages, reserveHugeOsPagesAtEx(pages, shape.numaNode, timeout, shape.exclusive, id));
  return describe(id, shape);
}

// 2.0.9 crashes when a reservation is the first call of a thread and the one that opened the library has ended.
function introduceThread(): void {
  if (library().version.major < 3) library().bind("threads").threadInit();
}

/** Maps memory that suits the loaded version and makes it an arena. */
export function mapSlot(shape: ArenaShape): ArenaSlot {
  const address = mapPages(shape.byteLength, arenaAlignment());
  if (address === undefined) throw failure(shape.byteLength, false);
  const slot = manage(address, shape, { zeroed: true, pinned: false });
  if (slot !== undefined) {
    slot.subprocess.afterwards(() => unmapPages(address, shape.byteLength));
    return slot;
  }
  unmapPages(address, shape.byteLength);
  throw failure(shape.byteLength, true);
}

/** Makes memory that the program mapped an arena (`mi_manage_os_memory_ex`). */
export function manageSlot(shape: ArenaShape, traits: MemoryTraits): ArenaSlot {
  // Those that mimalloc made for itself are in no list yet.
  mimallocArenas();
  const entry = enterRange(shape.address, shape.byteLength, currentSubprocess().address, true);
  try {
    requireFree(entry, shape.address);
    requireUnknown(shape.address, shape.byteLength);
    const slot = manage(shape.address, shape, traits, entry);
    if (slot === undefined) throw failure(shape.byteLength, true);
    return slot;
  } catch (error) {
    leaveRange(entry);
    throw error;
  }
}

function requireFree(entry: RangeEntry, address: number): void {
  if (entry.index === 0 && processWords() !== undefined) {
    throw new Error(`Cannot manage ${placeAt(address)}: the list of arenas of this process is full`);
  }
  const other = findOverlap(entry);
  if (other === undefined) return;
  throw new RangeError(
    `Cannot manage ${placeAt(address)}: an arena has ${other.byteLength} bytes at 0x${
      other.address.toString(16)
    } already`,
  );
}

/** Throws `RangeError` unless memory may become an arena, by its place and length. */
export function checkMemory(address: number, byteLength: number): void {
  if (!Number.isSafeInteger(address) || address <= 0) {
    throw new RangeError(
      `Cannot manage memory at ${shown(address)}: expected a positive integer`,
    );
  }
  const alignment = arenaAlignment();
  if (address % alignment !== 0) {
    throw new RangeError(
      `Cannot manage ${placeAt(address)}: mimalloc ${library().versionText} needs a multiple of ${alignment} bytes, ` +
        "Arena.map() maps such memory itself",
    );
  }
  const largest = largestArea();
  if (
    !Number.isSafeInteger(byteLength) || byteLength < arenaGranule || byteLength % arenaGranule !== 0 ||
    byteLength > largest
  ) {
    throw new RangeError(
      `Cannot manage ${shown(byteLength)} bytes: expected a multiple of ${arenaGranule} (32 MiB) up to ${largest}`,
    );
  }
}

function manage(
  address: number,
  shape: ArenaShape,
  traits: MemoryTraits,
  entry?: RangeEntry,
): ArenaSlot | undefined {
  const id = new BigUint64Array(1);
  const { manageOsMemoryEx } = library().bind("arenas");
  const start = backend().toHandle(address);
  const { zeroed, pinned } = traits;
  const done = manageOsMemoryEx(
    start,
    shape.byteLength,
    true,
    pinned,
    zeroed,
    shape.numaNode,
    shape.exclusive,
    id,
  );
  return done ? describe(id, shape, entry) : undefined;
}

function describe(
  out: BigUint64Array<ArrayBuffer>,
  shape: ArenaShape,
  entry?: RangeEntry,
): ArenaSlot {
  const size = new BigUint64Array(1);
  const id: ArenaId = library().version.major < 3
    ? new Int32Array(out.buffer)[0] ?? 0
    : backend().toHandle(Number(out[0]));
  const start = library().bind("arenas").arenaArea(id, size);
  const address = start === null ? 0 : backend().toAddress(start);
  const subprocess = currentSubprocess();
  const byteLength = Number(size[0]);
  const slot: ArenaSlot = { id, shape, address, byteLength, subprocess, members: new Set(), holder: undefined };
  addSlot(slot);
  if (entry === undefined) enterRange(address, byteLength, subprocess.address);
  return slot;
}

function failure(byteLength: number, systemHasRoom: boolean): AllocationError {
  reportFailure();
  flushHooks();
  const { version, versionText } = library();
  const { most } = arenaRules(version);
  const reason = systemHasRoom
    ? `the system has room, so mimalloc ${versionText} has no arena slot left (it has ${most} per process); ` +
      "close arenas that are not needed, reserve() reuses them"
    : "the system has no room for it";
  return new AllocationError(
    `Cannot make an arena of ${byteLength} bytes: ${reason}`,
    {
      requested: byteLength,
      live: 0,
      limit: Infinity,
    },
  );
}
