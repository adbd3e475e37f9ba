import { backend } from "../runtime/backend.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";

/**
 * The address of the first byte of `bytes`, which is not empty: `memmove` returns the address that it is given, and
 * moving no byte changes nothing.
 *
 * Throws `UnsupportedError` where the C library is not known.
 */
export function addressOf(bytes: Uint8Array<ArrayBuffer>): Address {
  const start = libc("memory").memmove(bytes, bytes, 0);
  return start === null ? 0 : backend().toAddress(start);
}
