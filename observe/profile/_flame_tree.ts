import type { StackFrame } from "../../heaps/core/call_stack.ts";
import { frameName, fromRoot, type ValueRow } from "./_value_row.ts";
import type { ProfileValue } from "./profile_values.ts";

/** One box of a flame graph: a function, called from the one below it. */
export interface FlameNode {
  readonly name: string;
  readonly frame: StackFrame | undefined;
  readonly children: Map<string, FlameNode>;
  /** What it stands for, with everything that it called. */
  value: number;
  /** The same of the profile before, in a difference. */
  before: number;
}

function makeNode(name: string, frame?: StackFrame): FlameNode {
  return { name, frame, children: new Map(), value: 0, before: 0 };
}

/** The calls of `rows` as a tree; `before` are those of an earlier profile. */
export function flameTree(rows: readonly ValueRow[], value: ProfileValue, before: readonly ValueRow[] = []): FlameNode {
  const root = makeNode("all");
  for (const row of rows) addRow(root, row, (node) => node.value += Math.max(0, row[value]));
  for (const row of before) addRow(root, row, (node) => node.before += Math.max(0, row[value]));
  return root;
}

function addRow(root: FlameNode, row: ValueRow, add: (node: FlameNode) => void): void {
  add(root);
  let node = root;
  for (const frame of fromRoot(row)) {
    const key = `${frame.functionName}\n${frame.file}:${frame.line}:${frame.column}`;
    let child = node.children.get(key);
    if (child === undefined) node.children.set(key, child = makeNode(frameName(frame), frame));
    add(child);
    node = child;
  }
}
