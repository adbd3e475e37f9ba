import { formatBytes } from "../../realtime/core/format_bytes.ts";
import { escape, PANEL_STYLE, round } from "../../realtime/core/svg.ts";
import { FREE, FULL, NOT_COMMITTED, readCells } from "./_cells.ts";
import type { HeapMapArena, HeapMapFigures, HeapMapPage, SizeClassFill } from "./heap_fill.ts";
import type { Page } from "./_pages.ts";

const WIDTH = 960;
const MARGIN = 16;
const HEAD = 72;
const ARENA_HEAD = 26;
const ROW = 20;
const BAR_START = 130;
const BAR_WIDTH = 330;

/** How boxes are drawn up to a number of them: their side, the cells along it, and the gap between two. */
const SIZES = [
  { most: 60, side: 56, cells: 14, gap: 4 },
  { most: 300, side: 28, cells: 7, gap: 3 },
  { most: 1_024, side: 16, cells: 4, gap: 2 },
  { most: 4_096, side: 8, cells: 2, gap: 1 },
] as const;

type BoxSize = (typeof SIZES)[number];

/** Colours for blocks up to 16 bytes and then for each power of two; further ones share the last. */
const HUES = [205, 175, 140, 95, 55, 35, 15, 350, 325, 295, 265, 235];
const SMALLEST_POWER = 4;

const STYLE = `
  .free { fill: #d0d7de; fill-opacity: 0.55; }
  .box { fill: none; stroke: #afb8c1; stroke-width: 0.6; pointer-events: all; }
  .reserved { fill: none; stroke: #8c959f; }
${HUES.map((hue, index) => `  .c${index} { fill: hsl(${hue} 75% 38%); }`).join("\n")}
  .f2 { fill-opacity: 0.3; } .f3 { fill-opacity: 0.5; } .f4 { fill-opacity: 0.75; }
  @media (prefers-color-scheme: dark) {
    .free { fill: #3d444d; }
    .box { stroke: #656c76; }
    .reserved { stroke: #9198a1; }
${HUES.map((hue, index) => `    .c${index} { fill: hsl(${hue} 70% 60%); }`).join("\n")}
  }
`;

/** Pages that are drawn as one box. */
type Group = readonly HeapMapPage[];

/** `map` as SVG; `pageOf` tells the blocks of a page. */
export function drawHeapMap(map: HeapMapFigures, pageOf: (page: HeapMapPage) => Page): string {
  const size = SIZES.find(({ most }) => map.pages <= most) ?? SIZES.at(-1)!;
  const pagesPerBox = Math.ceil(map.pages / SIZES.at(-1)!.most);
  const canvas = new Canvas(size, pageOf);
  let y = HEAD;
  for (const arena of map.arenas) y = canvas.drawArena(arena, toGroups(arena.pages, pagesPerBox), y);
  const legend = drawLegend(map, y + 8);
  const height = y + 8 + (map.sizeClasses.length + 1) * ROW + MARGIN;
  const title = `Heap "${map.name}": ${describeBytes(map)}`;
  const details = describe(map, pagesPerBox);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `role="img" aria-labelledby="heap-map-title heap-map-description">
<title id="heap-map-title">${escape(title)}</title>
<desc id="heap-map-description">${escape(`${details}. ${map.sizeClasses.map(describeClass).join("; ")}`)}</desc>
<style>${PANEL_STYLE}${STYLE}</style>
<rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
<text class="title" x="${MARGIN}" y="28">${escape(title)}</text>
<text class="note" x="${MARGIN}" y="50">${escape(details)}</text>
${canvas.toString()}
${legend}
</svg>
`;
}

function toGroups(pages: readonly HeapMapPage[], pagesPerBox: number): Group[] {
  const boxes = Math.ceil(pages.length / pagesPerBox);
  return Array.from({ length: boxes }, (_, index) => pages.slice(index * pagesPerBox, (index + 1) * pagesPerBox));
}

/** Gathers what has the same colour into one path, because a picture of a hundred thousand elements is no use. */
class Canvas {
  readonly #size: BoxSize;
  readonly #pageOf: (page: HeapMapPage) => Page;
  readonly #paths = new Map<string, string[]>();
  readonly #boxes: string[] = [];
  readonly #texts: string[] = [];

  constructor(size: BoxSize, pageOf: (page: HeapMapPage) => Page) {
    this.#size = size;
    this.#pageOf = pageOf;
  }

  /** Draws an arena from `y` on, and returns where it ends. */
  drawArena(arena: HeapMapArena, groups: readonly Group[], y: number): number {
    const { side, gap } = this.#size;
    const perRow = Math.floor((WIDTH - 2 * MARGIN + gap) / (side + gap));
    this.#texts.push(`<text x="${MARGIN}" y="${y + 14}">${escape(describeArena(arena))}</text>`);
    const top = y + ARENA_HEAD;
    groups.forEach((group, index) => {
      const column = index % perRow;
      const row = Math.floor(index / perRow);
      this.#drawBox(group, MARGIN + column * (side + gap), top + row * (side + gap));
    });
    return top + Math.ceil(groups.length / perRow) * (side + gap) + 8;
  }

