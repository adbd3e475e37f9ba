import { isWithin, releaseOf, type VersionRange } from "./releases.ts";
import { type Version, versionOf } from "./version.ts";

/** What versions allow of arenas. Sizes are in bytes. */
export interface ArenaRules {
  /** The most arenas that a process has at a time. */
  readonly most: number;
  /** The size of the largest arena. */
  readonly largest: number;
  /** The multiple at which memory that becomes one has to begin; newer versions say it themselves. */
  readonly alignment: number;
  /** The highest secure level (`MI_SECURE`) of builds that give blocks of pinned memory and huge pages. */
  readonly pinnedUpTo: number;
}

/** Arenas are made of pieces of 32 MiB, and begin with one, on every version. */
export const arenaGranule: number = 32 * 2 ** 20;

const GIB = 2 ** 30;
const SLICE = 64 * 2 ** 10;

/**
 * From `src/arena.c` of each release (`MI_MAX_ARENAS`, `MI_ARENA_MAX_SIZE`) and from trying: 2.x takes whatever the
 * system gives, 3.3 fails above 15.5 GiB, and since 3.4 a larger arena is made of parts of 16 GiB, each in one of the
 * slots. Up to 3.4.3 the heaps in one use its first part alone. Secure builds make guard pages, which pinned memory
 * cannot have, so that they take no block of it (`allow_large` in `src/segment.c` and `src/arena.c`).
 */
const rules: readonly (VersionRange & ArenaRules)[] = [
  { until: "2.1.1", most: 64, largest: 2 ** 46, alignment: arenaGranule, pinnedUpTo: 0 },
  { since: "2.1.2", until: "2.1.7", most: 112, largest: 2 ** 46, alignment: arenaGranule, pinnedUpTo: 0 },
  { since: "2.1.8", until: "2.4.1", most: 132, largest: 2 ** 46, alignment: arenaGranule, pinnedUpTo: 0 },
  { since: "3.0.0", until: "3.2.8", most: 160, largest: 16 * GIB, alignment: SLICE, pinnedUpTo: 1 },
  { since: "3.3.0", until: "3.3.1", most: 160, largest: 15.5 * GIB, alignment: SLICE, pinnedUpTo: 1 },
  { since: "3.3.2", until: "3.3.2", most: 160, largest: 15.5 * GIB, alignment: SLICE, pinnedUpTo: 4 },
  { since: "3.4.0", until: "3.4.3", most: 160, largest: 16 * GIB, alignment: SLICE, pinnedUpTo: 4 },
  { since: "3.6.0", most: 160, largest: 1024 * GIB, alignment: SLICE, pinnedUpTo: 4 },
];

/** What `version` allows of arenas. */
export function arenaRules(version: Version): ArenaRules {
  const known = versionOf(releaseOf(version));
  return rules.find((range) => isWithin(known, range))!;
}
