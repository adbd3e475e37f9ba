import type { DashboardMessage, DashboardSample, DashboardState } from "../observe/dashboard/dashboard_state.ts";
import type { UsageMetrics } from "../observe/metrics/metrics_types.ts";
import { formatBytes } from "../realtime/core/format_bytes.ts";

type Cells = readonly string[];

/** Messages that are shown. */
const MESSAGES = 5;

/** What the page of a dashboard shows, as text: `rows` of the heaps, those with the most live bytes first. */
export function formatTop(state: DashboardState, before: DashboardSample | undefined, rows: number): string {
  const { metrics, samples, messages } = state;
  const last = samples.at(-1)!;
  const stores = [
    ...metrics.heaps.map((heap) => ({ ...heap, kind: "heap" })),
    ...metrics.scope_pools.map((pool) => ({ ...pool, kind: "scope pool" })),
  ].sort((one, other) => other.live_bytes - one.live_bytes);
  const more = stores.length - rows;
  return [
    `mimalloc ${metrics.version}  up ${(metrics.elapsed_ms / 1000).toFixed(0)} s  ${metrics.timestamp}`,
    ...pairs([
      ["live", formatBytes(last.liveBytes)],
      ["blocks", count(last.liveBlocks)],
      ["committed", formatBytes(last.commitBytes)],
      ["resident", formatBytes(last.residentBytes)],
      ["peak", formatBytes(metrics.peak_rss)],
      ["limits", known(last.limitBytes, formatBytes)],
      ["allocations/s", known(rateOf(before, last), count)],
      ["page faults", count(metrics.page_faults)],
    ]),
    "",
    ...table([
      ["HEAP", "KIND", ...USAGE, "LIMIT"],
      ...stores.slice(0, rows).map((row) => [
        plain(row.name),
        row.kind,
        ...usage(row),
        known(row.limit_bytes, formatBytes),
      ]),
    ]),
    ...more > 0 ? [`… and ${count(more)} more`] : [],
    "",
    ...table([
      ["THREAD", "HEAPS", ...USAGE],
      ...metrics.threads.slice(0, rows).map((row) => [plain(row.name), count(row.heaps), ...usage(row)]),
    ]),
    ...messages.length > 0 ? ["", ...messages.slice(-MESSAGES).map(describe)] : [],
  ].join("\n") + "\n";
}

const USAGE = ["LIVE", "BLOCKS", "CACHED", "FAILURES"];

function usage(row: UsageMetrics): Cells {
  return [
    formatBytes(row.live_bytes),
    count(row.live_blocks),
    formatBytes(row.cached_bytes),
    known(row.failures, count),
  ];
}

function rateOf(before: DashboardSample | undefined, last: DashboardSample): number | null {
  if (before === undefined || last.time <= before.time) return null;
  return Math.max(0, Math.round((last.allocations - before.allocations) * 1000 / (last.time - before.time)));
}

function describe({ time, kind, text }: DashboardMessage): string {
  return `${new Date(time).toISOString()} ${kind === "error" ? "error " : ""}${plain(text)}`;
}

/** Two pairs a line. */
function pairs(entries: readonly Cells[]): string[] {
  const cells = entries.map(([name, text]) => `${name!.padEnd(14)}${text!.padStart(12)}`);
  return cells.flatMap((cell, index) => index % 2 === 0 ? [`${cell}    ${cells[index + 1] ?? ""}`.trimEnd()] : []);
}

function table(rows: readonly Cells[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join("  ")
  );
}

function known(value: number | null, format: (value: number) => string): string {
  return value === null ? "-" : format(value);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Without what a terminal would obey: names and messages are the program's. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is to be left out
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, "·");
}
