import { type OptionEntry, type OptionName, optionsTable, type OptionsVersion } from "../../ffi/options_table.ts";
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
that has them.

| option | what it does | unit | 2.0.9 | 3.0.1 | 3.6.0 | change |
| --- | --- | --- | ---: | ---: | ---: | --- |
`;

const VERSIONS = Object.keys(optionsTable) as OptionsVersion[];
const columns: Readonly<Record<OptionsVersion, Readonly<Record<string, OptionEntry>>>> = optionsTable;

/** The text of docs/options.md. */
export function renderOptionsDocument(): string {
  return HEAD + listNames().map((name) => `| ${row(name).join(" | ")} |\n`).join("");
}

/** The names of all versions that do something, in the order of their numbers in the newest one. */
export function listNames(): OptionName[] {
  const names = VERSIONS.toReversed().flatMap((version) => Object.keys(columns[version]) as OptionName[]);
  return [...new Set(names)].filter((name) => !name.startsWith("deprecated_"));
}

function row(name: OptionName): string[] {
  const having = VERSIONS.filter((version) => Object.hasOwn(columns[version], name));
  const units = new Set(having.map((version) => columns[version][name]!.unit));
  const defaults = VERSIONS.map((version) => columns[version][name]?.default.toString() ?? "–");
  const effects = having.map((version) =>
    [version, optionEffect(name, { version, guarded: true, platform: "linux" })] as const
  );
  const isSame = new Set(effects.map(([, effect]) => effect)).size === 1;
  const change = isSame ? effects[0]![1] : effects.map(([version, effect]) => `${effect} (${version})`).join(", ");
  return [`\`${name}\``, descriptions[name] ?? "", [...units].join(" or "), ...defaults, change];
}
