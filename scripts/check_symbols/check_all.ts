import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseHeader } from "./c_header.ts";
import { checkHeader, checkTypes, listUndeclared } from "./check_declarations.ts";
import { checkExports } from "./check_exports.ts";
import { checkLayouts } from "./check_layouts.ts";
import { checkOptionNumbers, checkOptions, readOptions } from "./check_options.ts";
import { ElfFile } from "./elf_file.ts";
import { compareVersionTexts, loadTable, type Table } from "./table.ts";

const DIRECTORY = new URL("../../.mimalloc/", import.meta.url);
const HEADERS = ["mimalloc.h", "mimalloc-stats.h"];

/** What a check found. */
export interface Finding {
  /** One line for each difference. */
  readonly differences: readonly string[];
  /** The versions that were compared, oldest first; `headers` stands behind those with headers. */
  readonly checked: readonly string[];
  /** What could not be compared, and what stands in for it. */
  readonly notes: readonly string[];
}

/** The versions of mimalloc that `npm run setup` put into `.mimalloc/`, oldest first. */
export function listVersions(): string[] {
  if (!existsSync(DIRECTORY)) return [];
  return readdirSync(DIRECTORY).filter((name) => /^\d+\.\d+\.\d+$/.test(name)).sort(compareVersionTexts);
}

/** The functions that a version exports. Throws `Error` when its library is missing or no ELF file. */
export function listExportedFunctions(version: string): readonly string[] {
  return openLibrary(version).exportedFunctions().filter((name) => name.startsWith("mi_"));
}

/** Compares the table with every version that is there. */
export function checkAll(): Finding {
  const table = loadTable();
  const versions = listVersions();
  if (versions.length === 0) {
    return { differences: ["Cannot check: .mimalloc holds no library, run npm run setup"], checked: [], notes: [] };
  }
  const checked: string[] = [];
  const differences = checkTypes(table);
  for (const version of versions) {
    differences.push(...checkLibrary(table, version));
    const headers = hasHeaders(version);
    if (headers) differences.push(...checkHeaders(table, version));
    checked.push(headers ? `${version} (and its headers)` : version);
  }
  if (!versions.some(hasHeaders)) differences.push("Cannot check: no version has headers, run npm run setup");
  return { differences, checked, notes: listUndeclared() };
}

function openLibrary(version: string): ElfFile {
  const directory = new URL(`${version}/`, DIRECTORY);
  const name = readdirSync(directory).find((file) => file.startsWith("libmimalloc.so"));
  if (name === undefined) throw new Error(`Cannot check: .mimalloc/${version} holds no libmimalloc.so`);
  return new ElfFile(readFileSync(new URL(name, directory)));
}

function checkLibrary(table: Table, version: string): string[] {
  const library = openLibrary(version);
  return [
    ...checkExports(table, version, library.exportedFunctions()),
    ...checkOptions(table, version, readOptions(library)),
  ];
}

function hasHeaders(version: string): boolean {
  return existsSync(new URL(`${version}/include/mimalloc.h`, DIRECTORY));
}

function checkHeaders(table: Table, version: string): string[] {
  const texts = HEADERS.map((name) => readFileSync(new URL(`${version}/include/${name}`, DIRECTORY), "utf8"));
  const header = parseHeader(texts.join("\n"));
  return [
    ...checkHeader(table, header, version),
    ...checkOptionNumbers(table, version, header),
    ...checkLayouts(table, header, version),
  ];
}
