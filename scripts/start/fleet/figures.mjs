// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { decimal, median, quantile, sorted } from "../statistics.mjs";
import { ARMS } from "./compare.mjs";

/** What each store is called in tables and pictures. */
export const NAMES = { memory: "this library", objects: "objects", sqlite: "SQLite" };

const latencies = (arm) => sorted(arm.results.map(({ latency }) => latency));
const medianOf = (arm, kind) =>
  median(arm.results.filter((result) => result.kind === kind).map(({ latency }) => latency));

/** What is measured of a store, in order of the rows. */
export const FIGURES = {
  requests: { name: "requests/s, closed loop", decimals: 0, value: (arm) => arm.closedRequests / arm.closedSeconds },
  p50: { name: "p50 latency, ms", decimals: 1, value: (arm) => quantile(latencies(arm), 0.5) },
  p99: { name: "p99 latency, ms", decimals: 1, value: (arm) => quantile(latencies(arm), 0.99) },
  p999: { name: "p99.9 latency, ms", decimals: 1, value: (arm) => quantile(latencies(arm), 0.999) },
  worst: { name: "worst latency, ms", decimals: 1, value: (arm) => quantile(latencies(arm), 1) },
  reports: { name: "p50 of 2,000 reports, ms", decimals: 1, value: (arm) => medianOf(arm, "reports") },
  lookup: { name: "p50 of 1,000 look-ups, ms", decimals: 1, value: (arm) => medianOf(arm, "lookup") },
  summary: { name: "summary of all devices, ms", decimals: 0, value: (arm) => arm.summaryMilliseconds },
  cpu: {
    name: "server CPU, µs per request",
    decimals: 0,
    value: (arm) => arm.cpuSeconds / arm.results.length * 1e6,
  },
  rest: { name: "RSS at rest, MB", decimals: 0, value: (arm) => arm.restBytes / 1e6 },
  peak: { name: "RSS at peak, MB", decimals: 0, value: (arm) => arm.peakBytes / 1e6 },
  pauses: {
    name: "GC pauses, ms per s",
    decimals: 1,
    value: ({ pauses, openSeconds }) => pauses === undefined ? undefined : pauses.total / openSeconds,
  },
  longestPause: { name: "longest GC pause, ms", decimals: 1, value: (arm) => arm.pauses?.longest },
  build: { name: "time to build, s", decimals: 2, value: (arm) => arm.buildMilliseconds / 1000 },
  reload: { name: "time to reload, s", decimals: 2, value: (arm) => arm.loadMilliseconds / 1000 },
};

/**
 * A figure of an arm in each of the runs; `undefined` when the runtime does not tell it.
 *
 * @param {{ arms: Record<string, object> }[]} runs
 */
export function valuesOf(runs, arm, figure) {
  const values = runs.map(({ arms }) => FIGURES[figure].value(arms[arm]));
  return values.includes(undefined) ? undefined : values;
}

/** A figure of two arms divided run by run. */
export function ratiosOf(runs, figure, above, below) {
  const [upper, lower] = [valuesOf(runs, above, figure), valuesOf(runs, below, figure)];
  return upper === undefined || lower === undefined ? undefined : upper.map((value, run) => value / lower[run]);
}

/**
 * The rows of the table of one runtime, the head first: medians of the runs, and the least and the most of them.
 *
 * @param {string} runtime
 * @param {{ arms: Record<string, object> }[]} runs
 * @returns {string[][]}
 */
export function figureRows(runtime, runs) {
  const others = ARMS.slice(1);
  const head = [runtime, ...ARMS.map((arm) => NAMES[arm]), ...others.map((arm) => `÷ ${NAMES[arm]}`)];
  const rows = Object.entries(FIGURES).map(([figure, { name, decimals }]) => [
    name,
    ...ARMS.map((arm) => spread(valuesOf(runs, arm, figure), decimals)),
    ...others.map((arm) => ratio(ratiosOf(runs, figure, "memory", arm))),
  ]);
  return [head, ...rows];
}

function spread(values, decimals) {
  if (values === undefined) return "not told";
  const middle = decimal(median(values), decimals);
  if (values.length === 1) return middle;
  return `${middle} (${decimal(Math.min(...values), decimals)}–${decimal(Math.max(...values), decimals)})`;
}

function ratio(values) {
  return values === undefined ? "" : decimal(median(values), 2);
}

/** The figures of the table that the README begins with. */
const CASE = ["build", "reload", "p50", "p99", "worst", "cpu", "rest", "peak"];

/**
 * The most important rows of all runtimes side by side.
 *
 * @param {Record<string, { arms: Record<string, object> }[]>} byRuntime
 */
export function caseRows(byRuntime) {
  const runtimes = Object.keys(byRuntime);
  const columns = runtimes.flatMap((runtime) => ARMS.map((arm) => ({ runtime, arm })));
  return [
    ["", ...columns.map(({ runtime, arm }) => arm === ARMS[0] ? `${title(runtime)}: ${NAMES[arm]}` : NAMES[arm])],
    ...CASE.map((figure) => [
      FIGURES[figure].name,
      ...columns.map(({ runtime, arm }) =>
        decimal(median(valuesOf(byRuntime[runtime], arm, figure)), FIGURES[figure].decimals)
      ),
    ]),
  ];
}

/** The name of a runtime as people write it. */
export function title(runtime) {
  return runtime[0].toUpperCase() + runtime.slice(1);
}

/** What must not be, each as a sentence. */
export function faults(runtime, { arms }) {
  const found = [];
  const counts = new Set(ARMS.map((arm) => arms[arm].devices));
  if (counts.size !== 1) found.push(`${runtime}: the stores keep ${[...counts].join(", ")} devices`);
  const { closing } = arms.memory;
  if (!/\b0 bytes live, 0 (blocks )?escaped, 0 in quarantine$/.test(closing)) {
    found.push(`${runtime}: the server closed with "${closing}"`);
  }
  return found;
}
