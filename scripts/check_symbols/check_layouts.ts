import type { StatsLayout } from "../../ffi/stats_layout.ts";
import type { CHeader, StatsField } from "./c_header.ts";
import type { Table } from "./table.ts";

const WORD = 8;

function byteLengthOf({ kind, length }: StatsField): number {
  return (kind === "count" ? 3 : 1) * WORD * length;
}

/** What differs between the structures of the headers and the layouts of the table. */
export function checkLayouts(table: Table, header: CHeader, version: string): string[] {
  const stats = table.statsOf(version);
  if (stats === undefined) return [`mi_stats_t: the table has none for ${version}`];
  return [...checkStats(stats, header), ...checkArea(table, header)];
}

function checkStats(stats: StatsLayout, header: CHeader): string[] {
  const differences: string[] = [];
  const expected = new Set<string>();
  let offset = 0;
  for (const field of header.statsFields) {
    if (!isReserved(field)) {
      expected.add(field.name);
      differences.push(...checkField(stats, field, offset));
    }
    offset += byteLengthOf(field);
  }
  differences.push(...compare("mi_stats_t: its size in bytes", offset, stats.byteLength));
  differences.push(...compare("mi_stats_t: its version", header.statsVersion, stats.version));
  const listed = [stats.counts, stats.counters, stats.bins].flatMap((part) => Object.keys(part));
  const extra = listed.filter((name) => !expected.has(name));
  return [...differences, ...extra.map((name) => `mi_stats_t.${name}: C has no such field`)];
}

/** What is kept for the future stands in no table. */
function isReserved({ name, length }: StatsField): boolean {
  return length > 1 && name.endsWith("_reserved");
}

function checkField(stats: StatsLayout, { name, kind, length }: StatsField, offset: number): string[] {
  if (length > 1) {
    const bins: Record<string, { offset: number; length: number }> = stats.bins;
    const bin = bins[name];
    return [
      ...compare(`mi_stats_t.${name}: its offset`, offset, bin?.offset),
      ...compare(`mi_stats_t.${name}: its number of elements`, length, bin?.length),
    ];
  }
  const parts: Record<StatsField["kind"], Record<string, number>> = {
    size: { size: 0, version: WORD },
    count: stats.counts,
    counter: stats.counters,
  };
  return compare(`mi_stats_t.${name}: its offset`, offset, parts[kind][name]);
}

function compare(what: string, inC: number, inTable: number | undefined): string[] {
  return inC === inTable ? [] : [`${what} is ${inC}, the table says ${inTable ?? "nothing"}`];
}

function checkArea({ area }: Table, { areaFields }: CHeader): string[] {
  const offsets: Record<string, number> = area.fields;
  return [
    ...areaFields.flatMap((name, index) => compare(`mi_heap_area_t.${name}: its offset`, index * WORD, offsets[name])),
    ...compare("mi_heap_area_t: its size in bytes", areaFields.length * WORD, area.byteLength),
  ];
}
