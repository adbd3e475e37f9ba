import { currentPlatform } from "../platform.ts";
import type { Address } from "../types.ts";
import { libc } from "./libc.ts";

/** A stretch of address space that the process has mapped. */
export interface Mapping {
  /** Address of the first byte. */
  readonly start: Address;
  /** Address behind the last byte. */
  readonly end: Address;
  /** What is permitted, as the kernel writes it: `"rw-p"`. */
  readonly permissions: string;
  /** The file behind it, or a name of the kernel such as `"[stack]"`; empty for anonymous memory. */
  readonly name: string;
}

const O_RDONLY = 0;
const PIECE = 2 ** 16;

/**
 * What the process has mapped, by address; `undefined` where nothing tells it: on all systems but Linux. It takes about
 * a millisecond. Read by the C library, because Deno keeps `/proc` from programs without all permissions.
 */
export function readMappings(): Mapping[] | undefined {
  if (currentPlatform().os !== "linux") return undefined;
  const text = readWhole("/proc/self/maps");
  return text?.split("\n").filter((line) => line !== "").map(parseMapping);
}

function parseMapping(line: string): Mapping {
  const [, start = "", end = "", permissions = "", name = ""] =
    /^([\da-f]+)-([\da-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
  return { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), permissions, name };
}

function readWhole(path: string): string | undefined {
  const { open, read, close } = libc("files");
  const file = open(new TextEncoder().encode(`${path}\0`), O_RDONLY);
  if (file < 0) return undefined;
  try {
    const decoder = new TextDecoder();
    const piece = new Uint8Array(PIECE);
    let text = "";
    for (;;) {
      const length = Number(read(file, piece, PIECE));
      if (length < 0) return undefined;
      if (length === 0) return text + decoder.decode();
      text += decoder.decode(piece.subarray(0, length), { stream: true });
    }
  } finally {
    close(file);
  }
}
