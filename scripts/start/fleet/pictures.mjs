// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { lineChart } from "../chart/line_chart.mjs";
import { decimal } from "../statistics.mjs";
import { ARMS } from "./compare.mjs";
import { NAMES, title } from "./figures.mjs";

/** Seconds of which a picture of latencies shows the worst. */
const WINDOW = 0.25;

/**
 * The pictures of one run of each runtime, by their files in docs/pictures/.
 *
 * @param {Record<string, { arms: Record<string, object> }>} byRuntime
 * @returns {Record<string, string>}
 */
export function drawPictures(byRuntime) {
  return {
    "fleet_latency.svg": draw(byRuntime, {
      title: `Worst latency in each ${WINDOW} s under the same load`,
      unit: "milliseconds",
      logarithmic: true,
      pointsOf: worstOfWindows,
    }),
    "fleet_memory.svg": draw(byRuntime, {
      title: "Memory while devices are made, under load, and at rest",
      unit: "megabytes in RAM",
      pointsOf: ({ memory }) => memory.points.map(({ seconds, bytes }) => [seconds, bytes / 1e6]),
    }),
  };
}

function draw(byRuntime, { title: heading, unit, pointsOf, logarithmic = false }) {
  const panels = Object.entries(byRuntime).map(([runtime, { arms }]) => ({
    title: title(runtime),
    lines: ARMS.map((arm) => ({ name: NAMES[arm], points: pointsOf(arms[arm]) })),
  }));
  const description = panels.flatMap((panel) =>
    panel.lines.map(({ name, points }) => {
      const most = Math.max(...points.map(([, value]) => value));
      return `${panel.title}, ${name}: up to ${decimal(most, 0)} ${unit}.`;
    })
  ).join(" ");
  return lineChart({ title: heading, description, unit, panels, logarithmic });
}

function worstOfWindows({ results }) {
  const worst = new Map();
  for (const { seconds, latency } of results) {
    const window = Math.floor(seconds / WINDOW);
    worst.set(window, Math.max(worst.get(window) ?? 0, latency));
  }
  return [...worst].map(([window, latency]) => [window * WINDOW, latency]);
}
