import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";

const O_RDONLY = 0;
const SEEK_END = 2;
const READ_WRITE = 3;

/** Copies of pages that are written to, for which no memory is set aside before: the file may be longer than there is. */
function mapFlags(): number {
  // MAP_PRIVATE | MAP_NORESERVE
  return currentPlatform().os === "darwin" ? 2 | 0x40 : 2 | 0x4000;
}

/** What opening must not do, by platform: hand the file to child processes, wait for somebody to write to a pipe. */
function openFlags(): number {
  const [closeOnExec, nonblocking] = currentPlatform().os === "darwin" ? [0x100_0000, 4] : [0x8_0000, 0x800];
  return O_RDONLY | closeOnExec | nonblocking;
}

/** The file that is mapped at an address. */
export interface FileMapping {
  /** Address of its first byte; 0 for an empty file, which cannot be mapped. */
  readonly address: Address;
  /** Its bytes. */
  readonly byteLength: number;
}

/**
 * Maps the file at a path, so that it is read as it is used; pages that are written to become copies that nobody else sees.
 * `refuse` throws for a file that is too long. `undefined` where the system does not open or map it.
 *
 * Never for reading alone: a store to a view of such memory, which nothing in JavaScript keeps from happening, would end
 * the process.
 */
export function mapWholeFile(path: string, refuse: (byteLength: number) => void): FileMapping | undefined {
  const { open, lseek, close } = libc("files");
  const file = open(new TextEncoder().encode(`${path}\0`), openFlags());
  if (file < 0) return undefined;
  try {
    const byteLength = Number(lseek(file, 0, SEEK_END));
    if (byteLength < 0) return undefined;
    refuse(byteLength);
    if (byteLength === 0) return { address: 0, byteLength };
    const handle = libc("pages").mmap(null, byteLength, READ_WRITE, mapFlags(), file, 0);
    const address = handle === null ? 0 : backend().toAddress(handle);
    // MAP_FAILED is all ones.
    return address > 0 && address < Number.MAX_SAFE_INTEGER ? { address, byteLength } : undefined;
  } finally {
    close(file);
  }
}
