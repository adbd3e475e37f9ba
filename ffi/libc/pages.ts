import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import type { Address, Handle } from "../types.ts";
import { libc } from "./libc.ts";

const READ_WRITE = 3;
const NONE = 0;

// The numbers on Linux.
const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const MADV_HUGEPAGE = 14;
const MADV_POPULATE_WRITE = 23;

// MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
function mapFlags(): number {
  return currentPlatform().os === "darwin" ? 0x02 | 0x1000 | 0x40 : 0x02 | 0x20 | 0x4000;
}

function map(byteLength: number, protection: number): Address | undefined {
  const handle = libc("pages").mmap(
    null,
    byteLength,
    protection,
    mapFlags(),
    -1,
    0,
  );
  if (handle === null) return undefined;
  const address = backend().toAddress(handle);
  // MAP_FAILED is all ones, which no runtime gives as an address below 2^53.
  return address > 0 && address < Number.MAX_SAFE_INTEGER ? address : undefined;
}

function toHandle(address: Address): Handle {
  const handle = backend().toHandle(address);
  if (handle === null) throw new RangeError("Cannot use address 0: it is NULL");
  return handle;
}

/**
 * Maps `byteLength` readable and writable bytes at a multiple of `alignment`; `undefined` when the system refuses. No
 * memory is used until it is written.
 */
export function mapPages(
  byteLength: number,
  alignment: number,
): Address | undefined {
  const whole = map(byteLength + alignment, READ_WRITE);
  if (whole === undefined) return undefined;
  const start = Math.ceil(whole / alignment) * alignment;
  const head = start - whole;
  if (head > 0) unmapPages(whole, head);
  unmapPages(start + byteLength, alignment - head);
  return start;
}

/** Returns mapped pages to the system. */
export function unmapPages(address: Address, byteLength: number): void {
  if (byteLength > 0) libc("pages").munmap(toHandle(address), byteLength);
}

/**
 * Gives the memory behind whole pages of a range back to the system; they stay mapped, and read as zero. False, and
 * nothing is changed, where that cannot be: on all systems but Linux, and for memory that is shared, locked or of huge
 * pages.
 */
export function discardPages(address: Address, byteLength: number): boolean {
  if (currentPlatform().os !== "linux") return false;
  const { madvise } = libc("pages");
  const page = pageByteLength();
  const start = Math.ceil(address / page) * page;
  const length = Math.floor((address + byteLength) / page) * page - start;
  if (length <= 0) return false;
  const handle = toHandle(start);
  // The one advice asks for what the other does not: that the memory is nobody else's, unlocked, and of small pages.
  return madvise(handle, page, MADV_FREE) === 0 && madvise(handle, length, MADV_DONTNEED) === 0;
}

/** A piece of memory that is asked for at once; where one cannot be had, the others still are. */
const POPULATED = 2 ** 21;

/**
 * Lets the system provide all pages of memory, those of its ends included, now instead of at their first use; what is in
 * them stays. False where it does not provide all: where some may not be written, before Linux 5.14 and on other systems.
 */
export function populatePages(address: Address, byteLength: number): boolean {
  if (currentPlatform().os !== "linux") return false;
  const { madvise } = libc("pages");
  const page = pageByteLength();
  const end = Math.ceil((address + byteLength) / page) * page;
  let whole = true;
  for (let start = Math.floor(address / page) * page; start < end; start += POPULATED) {
    const length = Math.min(POPULATED, end - start);
    if (madvise(toHandle(start), length, MADV_POPULATE_WRITE) !== 0) whole = false;
  }
  return whole;
}

/**
 * Asks the system for transparent huge pages where memory is used from now on. Advice: a system that has none, or never
 * gives any, goes on with small ones.
 */
export function adviseHugePages(address: Address, byteLength: number): void {
  if (currentPlatform().os === "linux") libc("pages").madvise(toHandle(address), byteLength, MADV_HUGEPAGE);
}

/** Whether the system would still map `byteLength` bytes. */
export function canMapPages(byteLength: number): boolean {
  const address = map(byteLength, NONE);
  if (address === undefined) return false;
  unmapPages(address, byteLength);
  return true;
}

// The number on Linux and macOS. It asks for nothing to be waited for, and fails where a page is not mapped.
const MS_ASYNC = 1;

/**
 * Whether all of the bytes at an address are mapped, in a microsecond; whether they may be read nothing tells. True where
 * the C library cannot say it (Windows).
 */
export function isMapped(address: Address, byteLength: number): boolean {
  if (currentPlatform().os === "win32") return true;
  const page = pageByteLength();
  const start = Math.floor(address / page) * page;
  const handle = backend().toHandle(start);
  return handle !== null && libc("mapped").msync(handle, address + byteLength - start, MS_ASYNC) === 0;
}

/** Makes mapped pages readable and writable; false when some of them are not mapped or may not be written. */
export function makeWritable(address: Address, byteLength: number): boolean {
  return libc("pages").mprotect(toHandle(address), byteLength, READ_WRITE) ===
    0;
}

/**
 * Bytes of a page of memory (`getpagesize`).
 *
 * Throws `UnsupportedError` where the C library cannot tell it (Windows).
 */
export function pageByteLength(): number {
  return libc("system").getpagesize();
}
