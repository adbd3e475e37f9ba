import { readMappings } from "../../ffi/libc/mappings.ts";
import { makeWritable } from "../../ffi/libc/pages.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";

/** What 3.x hands out memory in, and its map speaks of. */
const SLICE = 64 * 1024;

/** What 2.x hands out memory in, at multiples of it. */
const SEGMENT = 32 * 2 ** 20;

/** How messages call the memory at an address. */
export function placeAt(address: Address): string {
  return `the memory at 0x${address.toString(16)}`;
}

/**
 * Throws `RangeError` unless memory is mapped, readable and writable, as far as the system tells: mimalloc writes to it
 * at once. Elsewhere than on Linux it is made so.
 */
export function requireMapped(address: Address, byteLength: number): void {
  const mappings = readMappings();
  if (mappings === undefined) {
    if (!makeWritable(address, byteLength)) refuse(address, byteLength, "not mapped or not writable");
    return;
  }
  const limit = address + byteLength;
  let end = address;
  for (const mapping of mappings) {
    if (mapping.end <= end || mapping.start >= limit) continue;
    if (mapping.start > end) break;
    if (!mapping.permissions.startsWith("rw")) refuse(address, byteLength, "not readable and writable");
    // Names of the kernel; programs give theirs in the form [anon:name].
    if (/^\[(?!anon)/.test(mapping.name)) refuse(address, byteLength, `the ${mapping.name} of the process`);
    end = mapping.end;
  }
  if (end < limit) refuse(address, byteLength, "not mapped");
}

/** Throws `RangeError` when mimalloc has handed out some of the memory, to whatever heap of whatever thread. */
export function requireUnknown(address: Address, byteLength: number): void {
  const { isInHeapRegion } = library().bind("ownership");
  const step = library().version.major < 3 ? SEGMENT : SLICE;
  // Not at the very start: 2.x counts the first byte of a segment to the one before.
  for (let at = address + SLICE / 2; at < address + byteLength; at += step) {
    if (isInHeapRegion(backend().toHandle(at))) {
      throw new RangeError(
        `Cannot manage ${placeAt(address)}: mimalloc uses what lies at 0x${at.toString(16)} already`,
      );
    }
  }
}

function refuse(address: Address, byteLength: number, reason: string): never {
  throw new RangeError(`Cannot manage ${placeAt(address)}: some of its ${byteLength} bytes are ${reason}`);
}
