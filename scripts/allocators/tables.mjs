// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { formatTable } from "../start/table.mjs";
import { median } from "../start/statistics.mjs";
import { medianInterval, pairedRatios } from "./statistics.mjs";

const MIB = 2 ** 20;

/** The figures of whole programs, in the order of their columns. */
const COLUMNS = [
  { key: "seconds", title: "time, s", scale: 1 },
  { key: "requestsPerSecond", title: "requests/s", scale: 1 },
  { key: "p99Milliseconds", title: "p99, ms", scale: 1 },
  { key: "cpuSeconds", title: "CPU, ms", scale: 1e-3 },
  { key: "peakBytes", title: "peak RSS, MiB", scale: MIB },
  { key: "idleBytes", title: "idle RSS, MiB", scale: MIB },
  { key: "faults", title: "page faults", scale: 1 },
];

/** How the tables that have one row for each allocator begin. */
const TITLES = {
  "server": "POST /summary on Deno",
  "text_index": "examples/text_index on Deno",
  "redis": "redis-benchmark",
};

/** Three digits that mean something. */
export function formatNumber(value) {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString("en", {
    minimumFractionDigits: Math.min(decimals, 4),
    maximumFractionDigits: Math.min(decimals, 4),
  });
}

/**
 * How many times as much: the median of the ratios of the rounds and its interval.
 *
 * @param {readonly number[]} ratios
 */
export function formatRatio(ratios) {
  if (ratios.length === 0) return "";
  const interval = medianInterval(ratios);
  const text = `× ${median(ratios).toFixed(2)}`;
  return interval === undefined ? text : `${text} (${interval.map((end) => end.toFixed(2)).join("–")})`;
}

/** The figures of one key of an allocator, round by round. */
export function seriesOf({ samples }, allocator, key) {
  return samples[allocator]?.map((figures) => figures[key] ?? null) ?? [];
}

function cell(result, allocator, reference, key, scale) {
  const series = seriesOf(result, allocator, key).filter((value) => typeof value === "number");
  if (series.length === 0) return "–";
  const value = formatNumber(median(series) / scale);
  if (allocator === reference) return value;
  const ratio = formatRatio(pairedRatios(seriesOf(result, allocator, key), seriesOf(result, reference, key)));
  return ratio === "" ? value : `${value} ${ratio}`;
}

/** One row for each allocator. */
function programTable(result, allocators) {
  const [{ name: reference }] = allocators;
  const columns = COLUMNS.filter(({ key }) => result.samples[reference]?.[0]?.[key] !== undefined);
  const rows = allocators.map(({ name }) => [
    name,
    ...columns.map(({ key, scale }) => cell(result, name, reference, key, scale)),
  ]);
  return formatTable([["allocator", ...columns.map(({ title }) => title)], ...rows], { markdown: true });
}

/** One row for each workload: the reference in numbers, the others as ratios to it. */
function loopTable(results, allocators, { key, title, scale }) {
  const [{ name: reference }, ...others] = allocators;
  const rows = results.map((result) => [
    result.name,
    cell(result, reference, reference, key, scale),
    ...others.map(({ name }) =>
      formatRatio(pairedRatios(seriesOf(result, name, key), seriesOf(result, reference, key))) || "–"
    ),
  ]);
  return formatTable([[title, reference, ...others.map(({ name }) => name)], ...rows], { markdown: true });
}

function loopParts(results, allocators) {
  const loops = results.filter(({ table }) => table === "loops");
  const measured = loops.filter(({ unavailable }) => unavailable === undefined);
  const head = "**Loops in C**: the workloads of mimalloc-bench, a process each";
  if (measured.length === 0) return [head, `Not measured: ${loops[0]?.unavailable}.`];
  const published = measured.map(({ name, parameters, published }) =>
    `- ${name}: \`${parameters.join(" ")}\`; published: ${published}`
  );
  return [
    head,
    loopTable(measured, allocators, { key: "seconds", title: "time, ms", scale: 1e-3 }),
    loopTable(measured, allocators, { key: "peakBytes", title: "peak RSS, MiB", scale: MIB }),
    published.join("\n"),
  ];
}

function programParts(result, allocators) {
  const { name, table, about, version, unavailable } = result;
  const what = [about, version].filter(Boolean).join(", ");
  const head = `**${name}**: ${TITLES[table]}${what && `, ${what}`}`;
  if (unavailable !== undefined) return [head, `Not measured: ${unavailable}.`];
  return [head, programTable(result, allocators)];
}

/** Why an allocator has no figures, everywhere or in one section. */
function reasons(results, allocators) {
  const all = allocators.filter(({ reason }) => reason !== undefined)
    .map(({ name, reason }) => `- not measured: ${name}: ${reason}`);
  const some = results.flatMap(({ name, failures }) =>
    Object.entries(failures).map(([allocator, reason]) => `- not measured: ${allocator} in ${name}: ${reason}`)
  );
  return [...all, ...some];
}

/**
 * Everything that was measured, as Markdown.
 *
 * @param {{ results: import("./rounds.mjs").Result[], allocators: import("./offers.mjs").Allocator[],
 *   claims: { claim: string, seen: string, verdict: string }[], conditions: string, runs: number }} measured
 */
export function formatAllocators({ results, allocators, claims, conditions, runs }) {
  const usable = allocators.filter(({ reason }) => reason === undefined);
  const programs = results.filter(({ table }) => table !== "loops");
  const missing = reasons(results, allocators);
  const claimRows = claims.map(({ claim, seen, verdict }) => [claim, seen, verdict]);
  return `${
    [
      "## allocators",
      conditions,
      `Medians of ${runs} ${runs === 1 ? "run" : "paired runs"}; × is the median of the ratios to ${
        usable[0].name
      } in the same round, in ` +
      "brackets the interval that holds it with 95 % (six runs or more).",
      ...programs.flatMap((result) => programParts(result, usable)),
      "Bun is in none of these tables: its allocator (a mimalloc of its own) is built in, and nothing can be preloaded.",
      ...loopParts(results, usable),
      "**What mimalloc's authors say**, and what was seen here",
      formatTable([["claim", "seen", "verdict"], ...claimRows], { markdown: true }),
      ...(missing.length > 0 ? [missing.join("\n")] : []),
    ].join("\n\n")
  }\n`;
}
