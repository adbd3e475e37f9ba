import type { ProfileSummary, SizeSummary } from "./summary.ts";

const WIDTH = 720;
const ROW = 22;
const BAR_START = 110;
const BAR_WIDTH = 380;
const TOP = 64;

const STYLE = `<style>
  .panel { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .note { fill: #59636e; }
  .reserved { fill: #ddf4ff; stroke: #54aeff; }
  .live { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d; }
    text { fill: #f0f6fc; }
    .note { fill: #9198a1; }
    .reserved { fill: #0c2d6b; stroke: #1f6feb; }
    .live { fill: #4493f8; }
  }
</style>`;

/** Bytes as people read them. */
function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [divisor, unit] = bytes < 2 ** 20 ? [1024, "KiB"] : [2 ** 20, "MiB"];
  const value = bytes / divisor;
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

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
