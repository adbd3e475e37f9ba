import { isWithin } from "./releases.ts";
import type { Version } from "./version.ts";

/**
 * What works of sub-processes, measured in C for each release:
 *
 * - `"none"`: 2.x knows them for abandoned pages alone, and from 3.2 to 3.5 the first allocation
 *   of a thread in one ends the process (3.2.8, 3.3.2, 3.4.3), because only the main one has a heap for it.
 * - `"join"`: a thread joins one and stays until it ends; deleting one that a thread is in ends the
 *   process at a later allocation (3.0.3 to 3.1.6).
 * - `"leave"`: a thread joins and leaves, and the memory is given back.
 */
export type SubprocessSupport = "none" | "join" | "leave";

const SUPPORT = [
  { since: "3.0.0", until: "3.1.99", support: "join" },
  { since: "3.6.0", support: "leave" },
] as const;

/** What works of sub-processes in `version`. */
export function subprocessSupport(version: Version): SubprocessSupport {
  return SUPPORT.find((range) => isWithin(version, range))?.support ?? "none";
}
