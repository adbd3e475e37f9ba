// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { escape, round } from "../../svg.mjs";
import { linear, logarithmic } from "./scales.mjs";
import { ticksUpTo } from "./ticks.mjs";

const WIDTH = 720;
const HEIGHT = 320;
const TOP = 96;
const BOTTOM = 44;
const LEFT = 58;
const GAP = 24;
const RIGHT = 18;

/** Colours are those of GitHub; lines differ by their dashes and widths too. */
const STYLE = `
  .panel { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px system-ui, sans-serif; fill: #59636e; }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328; }
  .key { fill: #1f2328; }
  .grid { stroke: #d0d7de; }
  .line { fill: none; stroke-linejoin: round; }
  .line0 { stroke: #0969da; stroke-width: 2.5; }
  .line1 { stroke: #bc4c00; stroke-width: 1.5; }
  .line2 { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 5 3; }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d; }
    text { fill: #9198a1; }
    .title, .key { fill: #f0f6fc; }
    .grid { stroke: #3d444d; }
    .line0 { stroke: #4493f8; }
    .line1 { stroke: #f0883e; }
    .line2 { stroke: #9198a1; }
  }
`;

/**
 * An SVG picture of panels side by side that share their lines' names, for light and dark pages.
 *
 * @param {{
 *   title: string,
 *   description: string,
 *   unit: string,
 *   logarithmic?: boolean,
 *   panels: { title: string, lines: { name: string, points: [number, number][] }[] }[],
 * }} chart points are of seconds and of `unit`
 * @returns {string}
 */
export function lineChart({ title, description, unit, panels, logarithmic: byPowers = false }) {
  const width = (WIDTH - RIGHT - panels.length * LEFT - (panels.length - 1) * GAP) / panels.length;
  const values = panels.flatMap((panel) => panel.lines).flatMap(({ points }) => points.map(([, value]) => value));
  const scale = byPowers ? logarithmic(values) : linear(values);
  const drawn = panels.map((panel, index) =>
    drawPanel(panel, { x: LEFT + index * (LEFT + GAP + width), width, scale })
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(description)}</desc>
<style>${STYLE}</style>
<rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" />
<text class="title" x="20" y="26">${escape(title)}, ${escape(unit)}</text>
${drawKeys(panels[0].lines)}
${drawn.join("\n")}
</svg>
`;
}

/** The names of the lines, below the title. */
function drawKeys(lines) {
  let start = 20;
  return lines.map(({ name }, kind) => {
    const x = start;
    start += name.length * 7 + 48;
    return `<path class="line line${kind}" d="M${round(x)} 44h22" /><text class="key" x="${round(x + 28)}" y="48">${
      escape(name)
    }</text>`;
  }).join("\n");
}

function drawPanel({ title, lines }, { x, width, scale }) {
  const height = HEIGHT - TOP - BOTTOM;
  const longest = Math.max(...lines.flatMap(({ points }) => points.map(([seconds]) => seconds)));
  const xTicks = ticksUpTo(longest).filter((tick) => tick <= longest);
  const across = (seconds) => round(x + seconds / longest * width);
  const down = (value) => round(TOP + height - scale.share(value) * height);
  const parts = [`<text class="title" x="${round(x)}" y="${TOP - 14}">${escape(title)}</text>`];
  for (const tick of scale.ticks) {
    parts.push(`<path class="grid" d="M${round(x)} ${down(tick)}h${round(width)}" />`);
    parts.push(`<text x="${round(x - 8)}" y="${down(tick) + 4}" text-anchor="end">${tick.toLocaleString("en")}</text>`);
  }
  for (const tick of xTicks) {
    parts.push(`<text x="${across(tick)}" y="${TOP + height + 20}" text-anchor="middle">${tick} s</text>`);
  }
  const paths = lines.map(({ points }, kind) => {
    const path = points.map(([seconds, value]) => `${across(seconds)} ${down(value)}`).join("L");
    return `<path class="line line${kind}" d="M${path}" />`;
  });
  // The first line lies above the others.
  parts.push(...paths.reverse());
  return parts.join("\n");
}
