import { arenaRules } from "../../ffi/arena_rules.ts";
import { optionsOf } from "../../ffi/options_of.ts";
import { describeRanges, isPresent, releases } from "../../ffi/releases.ts";
import { hasSharedHeaps } from "../../ffi/shared_heaps.ts";
import { statsLayoutOf } from "../../ffi/stats_layout.ts";
import { subprocessSupport } from "../../ffi/subprocess_support.ts";
import { symbols } from "../../ffi/symbols.ts";
import type { Declaration } from "../../ffi/types.ts";
import { type Version, versionOf } from "../../ffi/version.ts";
import { packages } from "./packages.ts";

const HEAD = `# Versions of mimalloc

<!-- Written by scripts/generate_versions_document.ts; do not edit. -->

Every release from ${releases[0]} on is known: ${releases.length} of them, by their headers and sources. The facts are
data with the releases for which they hold: [functions](../ffi/symbols/), [options](../ffi/options_table.ts),
[statistics](../ffi/stats_layout.ts), [arenas](../ffi/arena_rules.ts), [heaps](../ffi/shared_heaps.ts) and [sub-processes](../ffi/subprocess_support.ts).

## What differs

Releases in one row are alike in everything here; [api.md](api.md) has the versions of every function, and
[options.md](options.md) those of every option.

`;

const TRUST = `
## What is trusted, and what is checked

A distribution may have changed its library, and a number may stand for something else than its release:

- **Functions** are looked up by name. One that is missing throws \`UnsupportedError\` when it is called, and the error
  names it, the version that was found, and the releases that have it.
- **Options** are held against the list in the library itself before the first use: from 3.2.6 on it prints them, the
  ELF file of an older one holds them. An option that stands at another number throws \`UnsupportedError\`, and the others
  work. Where there is neither (an older version on macOS or Windows, or no permission to read the file), the release is
  trusted.
- **Statistics** are asked for in a way that no form of them takes amiss, and refused when none of those that are known
  fits.
- **A release in between** that is not known is taken for the one before it, with the numbers of its own list of options.
- **A newer one** is taken for ${
  releases.at(-1)
} when it has all functions that nothing works without, else it is refused
  when it is loaded, with the names of those that it lacks. Another major number than 2 or 3 is refused, and so is all
  that is older than ${releases[0]}.

\`mi_version()\` was written in three ways: 209 is 2.0.9, 3010 is 3.0.10, and 30600 is 3.6.0. 3.0.7 was published with the
number of 3.0.6, and 3.4.2 with that of 3.4.1, so that it is told as 3.4.1.

From 3.2.6 to 3.2.8 mimalloc lets any thread use any heap, and crashes when a thread uses one after another that was
destroyed, or more than 16: there \`Heap.attach()\` refuses heaps of other threads, as before, and \`send()\` of
\`@mimalloc/ffi/threads\` blocks of any but the main heap.

From 3.3.0 to 3.3.2 the thread that opens the library first must stay until the end: a later thread that gets its
identifier crashes. Call \`loadLibrary()\` on the main thread there; a Worker that is first gets \`LibraryLoadError\`. \`deno test\`
runs each file on a thread that ends with it: there the later thread that gets the identifier of the first gets
\`LibraryLoadError\`, so that tests of many files or Workers may fail with Deno, and \`deno test\` has to run a file at a time.

Debug builds of 2.3.0 to 2.4.1 end the process when a thread ends or blocks outlive their heap, and those of 3.0.0 to 3.1.5
when memory runs out, that of 2.0.9 when a block of more than 16 MiB begins in an arena where the inside of another lay, by
checks of their own that fail though nothing is wrong: they are refused when they are loaded.

Guarded builds of 2.3.0 to 2.4.1 and 3.3.0 to 3.3.2 count the guard page behind a block as part of it, so that \`mi_realloc\` lets blocks grow
into it and the process ends at the first access: they are refused when they are loaded. (Those with padding, as secure ones,
count right.) So are those of 3.0.0 and 3.0.1, which leave guard pages in memory that they hand out again.

3.0.0 and 3.0.1 may free the inside of an aligned block in the place of the block, once its page was full, its heap was
deleted or its thread ended: blocks that come later overlap. Heaps of this library take no aligned block from C there.
Functions that \`library().bind()\` gives do what C does, and so does all that runs on a preloaded library:
\`mimalloc run\` lets pages stay with their threads (\`page_full_retain\`, \`reclaim_on_free\`), and secure builds, which
end such a program (Deno within a second), it refuses. Take another version to preload.

Secure builds up to 3.3.1, and fully secure ones (\`MI_SECURE_FULL\`) of newer releases, make guard pages in everything they
use, and take no block of memory that cannot have them: there \`Arena.manage()\` with \`pinned\`, \`Arena.reserveHuge()\` and
\`reserveHugePages()\` throw \`UnsupportedError\`. Those up to 2.0.9 keep the memory of ended heaps, whatever \`presets.lowMemory\` sets.

## What was tested

Every run of the suite takes 2.0.9, 3.0.1 and 3.6.0 of Debian, on both runtimes. Builds of upstream's own releases for
Linux x64 were played before this release, on 30 November and 1 December 2026: the whole suite, on Bun and on Deno.

| builds | played whole on both runtimes | refused when they are loaded |
| --- | --- | --- |
| release | 2.0.5, 2.0.9, 2.1.2, 2.1.7, 2.1.9, 2.2.4, 2.3.2, 2.4.1, 3.0.1, 3.0.3, 3.0.10, 3.1.4, 3.1.5, 3.1.6, 3.2.8, 3.3.2, 3.4.3 | none |
| secure | the same | none |
| guarded | 2.1.9, 2.2.4, 3.0.3, 3.0.10, 3.1.4, 3.1.5, 3.1.6, 3.2.8, 3.4.3 | 2.3.2, 2.4.1, 3.0.1, 3.3.2 |
| debug | 2.0.5, 2.1.2, 2.1.7, 2.1.9, 2.2.4, 3.1.6, 3.2.8, 3.3.2, 3.4.3 | 2.0.9, 2.3.2, 2.4.1, 3.0.1, 3.0.3, 3.0.10, 3.1.4, 3.1.5 |

The whole suite is every test, about 2,300, but those of the project itself, of browsers, of other tools and of what is
computed in JavaScript alone, which are the same whatever library is loaded. Where tests failed, they were mended and pass on that
build. All of it was played whole again then, but for secure builds of 2.1.7, 2.2.4 and 3.0.10 in Deno, where one test had failed.

Not played: builds of upstream on other systems, and builds of 3.6.0 other than Debian's.

\`npm test -- --library <file>\` plays the suite on any library file.

## Where they come from

| system | mimalloc | how to see it |
| --- | --- | --- |
`;

