import { refuseArgument, requireObject } from "../../heaps/argument.ts";
import { escape, round } from "../core/svg.ts";
import { CHART_LINES, CHART_STYLE } from "./_chart_style.ts";
import { LatencyHistogram } from "./latency_histogram.ts";

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 64;
const TOP = 44;
const BOTTOM = 74;
const PLOT_WIDTH = WIDTH - LEFT - 20;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
const UNITS = ["1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"];

/** What a chart shows: a range of powers of ten on both axes. */
interface Frame {
  readonly nines: number;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * A picture of up to six histograms as SVG, for light and dark pages: across the percentile, each step a nine more; up
 * the time, each step ten times longer. The names of `histograms` are those of the lines.
 *
 * Throws `TypeError` for what is no histogram, and `RangeError` for none, for more than six, and where all are empty.
 *
 * @example
 * ```ts
 * import { drawLatencies, LatencyHistogram } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * const latencies = new LatencyHistogram();
 * for (let i = 0; i < 1000; i++) latencies.record(100 + i);
 * const picture = drawLatencies("Time of an allocation", { "plain heap": latencies });
 * assert.match(picture, /^<svg .*plain heap/s);
 * ```
 */
export function drawLatencies(title: string, histograms: Readonly<Record<string, LatencyHistogram>>): string {
  if (typeof title !== "string") refuseArgument(title, "draw latencies", "a title");
  const entries = Object.entries(requireObject(histograms, "draw latencies", "histograms by name"));
  for (const [, histogram] of entries) {
    if (!(histogram instanceof LatencyHistogram)) {
      refuseArgument(histogram, "draw latencies", "LatencyHistograms by name");
    }
  }
  const filled = entries.filter(([, { count }]) => count > 0);
  if (filled.length === 0 || entries.length > CHART_LINES) {
    throw new RangeError(
      `Cannot draw ${filled.length} of ${entries.length} histograms: expected 1 to ${CHART_LINES}, at least one not empty`,
    );
  }
  const frame = frameOf(filled.map(([, histogram]) => histogram));
  const lines = entries.map(([, histogram], index) => drawLine(histogram, index, frame));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(describe(entries))}</desc>
<style>${CHART_STYLE}</style>
<rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" />
<text class="title" x="20" y="26">${escape(title)}</text>
${drawGrid(frame)}
${lines.reverse().join("\n")}
${drawKeys(entries.map(([name]) => name))}
</svg>
`;
}

function describe(entries: readonly (readonly [string, LatencyHistogram])[]): string {
  return entries.map(([name, histogram]) => {
    const [median, high] = [histogram.percentile(50), histogram.percentile(99.9)];
    return `${name}: ${histogram.count} times, median ${median} ns, 99.9 % within ${high} ns, longest ${histogram.max} ns`;
  }).join("; ");
}

function frameOf(histograms: readonly LatencyHistogram[]): Frame {
  const most = Math.max(...histograms.map(({ count }) => count));
  const lowest = Math.min(...histograms.map((histogram) => Math.floor(powerOf(histogram.min))));
  const highest = Math.max(...histograms.map((histogram) => Math.ceil(powerOf(histogram.max))));
  return { nines: Math.max(1, Math.ceil(Math.log10(most))), lowest, highest: Math.max(highest, lowest + 1) };
}

/** The power of ten of a time; those below a nanosecond are drawn as one. */
function powerOf(nanoseconds: number): number {
  return Math.log10(Math.max(1, nanoseconds));
}

function across(nines: number, frame: Frame): number {
  return round(LEFT + nines / frame.nines * PLOT_WIDTH);
}

function down(power: number, { lowest, highest }: Frame): number {
  return round(TOP + (highest - power) / (highest - lowest) * PLOT_HEIGHT);
}

/** A step for each bucket: up to the share of times below it, then to its time. */
function drawLine(histogram: LatencyHistogram, kind: number, frame: Frame): string {
  let below = 0;
  let path = "";
  let last = "";
  histogram.forEach((nanoseconds, count) => {
    const x = across(-Math.log10(1 - below / histogram.count), frame);
    const y = down(powerOf(nanoseconds), frame);
    const step = path === "" ? `M${x} ${y}` : `H${x}V${y}`;
    if (step !== last) path += step;
    last = step;
    below += count;
  });
  const end = across(Math.min(frame.nines, Math.log10(Math.max(1, histogram.count))), frame);
  return path === "" ? "" : `<path class="line line${kind}" d="${path}H${end}" />`;
}

function drawGrid(frame: Frame): string {
  const parts: string[] = [];
  for (let power = frame.lowest; power <= frame.highest; power++) {
    const y = down(power, frame);
    parts.push(`<path class="grid" d="M${LEFT} ${y}h${PLOT_WIDTH}" />`);
    parts.push(`<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${UNITS[power] ?? `10^${power} ns`}</text>`);
  }
  for (let nines = 0; nines <= frame.nines; nines++) {
    const x = across(nines, frame);
    // 90, 99, 99.9 …
    const percent = nines === 0 ? "0" : nines === 1 ? "90" : `99${nines > 2 ? `.${"9".repeat(nines - 2)}` : ""}`;
    parts.push(`<path class="grid" d="M${x} ${TOP}v${PLOT_HEIGHT}" />`);
    // The last one would reach beyond the picture.
    const anchor = nines > 3 && nines === frame.nines ? "end" : "middle";
    parts.push(`<text x="${x}" y="${TOP + PLOT_HEIGHT + 18}" text-anchor="${anchor}">${percent} %</text>`);
  }
  return parts.join("\n");
}

function drawKeys(names: readonly string[]): string {
  let x = LEFT;
  return names.map((name, kind) => {
    const key = `<path class="line line${kind}" d="M${round(x)} ${HEIGHT - 22}h22" /><text class="key" x="${
      round(x + 28)
    }" y="${HEIGHT - 18}">${escape(name)}</text>`;
    x += name.length * 6.6 + 48;
    return key;
  }).join("\n");
}
