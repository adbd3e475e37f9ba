import { libc } from "./libc.ts";

/**
 * Bytes of a page of memory (`getpagesize`).
 *
 * Throws `UnsupportedError` where the C library cannot tell it (Windows).
 */
export function pageByteLength(): number {
  return libc("system").getpagesize();
}
