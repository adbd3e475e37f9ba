import { escape } from "../../realtime/core/svg.ts";
import { describeFrame } from "../../heaps/core/call_stack.ts";
import type { FlameNode } from "./_flame_tree.ts";
import { showShare } from "./_share.ts";
import { type ProfileValue, showValue } from "./profile_values.ts";

const WIDTH = 1200;
const ROW = 18;
const TOP = 58;
const MARGIN = 10;
const CHARACTER = 6.7;
/** Boxes narrower than this cannot be seen; so many at most keep a picture small. */
const LEAST_WIDTH = 0.3;

/** The style of flame graphs, for light and dark pages. */
export const FLAME_STYLE = `.flame{color-scheme:light dark;font:12px ui-monospace,monospace}
.flame .panel{fill:light-dark(#fff,#16181d)}.flame text{fill:light-dark(#1b1f24,#e6e8eb)}
.flame .title{font:600 16px system-ui,sans-serif}.flame .note{font:12px system-ui,sans-serif;opacity:.75}
.flame rect.box{stroke:light-dark(#fff,#16181d);stroke-width:.6}.flame .box-text{pointer-events:none;fill:#1b1f24}
.flame g.call:hover rect,.flame g.call:focus rect{stroke:light-dark(#000,#fff);stroke-width:1.4}`;

/** What a flame graph says beside its boxes. */
export interface FlameHead {
  readonly title: string;
  readonly note: string;
  readonly value: ProfileValue;
  /** Whether the colours tell what has grown. */
  readonly compared: boolean;
}

/** A flame graph as SVG: a box for each call, as wide as what it allocated, the callers below. */
export function drawFlameGraph(root: FlameNode, head: FlameHead): string {
  const depth = depthOf(root);
  const height = TOP + (depth + 1) * ROW + MARGIN;
  const boxes: string[] = [];
  const scale = root.value === 0 ? 0 : (WIDTH - 2 * MARGIN) / root.value;
  drawNode(root, MARGIN, height - MARGIN - ROW, { scale, whole: root, head, boxes });
  return `<svg xmlns="http://www.w3.org/2000/svg" class="flame" viewBox="0 0 ${WIDTH} ${height}" width="100%" role="img" aria-label="${
    escape(`${head.title}. ${head.note}`)
  }">
<style>${FLAME_STYLE}</style>
<rect class="panel" width="${WIDTH}" height="${height}"/>
<text class="title" x="${MARGIN}" y="24">${escape(head.title)}</text>
<text class="note" x="${MARGIN}" y="44">${escape(head.note)}</text>
${boxes.join("\n")}
</svg>
`;
}

function depthOf(node: FlameNode): number {
  let depth = 0;
  for (let row = [node]; row.length > 0; depth++) row = row.flatMap((each) => [...each.children.values()]);
  return depth - 1;
}

interface Drawing {
  readonly scale: number;
  readonly whole: FlameNode;
  readonly head: FlameHead;
  readonly boxes: string[];
}

function drawNode(node: FlameNode, x: number, y: number, drawing: Drawing): void {
  const width = node.value * drawing.scale;
  if (width < LEAST_WIDTH) return;
  drawing.boxes.push(drawBox(node, x, y, width, drawing));
  let left = x;
  for (const child of [...node.children.values()].sort((a, b) => a.name < b.name ? -1 : 1)) {
    drawNode(child, left, y - ROW, drawing);
    left += child.value * drawing.scale;
  }
}

function drawBox(node: FlameNode, x: number, y: number, width: number, { whole, head }: Drawing): string {
  const { frame, value, name, before } = node;
  const place = frame === undefined ? "all calls" : describeFrame(frame);
  const change = head.compared ? `, ${value < before ? "" : "+"}${showValue(value - before, head.value)}` : "";
  const title = `${place}: ${showValue(value, head.value)} (${showShare(value, whole.value)})${change}`;
  const room = Math.floor((width - 6) / CHARACTER);
  const label = room < 3 ? "" : name.length <= room ? name : `${name.slice(0, room - 1)}…`;
  const fill = head.compared ? changeColour(node, whole) : colour(name);
  const text = label === "" ? "" : `<text class="box-text" x="${round(x + 3)}" y="${y + 13}">${escape(label)}</text>`;
  return `<g class="call"><title>${escape(title)}</title><rect class="box" x="${round(x)}" y="${y}" width="${
    round(width)
  }" height="${ROW}" fill="${fill}"/>${text}</g>`;
}

function round(figure: number): number {
  return Math.round(figure * 100) / 100;
}

/** A warm colour that a name always has. */
function colour(name: string): string {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  return `hsl(${20 + hash % 36} ${70 + (hash >>> 6) % 20}% ${62 + (hash >>> 12) % 12}%)`;
}

/** Red for what has grown, blue for what has shrunk, the stronger the larger its part of all that is there. */
function changeColour({ value, before }: FlameNode, whole: FlameNode): string {
  const part = Math.min(1, Math.abs(value - before) / Math.max(1, whole.value, whole.before) * 2);
  return `hsl(${value >= before ? 8 : 212} ${Math.round(20 + 65 * part)}% ${Math.round(86 - 26 * part)}%)`;
}
