import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";
import { pageByteLength } from "./pages.ts";

/**
 * For each page of mapped memory a byte whose lowest bit tells whether the system has provided it; the first page is that
 * of `address`. `undefined` where nothing tells it (all systems but Linux), and for memory that is not mapped.
 */
export function residentPages(address: Address, byteLength: number): Uint8Array<ArrayBuffer> | undefined {
  if (currentPlatform().os !== "linux" || byteLength <= 0) return undefined;
  const page = pageByteLength();
  const start = Math.floor(address / page) * page;
  const pages = new Uint8Array(Math.ceil((address + byteLength - start) / page));
  const told = libc("residency").mincore(backend().toHandle(start), pages.length * page, pages);
  return told === 0 ? pages : undefined;
}
