import type { Row, SuiteResult, Verdict } from "./result.ts";
import { type Shape, SHAPES } from "./suite.ts";

/** Nanoseconds with three digits that mean something. */
function formatTime(nanoseconds: number): string {
  if (nanoseconds < 100) return `${nanoseconds.toFixed(1)} ns`;
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`;
  return `${(nanoseconds / 1_000).toFixed(2)} µs`;
}

function cell(row: Row | undefined): string {
  if (row === undefined) return "–";
  return `${formatTime(row.nanoseconds)} ± ${(row.spread * 100).toFixed(0)} %`;
}

/** `lines` with every column as wide as its widest cell, as a Markdown table. */
function align(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0), 3)) ?? [];
  const draw = (line: readonly string[]): string =>
    `| ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [head = [], ...body] = lines;
  return [draw(head), rule, ...body.map(draw)].join("\n");
}

/** The ratio of `row` to the first arm of its group, which is the reference. */
function ratio(row: Row | undefined, reference: string): string {
  const value = row?.ratios[reference];
  return value === undefined ? "" : `× ${value.toFixed(2)}`;
}

function groupTable(result: SuiteResult, group: string): string {
  const rows = result.rows.filter((row) => row.group === group);
  const arms = [...new Set(rows.map((row) => row.arm))];
  const reference = arms[0] ?? "";
  const lines = arms.map((arm) => {
    const cells = SHAPES.flatMap((shape: Shape) => {
      const row = rows.find((one) => one.arm === arm && one.shape === shape);
      return [cell(row), ratio(row, reference)];
    });
    return [arm, ...cells];
  });
  return align([["arm", ...SHAPES.flatMap((shape) => [shape, ""])], ...lines]);
}

function formatMeasured(measured: number, statement: string): string {
  return statement.endsWith(" ns") ? formatTime(measured) : `× ${measured.toFixed(2)}`;
}

const MARKS: Readonly<Record<Verdict["status"], string>> = {
  met: "met",
  missed: "MISSED",
  floor: "below the runtime's floor",
  "not measured": "not measured",
};

/** One line for a target: whether it was met, what it asks, what was measured. */
export function formatVerdict(verdict: Verdict): string {
  const { group, shape, arm, statement, status, measured } = verdict;
  const figure = measured === null ? "" : `: ${formatMeasured(measured, statement)}`;
  return `${MARKS[status]}: ${group}, ${shape}: ${arm} ${statement}${figure}`;
}

/** What was measured where, in one line. */
function conditions({ runtime, versions, machine }: SuiteResult): string {
  const software = [
    `${runtime} ${versions[runtime]}`,
    `mimalloc ${versions["mimalloc"]}`,
  ].join(", ");
  return `${software}; ${machine["processor"]}, ${machine["cores"]} cores, ${machine["system"]} ` +
    `${machine["architecture"]}, load ${machine["loadAverage"]}`;
}

/** The tables of a result and the verdicts under each, as Markdown. */
export function formatResult(result: SuiteResult): string {
  const parts = [
    `### ${result.suite} on ${result.runtime}`,
    conditions(result),
  ];
  for (const { name, operation } of result.groups) {
    const verdicts = result.verdicts.filter((verdict) => verdict.group === name);
    parts.push(`**${name}**: ${operation}`, groupTable(result, name));
    if (verdicts.length > 0) {
      parts.push(
        verdicts.map((verdict) => `- ${formatVerdict(verdict)}`).join("\n"),
      );
    }
  }
  for (const { group, arm, reason } of result.missing) {
    parts.push(`Not measured: ${arm} of ${group}, because ${reason}.`);
  }
  return `${parts.join("\n\n")}\n`;
}
