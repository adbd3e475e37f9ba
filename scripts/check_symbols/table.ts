import { readdirSync, readFileSync } from "node:fs";
import { callbackSignatures } from "../../ffi/callback_signatures.ts";
import { areaLayout } from "../../ffi/area_layout.ts";
import { type OptionEntry, optionsOf } from "../../ffi/options_of.ts";
import { isPresent } from "../../ffi/releases.ts";
import { type StatsLayout, statsLayoutOf } from "../../ffi/stats_layout.ts";
import { symbols } from "../../ffi/symbols.ts";
import type { CallbackSignature, Declaration } from "../../ffi/types.ts";
import { versionOf } from "../../ffi/version.ts";

/** What the project claims about mimalloc. */
export interface Table {
  /** Every row by its C name. */
  readonly rows: ReadonlyMap<string, Row>;
  /** The callbacks by the names of their C types, each with the C declaration that stands above it. */
  readonly callbacks: ReadonlyMap<string, { readonly signature: CallbackSignature; readonly comment: string }>;
  /** The options of a version by name. */
  readonly options: (version: string) => Readonly<Record<string, OptionEntry>>;
  /** The layout of `mi_stats_t` in a version. */
  readonly statsOf: (version: string) => StatsLayout | undefined;
  /** The layout of `mi_heap_area_t`. */
  readonly area: typeof areaLayout;
}

/** One function of the symbol table. */
export interface Row {
  /** The group that it is bound with. */
  readonly group: string;
  /** Its types and versions. */
  readonly declaration: Declaration;
  /** The C declaration that stands above it. */
  readonly comment: string;
  /** What else stands above it. */
  readonly notes: readonly string[];
}

const DIRECTORY = new URL("../../ffi/", import.meta.url);

/** Loads the table from the sources. Throws `SyntaxError` when a function stands in it twice. */
export function loadTable(): Table {
  const groups = readdirSync(new URL("symbols/", DIRECTORY)).map((name) => readComments(`symbols/${name}`));
  const comments = new Map(groups.flatMap((group) => [...group]));
  const rows = new Map<string, Row>();
  for (const [group, declarations] of Object.entries(symbols)) {
    for (const [name, declaration] of Object.entries<Declaration>(declarations)) {
      if (rows.has(name)) throw new SyntaxError(`Cannot read the symbol table: ${name} stands in two groups`);
      const [comment = "", ...notes] = comments.get(name) ?? [];
      rows.set(name, { group, declaration, comment, notes });
    }
  }
  const typedefs = readComments("callback_signatures.ts");
  const callbacks = Object.entries(callbackSignatures)
    .map(([name, signature]) => {
      const comment = typedefs.get(name)?.[0] ?? "";
      // The C name stands in the declaration alone.
      return [/\((mi_\w+)\)/.exec(comment)?.[1] ?? name, { signature, comment }] as const;
    });
  return {
    rows,
    callbacks: new Map(callbacks),
    options: (version) => optionsOf(versionOf(version)),
    statsOf: (version) => statsLayoutOf(versionOf(version)),
    area: areaLayout,
  };
}

/** The groups in the order of `ffi/symbols/groups.ts`, each with what is said about it. */
export function loadGroups(): Map<string, string> {
  const listed = readFileSync(new URL("symbols/groups.ts", DIRECTORY), "utf8");
  const found = [...listed.matchAll(/export \{ (\w+) \} from "\.\/(\w+\.ts)"/g)];
  return new Map(found.map(([, group = "", file = ""]) => {
    const text = readFileSync(new URL(`symbols/${file}`, DIRECTORY), "utf8");
    return [group, readAbout(text)];
  }));
}

/** The paragraphs of the first doc comment of a source, each on a line of its own. */
function readAbout(text: string): string {
  const comment = /^\/\*\*((?:(?!\*\/)[^])*)\*\/$/m.exec(text)?.[1] ?? "";
  const lines = comment.split("\n").map((line) => line.replace(/^ *\*/, "").trim());
  return lines.join("\n").trim().split(/\n\n+/).map((paragraph) => paragraph.replaceAll("\n", " ")).join("\n\n");
}

/** The lines of the comment above each entry of a source. */
function readComments(path: string): Map<string, string[]> {
  const text = readFileSync(new URL(path, DIRECTORY), "utf8");
  const entries = [...text.matchAll(/((?:^ *\/\/ .*\n)+) *(\w+): \{/gm)];
  return new Map(entries.map(([, comment = "", name = ""]) => [name, comment.trim().split(/\n? *\/\/ /).slice(1)]));
}

/** Whether a row says that `version` exports the function. */
export function isExportedBy(version: string, declaration: Declaration): boolean {
  return isPresent(versionOf(version), declaration);
}

/** Negative when `a` is the older version, 0 when they are equal. */
export function compareVersionTexts(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
