import { pageByteLength, populatePages } from "../../ffi/libc/pages.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Address } from "../../ffi/types.ts";
import { native } from "../../heaps/core/native.ts";

/** A stretch of memory that is looked at at once. */
const WINDOW = 2 ** 26;

/**
 * Has the system provide all pages of memory that the program has taken from mimalloc and that nobody else uses. What is
 * in them stays: builds that look for overflows have marks there.
 */
export function provide(address: Address, byteLength: number): void {
  if (populatePages(address, byteLength)) return;
  const page = pageByteLength();
  const handle = backend().toHandle(address)!;
  for (let start = 0; start < byteLength; start += WINDOW) {
    const window = native().wrap(handle, start, Math.min(WINDOW, byteLength - start));
    const bytes = new Uint8Array(window);
    for (let index = 0; index < bytes.length; index += page) bytes[index] = bytes[index]!;
    bytes[bytes.length - 1] = bytes.at(-1)!;
    window.transfer(0);
  }
}
