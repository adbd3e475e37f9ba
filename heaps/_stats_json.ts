import type { Handle } from "../ffi/types.ts";

/** Bytes that the text has on 3.6, twice over. */
const USUAL_BYTES = 32 * 1024;

const decoder = new TextDecoder();

/** The text that `write` puts into a buffer, which mimalloc cuts off silently when that is too small. */
export function readJson(write: (byteLength: number, buffer: Uint8Array<ArrayBuffer>) => Handle | null): string {
  for (let byteLength = USUAL_BYTES;; byteLength *= 2) {
    const buffer = new Uint8Array(byteLength);
    write(byteLength, buffer);
    const end = buffer.indexOf(0);
    if (end >= 0 && end < byteLength - 1) return decoder.decode(buffer.subarray(0, end));
  }
}
