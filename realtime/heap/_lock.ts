import { lockLimit, lockPages, unlockPages } from "../../ffi/libc/lock_pages.ts";
import { currentPlatform } from "../../ffi/platform.ts";
import type { MemoryRange } from "../../heaps/arena/arena.ts";
import type { LockReport } from "./lock_report.ts";

/** What is to be locked, in whole pieces of 64 KiB, in which mimalloc hands out memory; neighbours are one range. */
export function wholeRanges(ranges: readonly MemoryRange[]): MemoryRange[] {
  const piece = 2 ** 16;
  const joined: { address: number; byteLength: number }[] = [];
  for (const { address, byteLength } of [...ranges].sort((one, other) => one.address - other.address)) {
    const start = Math.floor(address / piece) * piece;
    const end = Math.ceil((address + byteLength) / piece) * piece;
    const last = joined.at(-1);
    if (last !== undefined && start <= last.address + last.byteLength) {
      last.byteLength = Math.max(last.byteLength, end - last.address);
    } else joined.push({ address: start, byteLength: end - start });
  }
  return joined;
}

/** Locks `ranges`, all of them or none. */
export function lockRanges(ranges: readonly MemoryRange[]): LockReport {
  const wanted = ranges.reduce((total, { byteLength }) => total + byteLength, 0);
  if (currentPlatform().os === "win32") return { lockedBytes: 0, reason: "Windows has no mlock" };
  for (const [index, { address, byteLength }] of ranges.entries()) {
    if (lockPages(address, byteLength)) continue;
    unlockRanges(ranges.slice(0, index));
    const limit = lockLimit();
    const reason = `the system refuses to lock ${wanted} bytes: without a privilege this process may lock ${limit} ` +
      "in all (ulimit -l, RLIMIT_MEMLOCK)";
    return { lockedBytes: 0, reason };
  }
  return { lockedBytes: wanted, reason: undefined };
}

/** Ends {@linkcode lockRanges}. */
export function unlockRanges(ranges: readonly MemoryRange[]): void {
  for (const { address, byteLength } of ranges) unlockPages(address, byteLength);
}