  #drawBox(group: Group, x: number, y: number): void {
    const { side, cells } = this.#size;
    const step = side / cells;
    const levels = readCells(group.map(this.#pageOf), cells * cells);
    const colour = `c${hueOf(group[0]!.blockBytes)}`;
    for (let start = 0; start < levels.length;) {
      const level = levels[start]!;
      const rowEnd = start - start % cells + cells;
      let end = start + 1;
      while (end < rowEnd && levels[end] === level) end++;
      const [left, top] = [x + start % cells * step, y + Math.floor(start / cells) * step];
      this.#fill(level, colour, left, top, (end - start) * step, step);
      start = end;
    }
    this.#boxes.push(`<rect class="box" x="${x}" y="${y}" width="${side}" height="${side}">${this.#tip(group)}</rect>`);
  }

  #fill(level: number, colour: string, x: number, y: number, width: number, height: number): void {
    if (level === NOT_COMMITTED) return;
    const kind = level === FREE ? "free" : level === FULL ? colour : `${colour} f${level}`;
    let path = this.#paths.get(kind);
    if (path === undefined) this.#paths.set(kind, path = []);
    path.push(`M${x} ${y}h${width}v${height}h-${width}z`);
  }

  /** What is shown when the pointer rests on a box, where boxes are large enough to be pointed at. */
  #tip(group: Group): string {
    if (this.#size.side < 16) return "";
    const [{ address, blockBytes, blocks, room }] = group as [HeapMapPage];
    return `<title>0x${address.toString(16)}: ${count(blocks)} of ${count(room)} × ${formatBytes(blockBytes)}</title>`;
  }

  toString(): string {
    const paths = [...this.#paths].map(([kind, parts]) => `<path class="${kind}" d="${parts.join("")}"/>`);
    return [...this.#texts, ...paths, ...this.#boxes].join("\n");
  }
}

/** The colour of a size: that of the power of two that it fits. */
function hueOf(blockBytes: number): number {
  const power = Math.ceil(Math.log2(Math.max(1, blockBytes)));
  return Math.min(Math.max(power - SMALLEST_POWER, 0), HUES.length - 1);
}

function drawLegend({ sizeClasses }: HeapMapFigures, top: number): string {
  const most = Math.max(1, ...sizeClasses.map(({ reservedBytes }) => reservedBytes));
  const head = `<text class="note" x="${BAR_START}" y="${top + 12}">by size of blocks: used (coloured) in committed ` +
    `(grey) in reserved (outlined)</text>`;
  const rows = sizeClasses.map((entry, index) => drawClass(entry, top + (index + 1) * ROW, BAR_WIDTH / most));
  return [head, ...rows].join("\n");
}

function drawClass(entry: SizeClassFill, y: number, scale: number): string {
  const width = (bytes: number): number => round(bytes * scale);
  return `<text x="${BAR_START - 10}" y="${y + 12}" text-anchor="end">${formatBytes(entry.blockBytes)}</text>
<rect class="free" x="${BAR_START}" y="${y + 2}" width="${width(entry.committedBytes)}" height="12"/>
<rect class="c${hueOf(entry.blockBytes)}" x="${BAR_START}" y="${y + 2}" width="${width(entry.usedBytes)}" height="12"/>
<rect class="reserved" x="${BAR_START}" y="${y + 2}" width="${Math.max(1, width(entry.reservedBytes))}" height="12"/>
<text class="note" x="${BAR_START + BAR_WIDTH + 10}" y="${y + 12}">${describeFill(entry)}</text>`;
}

function describe(map: HeapMapFigures, pagesPerBox: number): string {
  const { blocks, room, pages, fragmentation, largestFreeBytes, mimalloc } = map;
  return `${count(blocks)} of ${count(room)} blocks in ${plural(pages, "page")}${
    pagesPerBox > 1 ? `, ${pagesPerBox} to a box` : ""
  }; ${(fragmentation * 100).toFixed(1)} % of committed memory unused; longest free run in a page ${
    formatBytes(largestFreeBytes)
  }; mimalloc ${mimalloc}`;
}

function describeBytes({ usedBytes, committedBytes, reservedBytes }: HeapMapFigures): string {
  return `${formatBytes(usedBytes)} used, ${formatBytes(committedBytes)} committed, ${
    formatBytes(reservedBytes)
  } reserved`;
}

function describeArena({ name, address, byteLength, pages }: HeapMapArena): string {
  const place = address === undefined ? "" : ` at 0x${address.toString(16)}, ${formatBytes(byteLength!)}`;
  return `${name}${place}: ${plural(pages.length, "page")}`;
}

function describeClass(entry: SizeClassFill): string {
  return `${formatBytes(entry.blockBytes)}: ${describeFill(entry)}`;
}

function describeFill({ blocks, room, pages, usedBytes, committedBytes, largestFreeBytes }: SizeClassFill): string {
  const share = committedBytes === 0 ? 0 : usedBytes / committedBytes * 100;
  return `${count(blocks)} of ${count(room)} in ${plural(pages, "page")}, ${share.toFixed(0)} % used, free run ${
    formatBytes(largestFreeBytes)
  }`;
}

function plural(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? "" : "s"}`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
