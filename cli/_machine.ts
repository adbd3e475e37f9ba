import { totalmem } from "node:os";
import { pageByteLength } from "../ffi/libc/pages.ts";
import { readMemoryLimit } from "./_memory_limit.ts";
import { readText } from "./_read_text.ts";

/** How the kernel hands out transparent huge pages: `"always"`, `"madvise"` or `"never"`, or as it says otherwise. */
export interface TransparentHugePages {
  /** Who gets them. */
  readonly enabled: string;
  /** Who waits for the kernel to make room for one. */
  readonly defrag: string;
}

/** Huge pages that were set aside when the machine started or later. */
export interface HugePages {
  /** Bytes of one. */
  readonly byteLength: number;
  /** How many there are. */
  readonly total: number;
  /** How many nobody uses. */
  readonly free: number;
}

/** What the machine has that matters to an allocator; `null` for what it does not tell. */
export interface Machine {
  /** Bytes of memory. */
  readonly memoryBytes: number | null;
  /** Bytes that the memory cgroup of this process may use; `null` for no limit too. */
  readonly memoryLimitBytes: number | null;
  /** Bytes of a page. */
  readonly pageBytes: number | null;
  /** Transparent huge pages. */
  readonly transparentHugePages: TransparentHugePages | null;
  /** Huge pages. */
  readonly hugePages: HugePages | null;
}

/** Looks at the machine. */
export function readMachine(): Machine {
  return {
    memoryBytes: readMemoryBytes(),
    memoryLimitBytes: readMemoryLimit(),
    pageBytes: readPageBytes(),
    transparentHugePages: readTransparentHugePages(),
    hugePages: parseHugePages(readText("/proc/meminfo") ?? ""),
  };
}

function readMemoryBytes(): number | null {
  try {
    return totalmem();
  } catch {
    // Deno does not tell without --allow-sys.
    return null;
  }
}

function readPageBytes(): number | null {
  try {
    return pageByteLength();
  } catch {
    // Windows has no such function, and without --allow-ffi none can be called.
    return null;
  }
}

function readTransparentHugePages(): TransparentHugePages | null {
  const chosen = (name: string): string | undefined =>
    /\[([^\]]+)\]/.exec(readText(`/sys/kernel/mm/transparent_hugepage/${name}`) ?? "")?.[1];
  const [enabled, defrag] = [chosen("enabled"), chosen("defrag")];
  return enabled === undefined || defrag === undefined ? null : { enabled, defrag };
}

/** Reads the huge pages of `/proc/meminfo`. */
export function parseHugePages(text: string): HugePages | null {
  const value = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(text)?.[1] ?? NaN);
  const pages = {
    byteLength: value("Hugepagesize") * 1024,
    total: value("HugePages_Total"),
    free: value("HugePages_Free"),
  };
  return Object.values(pages).some(Number.isNaN) ? null : pages;
}
