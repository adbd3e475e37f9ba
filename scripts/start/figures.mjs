// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { ARMS } from "./compare_arms.mjs";

/** The rows of the table of one runtime, the head first. */
export function figureRows(runtime, results) {
  const { scopes, ordinary } = results;
  const rows = [
    measured("requests/s", results, (r) => r.requests / r.seconds, 0),
    ...[["p50", 0.5], ["p99", 0.99], ["p99.9", 0.999], ["worst", 1]].map(
      ([name, share]) =>
        measured(
          `${name} latency, ms`,
          results,
          (r) => quantile(r.latencies, share),
          1,
        ),
    ),
    measured(
      "server CPU, µs per request",
      results,
      (r) => r.cpuSeconds / r.requests * 1e6,
      0,
    ),
    measured("peak RSS, MB", results, (r) => r.peakBytes / 1e6, 0),
    pauseRow(scopes, ordinary),
    [
      "requests compared",
      ...ARMS.map((arm) => whole(results[arm].requests)),
      "",
    ],
  ];
  const told = [
    ["scopes opened", "scopes_opened_total"],
    ["scopes destroyed", "scopes_destroyed_total"],
    ["bytes live at the end", "scopes_live_bytes"],
    ["escaped blocks", "scopes_escaped_blocks"],
    ["quarantined blocks", "scopes_quarantined_blocks"],
  ];
  for (const [name, metric] of told) {
    rows.push([name, whole(scopes.metrics[metric]), "–", ""]);
  }
  return [[runtime, ...ARMS, "ratio"], ...rows];
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

function measured(name, { scopes, ordinary }, value, decimals) {
  const [a, b] = [value(scopes), value(ordinary)];
  const text = (number) =>
    number.toLocaleString("en", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  return [name, text(a), text(b), (a / b).toFixed(2)];
}

function pauseRow(scopes, ordinary) {
  const name = "GC pauses, ms per s";
  if (scopes.pauses === undefined || ordinary.pauses === undefined) {
    return [name, "not told", "not told", ""];
  }
  return measured(
    name,
    { scopes, ordinary },
    (r) => r.pauses / r.loadedSeconds,
    1,
  );
}

/** The latency that the given share of the requests does not exceed. */
function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function whole(number) {
  return number.toLocaleString("en");
}
