import { type CFunction, formatDeclaration, parseDeclaration } from "./c_declaration.ts";
import type { CHeader } from "./c_header.ts";
import { NOT_EXPORTED, UNDECLARED } from "./exceptions.ts";
import { isExportedBy, type Table } from "./table.ts";

/** The words for each C type, and the types of the table that fit. */
const FITTING: Readonly<Record<string, readonly [words: string, ...types: string[]]>> = {
  "void": ["nothing", "void"],
  "bool": ["a bool", "bool"],
  "int": ["a signed 32-bit number", "i32"],
  "mi_option_t": ["a signed 32-bit number", "i32"],
  "long": ["a long", "long"],
  "size_t": ["an unsigned 64-bit number", "size", "size32"],
  "unsigned long long": ["an unsigned 64-bit number", "u64"],
  "double": ["a 64-bit floating-point number", "f64"],
  "mi_arena_id_t": ["an arena identifier", "arena"],
  // A structure of one pointer is passed and returned like the pointer itself.
  "mi_subproc_id_t": ["a structure of one pointer", "pointer"],
};

function fitting(type: string): readonly [words: string, ...types: string[]] {
  return type.endsWith("*") ? ["a pointer", "pointer", "buffer"] : FITTING[type] ?? ["an unknown type"];
}

/** What differs between the types of the rows and the C declarations that stand above them. */
export function checkTypes(table: Table): string[] {
  const rows = [...table.rows].map(([name, { comment, declaration }]) => compare(name, comment, declaration));
  const callbacks = [...table.callbacks].map(([name, { comment, signature }]) => compare(name, comment, signature));
  return [...rows, ...callbacks].flat();
}

function compare(
  name: string,
  comment: string,
  { parameters, result }: { readonly parameters: readonly string[]; readonly result: string },
): string[] {
  let declared: CFunction;
  try {
    declared = parseDeclaration(comment);
  } catch {
    return [`${name}: no C declaration stands above it`];
  }
  if (declared.name !== name) return [`${name}: the C declaration above it is that of ${declared.name}`];
  if (declared.parameters.length !== parameters.length) {
    return [`${name}: C takes ${declared.parameters.length} parameters, the table says ${parameters.length}`];
  }
  const differences: string[] = [];
  const check = (what: string, type: string, found: string): void => {
    const [words, ...types] = fitting(type);
    if (!types.includes(found)) differences.push(`${name}: ${what} is ${words} in C, the table says ${found}`);
  };
  declared.parameters.forEach((parameter, index) => {
    check(`parameter ${index + 1} (${parameter.type} ${parameter.name})`, parameter.type, parameters[index] ?? "");
  });
  check(`the result (${declared.result.type})`, declared.result.type, result);
  return differences;
}

/** What differs between the C declarations above the rows and those of the headers of `version`. */
export function checkHeader(table: Table, header: CHeader, version: string): string[] {
  const differences: string[] = [];
  for (const [name, { comment, declaration }] of table.rows) {
    if (!isExportedBy(version, declaration)) continue;
    const declared = header.functions.get(name);
    if (declared !== undefined) differences.push(...compareWithHeader(name, comment, declared));
    else if (!UNDECLARED.has(name)) differences.push(`${name}: the headers of ${version} do not declare it`);
  }
  for (const [name, declared] of header.functionTypes) {
    const callback = table.callbacks.get(name);
    if (callback === undefined) differences.push(`${name}: it is missing from the callbacks`);
    else differences.push(...compareWithHeader(name, callback.comment, declared));
  }
  return [...differences, ...checkExceptions(table, header, version)];
}

function compareWithHeader(name: string, comment: string, declared: CFunction): string[] {
  const inHeader = formatDeclaration(declared);
  const inTable = comment === "" ? "nothing" : formatDeclaration(parseDeclaration(comment));
  return inHeader === inTable ? [] : [`${name}: the header says ${inHeader}, the table says ${inTable}`];
}

function checkExceptions(table: Table, header: CHeader, version: string): string[] {
  const differences: string[] = [];
  for (const name of header.functions.keys()) {
    const declaration = table.rows.get(name)?.declaration;
    const listed = declaration !== undefined && isExportedBy(version, declaration);
    if (!listed && !NOT_EXPORTED.has(name)) {
      differences.push(`${name}: the headers of ${version} declare it, it is missing from the table`);
    }
  }
  for (const name of UNDECLARED.keys()) {
    if (header.functions.has(name)) {
      differences.push(`${name}: the headers of ${version} declare it, strike it off the exceptions`);
    }
  }
  return differences;
}

/** Says which functions no header declares, with the source of their declarations. */
export function listUndeclared(): string[] {
  return [...UNDECLARED].map(([name, source]) => `${name}: in no header; declared after ${source}`);
}
