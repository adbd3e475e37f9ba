import { join } from "node:path";
import { readText } from "./_read_text.ts";

const CGROUPS = "/sys/fs/cgroup";

/** The smallest limit in bytes on the way from this process's memory cgroup up to the root; `null` for none. */
export function readMemoryLimit(): number | null {
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
