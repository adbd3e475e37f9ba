import type { CHeader } from "./c_header.ts";
import type { ElfFile } from "./elf_file.ts";
import type { Table } from "./table.ts";

// mi_option_desc_t is the same in all versions: long value; int init; int option; char* name; char* legacy_name;
const ENTRY_BYTE_LENGTH = 32;
const OPTION_OFFSET = 12;
const NAME_OFFSET = 16;
const FIRST_OPTION = "show_errors";

/** An option as the library itself lists it. */
export interface OptionInLibrary {
  readonly name: string;
  readonly index: number;
  readonly default: number;
}

/** Reads the list of options out of the data of a library. Throws `Error` when there is none. */
export function readOptions(library: ElfFile): OptionInLibrary[] {
  const names = new Map(
    library.relocations().map(({ address, target }) => [address, library.textAt(target)] as const),
  );
  for (const [address, name] of names) {
    if (name !== FIRST_OPTION) continue;
    const options = readList(library, names, address - NAME_OFFSET);
    if (options.length > 1) return options;
  }
  throw new Error(`Cannot read the options: no list of the library starts with ${FIRST_OPTION}`);
}

function readList(library: ElfFile, names: Map<number, string | undefined>, start: number): OptionInLibrary[] {
  const options: OptionInLibrary[] = [];
  for (let entry = start;; entry += ENTRY_BYTE_LENGTH) {
    const name = names.get(entry + NAME_OFFSET);
    const index = library.intAt(entry + OPTION_OFFSET);
    if (name === undefined || index !== options.length) return options;
    options.push({ name, index, default: library.wordAt(entry) ?? Number.NaN });
  }
}

/** What differs between the options of a library and those of the table. */
export function checkOptions(table: Table, version: string, found: readonly OptionInLibrary[]): string[] {
  const options = table.options(version);
  const differences = found.flatMap(({ name, index, default: value }) => {
    const entry = options[name];
    if (entry === undefined) return [`option ${name}: ${version} has it, it is missing from the table`];
    return [
      ...(entry.index === index
        ? []
        : [`option ${name}: its number in ${version} is ${index}, the table says ${entry.index}`]),
      ...(entry.default === value
        ? []
        : [`option ${name}: its default in ${version} is ${value}, the table says ${entry.default}`]),
    ];
  });
  const known = new Set(found.map(({ name }) => name));
  const extra = Object.keys(options).filter((name) => !known.has(name));
  return [...differences, ...extra.map((name) => `option ${name}: the table has it, ${version} does not`)];
}

/** What differs between `mi_option_t` of the headers and the table. */
export function checkOptionNumbers(table: Table, version: string, { options }: CHeader): string[] {
  return checkOptions(
    table,
    version,
    options.map((name, index) => ({ name, index, default: table.options(version)[name]?.default ?? Number.NaN })),
  );
}
