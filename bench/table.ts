import type { GaugeResult, GaugeRow, Row, SuiteResult, Verdict } from "./result.ts";
import { type Shape, SHAPES, type Unit } from "./suite.ts";

/** Nanoseconds with three digits that mean something. */
function formatTime(nanoseconds: number): string {
  if (nanoseconds < 100) return `${nanoseconds.toFixed(1)} ns`;
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toFixed(2)} µs`;
  return `${(nanoseconds / 1_000_000).toFixed(nanoseconds < 100_000_000 ? 1 : 0)} ms`;
}

function formatFigure(figure: number | null, unit: Unit): string {
  if (figure === null) return "–";
  if (unit === "ns") return formatTime(figure);
  if (unit === "entries" || unit === "times") return figure.toLocaleString("en");
  if (unit === "ns²") return `${figure.toExponential(1)} ns²`;
  return `${figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0)} ${unit}`;
}

function cell(row: Row | undefined): string {
  if (row === undefined) return "–";
  return `${formatTime(row.nanoseconds)} ± ${(row.spread * 100).toFixed(0)} %`;
}

/** `lines` with every column as wide as its widest cell, as a Markdown table. */
function align(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => {
    const width = Math.max(...lines.map((line) => line[column]?.length ?? 0));
    // As deno fmt has it, also where a column is empty.
    return width === 0 ? 1 : Math.max(width, 3);
  }) ?? [];
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
  const shapes = SHAPES.filter((shape) => rows.some((row) => row.shape === shape));
  const lines = arms.map((arm) => {
    const cells = shapes.flatMap((shape: Shape) => {
      const row = rows.find((one) => one.arm === arm && one.shape === shape);
      return [cell(row), ratio(row, reference)];
    });
    return [arm, ...cells];
  });
  return align([["arm", ...shapes.flatMap((shape) => [shape, ""])], ...lines]);
}

/** A ratio, and the interval that holds it where there is one. */
function gaugeRatio({ ratios, intervals }: GaugeRow, key: string): string {
  const times = ratios[key] ?? null;
  if (times === null) return "";
  const interval = intervals?.[key]?.map((end) => end.toFixed(2)).join("–");
  return `× ${times.toFixed(2)}${interval === undefined ? "" : ` (${interval})`}`;
}

function gaugeTable({ columns, rows }: GaugeResult): string {
  const lines = rows.map((row, index) => {
    const cells = columns.flatMap(({ key, unit }) => {
      return [formatFigure(row.figures[key] ?? null, unit), index === 0 ? "" : gaugeRatio(row, key)];
    });
    return [row.arm, ...cells];
  });
  return align([["arm", ...columns.flatMap(({ title }) => [title, ""])], ...lines]);
}

function formatMeasured(measured: number, statement: string): string {
  const unit = / (ns|ns²|ms|B|MiB|entries|times)$/.exec(statement)?.[1] as Unit | undefined;
  return unit === undefined ? `× ${measured.toFixed(2)}` : formatFigure(measured, unit);
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

function verdictList(result: SuiteResult, group: string): string[] {
  const verdicts = result.verdicts.filter((verdict) => verdict.group === group);
  return verdicts.length === 0 ? [] : [verdicts.map((verdict) => `- ${formatVerdict(verdict)}`).join("\n")];
}

/** The tables of a result and the verdicts under each, as Markdown. */
export function formatResult(result: SuiteResult): string {
  const parts = [
    `## ${result.suite} on ${result.runtime}`,
    conditions(result),
  ];
  for (const { name, operation } of result.groups) {
    parts.push(`**${name}**: ${operation}`, groupTable(result, name), ...verdictList(result, name));
  }
  for (const gauge of result.gauges) {
    parts.push(`**${gauge.name}**: ${gauge.operation}`, gaugeTable(gauge));
    const notes = gauge.rows.filter(({ note }) => note !== undefined);
    if (notes.length > 0) parts.push(notes.map(({ arm, note }) => `- ${arm}: ${note}`).join("\n"));
    parts.push(...verdictList(result, gauge.name));
  }
  for (const { group, arm, reason } of result.missing) {
    parts.push(`Not measured: ${arm} of ${group}, because ${reason}.`);
  }
  return `${parts.join("\n\n")}\n`;
}
