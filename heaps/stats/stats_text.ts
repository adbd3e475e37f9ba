import { emptyStats } from "./_empty_stats.ts";
import type { Stats, StatsCount, StatsCounterName, StatsCountName } from "./stats_types.ts";

/** A line of the printed text: its label, which of the lines of that label, and the figure behind it. */
type Line<N> = readonly [label: string, occurrence: number, name: N];

interface Layout {
  readonly counts: readonly Line<StatsCountName>[];
  readonly counters: readonly Line<StatsCounterName>[];
}

// Release builds print more lines, but count only half of what these figures say, or nothing: on 2.0.9
// the frees of pages and threads without their allocations, on 3.0.1 the other way round.
const VERSION_2: Layout = {
  counts: [
    ["reserved", 0, "reserved"],
    ["committed", 0, "committed"],
    ["segments", 0, "segments"],
    ["-abandoned", 0, "segmentsAbandoned"],
    ["-abandoned", 1, "pagesAbandoned"],
  ],
  counters: [["reset", 0, "reset"], ["commits", 0, "commitCalls"]],
};

const VERSION_3: Layout = {
  counts: [
    ["reserved", 0, "reserved"],
    ["committed", 0, "committed"],
    ["-abandoned", 0, "pagesAbandoned"],
  ],
  counters: [
    ["reset", 0, "reset"],
    ["purged", 0, "purged"],
    ["-reclaima", 0, "pagesReclaimOnAlloc"],
    ["-reclaimf", 0, "pagesReclaimOnFree"],
    ["-reabandon", 0, "pagesReabandonFull"],
    ["arenas", 0, "arenaCount"],
    ["-purges", 0, "arenaPurges"],
    ["mmap calls", 0, "mmapCalls"],
    ["-commit", 0, "commitCalls"],
    ["-reset", 0, "resetCalls"],
    ["-purge", 0, "purgeCalls"],
  ],
};

/** Reads the statistics that 2.x and 3.0 print. */
export function parseStats(text: string, major: number): Stats {
  const { counts, counters } = major < 3 ? VERSION_2 : VERSION_3;
  const lines = readLines(text);
  const stats = emptyStats(false, true);
  for (const [label, occurrence, name] of counts) {
    const amounts = lines.get(label)?.[occurrence];
    // The columns are peak, total, freed, current.
    if (amounts?.length === 4) stats[name] = toCount(amounts);
  }
  for (const [label, occurrence, name] of counters) {
    const amounts = lines.get(label)?.[occurrence];
    // A counter that is printed in four columns has its total in the second.
    if (amounts !== undefined) stats[name] = amounts[amounts.length === 4 ? 1 : 0];
  }
  return stats;
}

function toCount(amounts: readonly number[]): StatsCount {
  return { current: amounts[3]!, peak: amounts[0]!, total: amounts[1]! };
}

function readLines(text: string): ReadonlyMap<string, readonly number[][]> {
  const lines = new Map<string, number[][]>();
  for (const line of text.split("\n")) {
    const found = /^ *([a-z -]+): +(.*)$/.exec(line);
    if (found === null) continue;
    const [, label = "", rest = ""] = found;
    lines.set(label, [...lines.get(label) ?? [], readAmounts(rest)]);
  }
  return lines;
}

const POWERS = ["", "K", "M", "G", "T"];

function readAmounts(text: string): number[] {
  return [...text.matchAll(/(-?\d+(?:\.\d+)?) ?([KMGT]?)(i?)B?(?![\w.])/g)].map(([, digits, prefix, binary]) =>
    Math.round(Number(digits) * (binary === "i" ? 1024 : 1000) ** POWERS.indexOf(prefix ?? ""))
  );
}
