// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

/**
 * Lines of a table. The first column is aligned to the left, the others to the
 * right.
 *
 * @param {string[][]} rows the first one is the head
 * @param {{ markdown: boolean }} options
 * @returns {string}
 */
export function formatTable(rows, { markdown }) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text, column) => column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  const lines = rows.map((row) => row.map(pad));
  const rule = widths.map((width, column) => markdown && column > 0 ? `${"-".repeat(width - 1)}:` : "-".repeat(width));
  lines.splice(1, 0, rule);
  return lines.map((cells) => markdown ? `| ${cells.join(" | ")} |` : cells.join("  ").trimEnd()).join("\n");
}
