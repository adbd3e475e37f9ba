import { functionName } from "../../ffi/runtime/functions.ts";
import type { Declaration } from "../../ffi/types.ts";
import { type CFunction, parseDeclaration } from "../check_symbols/c_declaration.ts";
import type { Row, Table } from "../check_symbols/table.ts";
import { HOMES } from "./homes.ts";
import { RAW_GROUPS, RAW_REASONS } from "./raw_reasons.ts";

const INTRODUCTION = `# Every function of mimalloc

Made by \`scripts/generate_api_document.ts\` from the symbol table in \`ffi/symbols/\`, which the tests compare with the libraries and their headers, and call function by function. Do not edit.

The second column is the typed form where there is one: it is checked, and cannot corrupt memory. The others, whose remark says why, are raw calls of \`@mimalloc/ffi/ffi\`, which are **UNSAFE**: nothing is checked, and a wrong argument crashes the process. Every function has a raw call, the typed ones too: its name in camel case, in the group of its section.

\`\`\`ts
import { library } from "@mimalloc/ffi/ffi";
import assert from "node:assert/strict";

const { posixMemalign } = library().bind("posix");
const slot = new BigUint64Array(1);
assert.equal(posixMemalign(slot, 64, 1000), 0);
assert.equal(slot[0]! % 64n, 0n);
\`\`\`

A function that the loaded library lacks throws \`UnsupportedError\` when it is called; \`library().has("mi_heap_main")\` tells before. A function that may end the process is bound only by \`library().bind(group, { dangerous: true })\`. In the raw calls \`size_t\` is a \`bigint\` (a number is taken too), except in \`blocks\`, \`small\` and \`theapBlocks\`, where it is a number below 2^32; a pointer is a \`Handle\`; a pointer that C writes through or reads a text from is a typed array.

The versions are all releases from 2.0.5 to 3.6.0, by their headers; [versions.md](versions.md) tells what else differs between them.
`;

/** The text of `docs/api.md`, made of the table and the comments of its groups. */
export function renderApiDocument(table: Table, groups: ReadonlyMap<string, string>): string {
  const sections = [...groups].map(([group, about]) => {
    const rows = [...table.rows].filter(([, row]) => row.group === group);
    const cells = rows.map(([name, row]) => renderRow(name, row));
    return `## ${group}\n\n${about}\n\n${renderTable(["C", "TypeScript", "Versions", "Remarks"], cells)}`;
  });
  return [INTRODUCTION, `${table.rows.size} functions.\n`, ...sections].join("\n");
}

function renderRow(name: string, { group, declaration, comment, notes }: Row): string[] {
  const danger = declaration.danger === undefined ? [] : [`**Danger**: ${declaration.danger}.`];
  const home = HOMES.get(name);
  const reason = home === undefined ? RAW_REASONS.get(name) ?? RAW_GROUPS.get(group) : undefined;
  return [
    `\`${comment.replace(/;$/, "")}\``,
    `\`${home ?? renderRawCall(group, parseDeclaration(comment), declaration)}\``,
    renderVersions(declaration),
    [...danger, ...notes.map(renderNote), ...(reason === undefined ? [] : [reason])].join(" "),
  ];
}

function renderRawCall(group: string, { name, parameters }: CFunction, { danger }: Declaration): string {
  const names = parameters.map((parameter) => functionName(parameter.name));
  const options = danger === undefined ? "" : ", { dangerous: true }";
  return `library().bind("${group}"${options}).${functionName(name)}(${names.join(", ")})`;
}

function renderVersions({ since, until, missing = [] }: Declaration): string {
  const range = since === until && since !== undefined
    ? since
    : since !== undefined && until !== undefined
    ? `${since} to ${until}`
    : since !== undefined
    ? `since ${since}`
    : until !== undefined
    ? `until ${until}`
    : "all";
  return [range, ...missing].join(" but not ");
}

/** Puts C names of a remark into code marks. */
function renderNote(note: string): string {
  return note.replace(/\b\w*(?:mi_\w+|_rss|wchar_t)(?:\([^)]*\))?/g, "`$&`");
}

/** A table whose columns are padded as `deno fmt` pads them. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return [line(head), rule, ...rows.map(line)].join("");
}