/** A column of the matrix: its head, and what stands in it for a release. */
interface Column {
  readonly head: string;
  readonly cell: (version: Version) => string;
}

const COLUMNS: readonly Column[] = [
  { head: "arenas", cell: (version) => exports(version, "mi_arena_area") ? `${arenaRules(version).most}` : "no" },
  {
    head: "largest arena",
    cell: (version) => exports(version, "mi_arena_area") ? sizeText(arenaRules(version).largest) : "no",
  },
  { head: "heaps", cell: (version) => hasSharedHeaps(version) ? "of any thread" : "of one thread" },
  { head: "sub-processes", cell: (version) => WORDS[subprocessSupport(version)] },
  { head: "figures of `stats()`", cell: statsText },
  { head: "guard pages", cell: (version) => yesOrNo(exportsAny(version, GUARDING)) },
  { head: "tells its build", cell: (version) => yesOrNo(exports(version, "mi_options_print_out")) },
  { head: "profiler", cell: (version) => yesOrNo(exports(version, "mi_profiler_start")) },
  { head: "options", cell: (version) => `${Object.keys(optionsOf(version)).length}` },
];

const WORDS = { none: "no", join: "entered for good", leave: "yes" } as const;
const GUARDING = ["mi_heap_guarded_set_sample_rate", "mi_theap_guarded_set_sample_rate"];
const declarations: Readonly<Record<string, Declaration>> = Object.assign({}, ...Object.values(symbols));

/** The text of docs/versions.md. */
export function renderVersionsDocument(): string {
  const heads = ["releases", ...COLUMNS.map(({ head }) => head)];
  return [
    HEAD,
    line(heads),
    line(heads.map(() => "---")),
    ...listRows().map(line),
    TRUST,
    ...packages.map(({ system, found, command }) => line([system, found, command === "" ? "" : `\`${command}\``])),
  ].join("");
}

function listRows(): string[][] {
  const rows: { first: string; last: string; cells: string[] }[] = [];
  for (const release of releases) {
    const cells = COLUMNS.map(({ cell }) => cell(versionOf(release)));
    const previous = rows.at(-1);
    if (previous?.cells.join("|") === cells.join("|")) previous.last = release;
    else rows.push({ first: release, last: release, cells });
  }
  return rows.map(({ first, last, cells }) => [describeRanges([{ since: first, until: last }]), ...cells]);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function exports(version: Version, symbol: string): boolean {
  const declaration = declarations[symbol];
  if (declaration === undefined) throw new Error(`Cannot render the versions: the table has no ${symbol}`);
  return isPresent(version, declaration);
}

function exportsAny(version: Version, names: readonly string[]): boolean {
  return names.some((name) => exports(version, name));
}

function statsText(version: Version): string {
  const layout = statsLayoutOf(version);
  return layout === undefined ? "from text" : `${layout.byteLength} bytes`;
}

function yesOrNo(fact: boolean): string {
  return fact ? "yes" : "no";
}

function sizeText(byteLength: number): string {
  return byteLength >= 2 ** 40 ? `${byteLength / 2 ** 40} TiB` : `${byteLength / 2 ** 30} GiB`;
}
