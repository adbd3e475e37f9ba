import { formatBytes } from "../core/format_bytes.ts";
import { PANEL_STYLE } from "../core/svg.ts";
import type { ProfileSummary, SizeSummary } from "./summary.ts";

const WIDTH = 720;
const ROW = 22;
const BAR_START = 110;
const BAR_WIDTH = 380;
const TOP = 64;

const STYLE = `<style>${PANEL_STYLE}
  .reserved { fill: #ddf4ff; stroke: #54aeff; }
  .live { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    .reserved { fill: #0c2d6b; stroke: #1f6feb; }
    .live { fill: #4493f8; }
  }
</style>`;

/** A profile as SVG: a bar for each size of blocks, for what was live in front of what is reserved for it. */
export function drawProfile({ sizes, peakBytes, pageVariantBytes }: ProfileSummary, mimalloc: string): string {
  const height = TOP + Math.max(sizes.length, 1) * ROW + 16;
  const most = Math.max(1, ...sizes.map(({ reservedBytes, peakBytes }) => Math.max(reservedBytes, peakBytes)));
  const title = `Allocation profile: ${formatBytes(peakBytes)} in blocks, ${formatBytes(pageVariantBytes)} in pages`;
  const rows = sizes.map((size, index) => drawRow(size, TOP + index * ROW, BAR_WIDTH / most));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `role="img" aria-labelledby="title">
<title id="title">${title}, mimalloc ${mimalloc}</title>
${STYLE}
<rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
<text class="title" x="16" y="26">${title}</text>
<text class="note" x="16" y="46">bytes of a block, bytes live at a time (dark) and reserved for it (light), mimalloc ${mimalloc}</text>
${rows.join("\n")}
</svg>
`;
}

function drawRow(
  { blockBytes, peakBlocks, peakBytes, pages, reservedBytes }: SizeSummary,
  y: number,
  scale: number,
): string {
  const width = (bytes: number): string => Math.max(1, bytes * scale).toFixed(1);
  const counts = `${peakBlocks} × ${formatBytes(blockBytes)}${
    pages > 0 ? `, ${pages} ${pages === 1 ? "page" : "pages"}` : ""
  }`;
  return `<text x="${BAR_START - 8}" y="${y + 12}" text-anchor="end">${formatBytes(blockBytes)}</text>
<rect class="reserved" x="${BAR_START}" y="${y}" width="${width(reservedBytes)}" height="16" rx="2"/>
<rect class="live" x="${BAR_START}" y="${y + 4}" width="${width(peakBytes)}" height="8"/>
<text class="note" x="${BAR_START + BAR_WIDTH + 10}" y="${y + 12}">${counts}</text>`;
}
