// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { escape, round } from "../svg.mjs";

const WIDTH = 720;
const HEIGHT = 300;
const TOP = 64;
const BOTTOM = 40;
const LEFT = 64;
const GAP = 16;
const DOT = 1.5;
const UNITS = ["1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"];

/** Colours are those of GitHub, for light and dark pages. */
const STYLE = `
  .panel { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px system-ui, sans-serif; fill: #59636e; }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328; }
  .grid { stroke: #d0d7de; }
  .dots { stroke: #0969da; stroke-width: ${DOT}; fill: none; }
  .longest { stroke: #bc4c00; stroke-dasharray: 5 3; }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d; }
    text { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .grid { stroke: #3d444d; }
    .dots { stroke: #4493f8; }
    .longest { stroke: #f0883e; }
  }
`;

/**
 * A picture of the time of each request as SVG: panels side by side, in each the requests from left to right, and their
 * times on one logarithmic scale.
 *
 * @param {string} title
 * @param {readonly { title: string, times: ArrayLike<number> }[]} panels times in nanoseconds
 * @returns {string}
 */
export function drawTimes(title, panels) {
  const width = (WIDTH - LEFT - 20 - (panels.length - 1) * GAP) / panels.length;
  const powers = panels.flatMap(({ times }) => [powerOf(least(times)), powerOf(most(times))]);
  const frame = { lowest: Math.floor(Math.min(...powers)), highest: Math.ceil(Math.max(...powers)) };
  if (frame.highest === frame.lowest) frame.highest++;
  const drawn = panels.map((panel, index) => drawPanel(panel, LEFT + index * (width + GAP), width, frame));
  const description = panels.map(({ title: name, times }) => `${name}: longest ${most(times)} ns`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(description)}</desc>
<style>${STYLE}</style>
<rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" />
<text class="title" x="20" y="26">${escape(title)}</text>
${drawScale(frame)}
${drawn.join("\n")}
</svg>
`;
}

function drawScale(frame) {
  const labels = [];
  for (let power = frame.lowest; power <= frame.highest; power++) {
    labels.push(`<text x="${LEFT - 8}" y="${down(power, frame) + 4}" text-anchor="end">${UNITS[power]}</text>`);
  }
  return labels.join("\n");
}

function drawPanel({ title, times }, x, width, frame) {
  const parts = [`<text class="title" x="${round(x)}" y="${TOP - 12}">${escape(title)}</text>`];
  for (let power = frame.lowest; power <= frame.highest; power++) {
    parts.push(`<path class="grid" d="M${round(x)} ${down(power, frame)}h${round(width)}" />`);
  }
  const longest = down(powerOf(most(times)), frame);
  parts.push(`<path class="dots" d="${dots(times, x, width, frame)}" />`);
  parts.push(`<path class="longest" d="M${round(x)} ${longest}h${round(width)}" />`);
  const count = times.length.toLocaleString("en");
  parts.push(`<text x="${round(x + width)}" y="${HEIGHT - 16}" text-anchor="end">${count} requests</text>`);
  return parts.join("\n");
}

/** One dot for all requests that would lie on it: 18,000 of them are no picture but a file of a megabyte. */
function dots(times, x, width, frame) {
  const seen = new Set();
  let path = "";
  for (let i = 0; i < times.length; i++) {
    const column = Math.floor(i / times.length * width / DOT);
    const row = Math.round((down(powerOf(times[i]), frame) - TOP) / DOT);
    const key = row * 1000 + column;
    if (seen.has(key)) continue;
    seen.add(key);
    path += `M${round(x + column * DOT)} ${round(TOP + row * DOT)}h${DOT}`;
  }
  return path;
}

function least(times) {
  let found = Infinity;
  for (let i = 0; i < times.length; i++) found = Math.min(found, times[i]);
  return found;
}

function most(times) {
  let found = 0;
  for (let i = 0; i < times.length; i++) found = Math.max(found, times[i]);
  return found;
}

function powerOf(nanoseconds) {
  return Math.log10(Math.max(1, nanoseconds));
}

function down(power, { lowest, highest }) {
  return round(TOP + (highest - power) / (highest - lowest) * (HEIGHT - TOP - BOTTOM));
}
