import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { pageByteLength } from "../ffi/page_size.ts";

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
  readonly memoryBytes: number;
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
    memoryBytes: totalmem(),
    memoryLimitBytes: readMemoryLimit(),
    pageBytes: readPageBytes(),
    transparentHugePages: readTransparentHugePages(),
    hugePages: parseHugePages(readText("/proc/meminfo") ?? ""),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Other systems and containers lack these files, and Deno may forbid them.
    return undefined;
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

const CGROUPS = "/sys/fs/cgroup";

/** The smallest limit on the way from this process's memory cgroup up to the root. */
function readMemoryLimit(): number | null {
  const { directory, file } = memoryCgroup(readText("/proc/self/cgroup") ?? "");
  const limits = ancestors(directory).map((place) => parseLimit(readText(join(place, file)) ?? ""));
  const least = Math.min(...limits);
  return least === Infinity ? null : least;
}

/** Where the memory limit of a process lies, by the text of its `/proc/self/cgroup`. */
export function memoryCgroup(text: string): { directory: string; file: string } {
  const first = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(text)?.[1];
  if (first !== undefined) return { directory: join(CGROUPS, "memory", first), file: "memory.limit_in_bytes" };
  const second = /^0::(.*)$/m.exec(text)?.[1] ?? "/";
  return { directory: join(CGROUPS, second), file: "memory.max" };
}

function ancestors(directory: string): string[] {
  const places = [directory];
  for (let place = directory; place.startsWith(`${CGROUPS}/`);) {
    place = join(place, "..");
    places.push(place);
  }
  return places;
}

/** Bytes of a cgroup's limit; `Infinity` for none. */
export function parseLimit(text: string): number {
  // The first version of cgroups writes "no limit" as the largest multiple of a page in 63 bits.
  return /^\d+$/.test(text) && Number(text) < 2 ** 62 ? Number(text) : Infinity;
}
