import { isExportedBy, type Table } from "./table.ts";

/** What differs between the functions that `version` exports and those that the table says it does. */
export function checkExports(table: Table, version: string, functions: readonly string[]): string[] {
  const exported = new Set(functions.filter((name) => name.startsWith("mi_")));
  const differences: string[] = [];
  for (const name of exported) {
    const row = table.rows.get(name);
    if (row === undefined) differences.push(`${name}: ${version} exports it, it is missing from the table`);
    else if (!isExportedBy(version, row.declaration)) {
      differences.push(`${name}: ${version} exports it, the table says that it does not`);
    }
  }
  for (const [name, { declaration }] of table.rows) {
    if (isExportedBy(version, declaration) && !exported.has(name)) {
      differences.push(`${name}: the table says that ${version} exports it, it does not`);
    }
  }
  return differences;
}
