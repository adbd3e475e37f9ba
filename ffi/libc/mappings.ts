import { currentPlatform } from "../platform.ts";
import type { Address } from "../types.ts";
import { readSystemFile } from "./system_file.ts";

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

/**
 * What the process has mapped, by address; `undefined` where nothing tells it: on all systems but Linux. It takes about
 * a millisecond.
 */
export function readMappings(): Mapping[] | undefined {
  if (currentPlatform().os !== "linux") return undefined;
  const text = readSystemFile("/proc/self/maps");
  return text?.split("\n").filter((line) => line !== "").map(parseMapping);
}

function parseMapping(line: string): Mapping {
  const [, start = "", end = "", permissions = "", name = ""] =
    /^([\da-f]+)-([\da-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
  return { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), permissions, name };
}
