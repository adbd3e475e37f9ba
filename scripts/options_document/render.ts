import { type OptionName, type OptionRow, optionsTable } from "../../ffi/options_table.ts";
import { optionsOf } from "../../ffi/options_of.ts";
import { describeRanges, releases } from "../../ffi/releases.ts";
import { versionOf } from "../../ffi/version.ts";
import { optionEffect } from "../../heaps/options/option_effect.ts";
import { descriptions } from "./descriptions.ts";

const HEAD = `# Options of mimalloc

<!-- Written by scripts/generate_options_document.ts; do not edit. -->

\`options.get("purge_delay")\` and \`options.set("purge_delay", 0)\` read and write them while the program
runs; \`environment({ purge_delay: 0 })\` gives the variables (\`MIMALLOC_PURGE_DELAY\`) that a program
reads when it opens the library. Values are in the unit of the table, with both.

"Change" tells whether a change while the program runs has an effect (\`options.list()\`, on Linux):
_at once_; _later_, for arenas, heaps and threads that are made afterwards; _at load_, not any more;
_none_, nothing looks at the option; _unknown_, nobody has measured it. Guard pages need a build
that has them. An older name works where a version is given for it.

| option | what it does | versions | unit | default | change | older name |
| --- | --- | --- | --- | --- | --- | --- |
`;

const rows: Readonly<Record<string, readonly OptionRow[]>> = optionsTable;

/** The text of docs/options.md. */
export function renderOptionsDocument(): string {
  return HEAD + listNames().map((name) => `| ${cells(name).join(" | ")} |\n`).join("");
}

/** The names of all versions that do something, in the order of their numbers in the newest one that has them. */
export function listNames(): OptionName[] {
  const names = releases.toReversed().flatMap((release) => Object.keys(optionsOf(versionOf(release))));
  return ([...new Set(names)] as OptionName[]).filter((name) => !name.startsWith("deprecated_"));
}

function cells(name: OptionName): string[] {
  const having = releases.flatMap((release) => {
    const entry = optionsOf(versionOf(release))[name];
    return entry === undefined ? [] : [{ release, entry }];
  });
  const effectOn = (release: string) =>
    optionEffect(name, { version: versionOf(release), guarded: true, platform: "linux" });
  const ranges = rows[name] ?? [];
  return [
    `\`${name}\``,
    descriptions[name] ?? "",
    describeRanges(ranges),
    bySpan(having.map(({ release, entry }) => [release, entry.unit])),
    bySpan(having.map(({ release, entry }) => [release, `${entry.default}`])),
    bySpan(having.map(({ release }) => [release, effectOn(release)])),
    olderNames(ranges),
  ];
}

function olderNames(ranges: readonly OptionRow[]): string {
  const names = new Set(ranges.flatMap(({ formerly }) => formerly ?? []));
  return [...names].map((name) => {
    const knowing = ranges.filter(({ formerly }) => formerly === name);
    return `\`${name}\` (${describeRanges(knowing)})`;
  }).join(", ");
}

/** The values of the releases, each with the releases that have it unless all have the same. */
function bySpan(values: readonly (readonly [release: string, value: string])[]): string {
  const distinct = [...new Set(values.map(([, value]) => value))];
  if (distinct.length <= 1) return distinct.join("");
  return distinct.map((value) => {
    const having = values.filter(([, found]) => found === value)
      .map(([since]) => since === releases.at(-1) ? { since } : { since, until: since });
    return `${value} (${describeRanges(having)})`;
  }).join(", ");
}
