import { type OptionName, type OptionRow, optionsTable, type OptionUnit } from "./options_table.ts";
import { describeRanges, isWithin, releaseOf } from "./releases.ts";
import { compareVersions, type Version, versionOf } from "./version.ts";

/** One option of one version. */
export interface OptionEntry {
  /** Its number, the value of `mi_option_t`. */
  readonly index: number;
  /** Its value in a release build on Linux when nothing sets it, in units. */
  readonly default: number;
  /** The unit of its value. */
  readonly unit: OptionUnit;
  /** An older name under which this version knows it too. */
  readonly formerly?: string;
}

const rows: Readonly<Record<string, readonly OptionRow[]>> = optionsTable;
const byRelease = new Map<string, Readonly<Record<string, OptionEntry>>>();

/** The options of `version` by name, in the order of their numbers. */
export function optionsOf(version: Version): Readonly<Record<string, OptionEntry>> {
  const release = releaseOf(version);
  let entries = byRelease.get(release);
  if (entries === undefined) {
    const known = versionOf(release);
    const held = Object.entries(rows).flatMap(([name, ranges]) => {
      const row = ranges.find((range) => isWithin(known, range));
      return row === undefined ? [] : [[name, row] as const];
    });
    entries = Object.fromEntries(held.toSorted(([, a], [, b]) => a.index - b.index));
    byRelease.set(release, entries);
  }
  return entries;
}

/** The name under which `entries` has the option `name`, which may be an older one that they still know. */
export function currentName(entries: Readonly<Record<string, OptionEntry>>, name: string): string | undefined {
  if (Object.hasOwn(entries, name)) return name;
  return Object.keys(entries).find((current) => entries[current]!.formerly === name);
}

/** What is known of the option `name` from the oldest version to the newest, as an older name too; none for no option. */
export function rowsOf(name: string): readonly OptionRow[] {
  const own = Object.hasOwn(rows, name) ? rows[name]! : [];
  const former = Object.values(rows).flatMap((ranges) => ranges.filter((row) => row.formerly === name));
  return [...own, ...former].toSorted((a, b) => compareVersions(versionOf(a.since), versionOf(b.since)));
}

/** Says which versions know the option `name`: `"2.1.2 and newer"`. */
export function describeOptionVersions(name: string): string {
  return describeRanges(rowsOf(name));
}

/** Every name of an option, in any version, the older ones too. */
export function optionNames(): OptionName[] {
  const former = Object.values(rows).flatMap((ranges) => ranges.flatMap(({ formerly }) => formerly ?? []));
  return [...new Set([...Object.keys(rows), ...former])] as OptionName[];
}

/** The environment variable that sets an option while the library is being loaded: `MIMALLOC_PURGE_DELAY`. */
export function environmentName(option: string): string {
  return `MIMALLOC_${option.toUpperCase()}`;
}
