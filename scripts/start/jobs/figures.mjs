// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { decimal, median, quantile } from "../statistics.mjs";
import { ARMS } from "./compare_arms.mjs";

/** What is measured of an arm, in order of the rows. */
const FIGURES = [
  { name: "requests/s", decimals: 0, value: (arm) => arm.latencies.length / arm.seconds },
  { name: "p50 latency, ms", decimals: 1, value: (arm) => quantile(arm.latencies, 0.5) },
  { name: "p99 latency, ms", decimals: 1, value: (arm) => quantile(arm.latencies, 0.99) },
  { name: "server CPU, ms per request", decimals: 2, value: (arm) => arm.cpuSeconds / arm.latencies.length * 1e3 },
  { name: "of it in the system, ms", decimals: 2, value: (arm) => arm.systemSeconds / arm.latencies.length * 1e3 },
  { name: "peak RSS, MB", decimals: 0, value: (arm) => arm.peakBytes / 1e6 },
  {
    name: "GC pauses, ms per s",
    decimals: 1,
    value: (arm) => arm.pauses === undefined ? undefined : arm.pauses / arm.seconds,
  },
];

/**
 * The rows of the table of a job, the head first: medians of the runs.
 *
 * @param {string} name
 * @param {Record<string, Record<string, object>[]>} byRuntime the results of both arms in each run
 * @returns {string[][]}
 */
export function figureRows(name, byRuntime) {
  const runtimes = Object.keys(byRuntime);
  const head = [name, ...runtimes.flatMap((runtime) => [...ARMS.map((arm) => `${runtime}: ${arm}`), "ratio"])];
  return [head, ...FIGURES.map((figure) => [figure.name, ...runtimes.flatMap((r) => cells(byRuntime[r], figure))])];
}

/** A figure of both arms and their ratio. */
function cells(runs, { decimals, value }) {
  const [scopes, ordinary] = ARMS.map((arm) => runs.map((run) => value(run[arm])));
  if ([...scopes, ...ordinary].includes(undefined)) return ["not told", "not told", ""];
  const ratios = scopes.map((figure, run) => figure / ordinary[run]);
  return [decimal(median(scopes), decimals), decimal(median(ordinary), decimals), decimal(median(ratios), 2)];
}

/** What must not be: each as a sentence. */
export function faults(runtime, { scopes }) {
  const { metrics, server } = scopes;
  const found = [];
  const expect = (name, value) => {
    if (metrics[name] !== value) {
      found.push(
        `${runtime}: ${name} is ${metrics[name]}, it has to be ${value}`,
      );
    }
  };
  expect("scopes_live_bytes", 0);
  expect("scopes_live", 0);
  expect("scopes_escaped_blocks", 0);
  expect("scopes_quarantined_blocks", 0);
  expect("scopes_destroyed_total", metrics.scopes_opened_total);
  const last = server.messages.find((line) => line.includes("bytes live"));
  if (!/; 0 bytes live, 0 blocks escaped, 0 in quarantine$/.test(last ?? "")) {
    found.push(`${runtime}: the server closed with "${last}"`);
  }
  return found;
}
