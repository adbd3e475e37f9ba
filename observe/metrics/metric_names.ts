import process from "node:process";
import path from "node:path";
import { requireObject, shown } from "../../heaps/argument.ts";
import { FAMILIES, type MetricFamily } from "./families.ts";

/** Begins every name. */
const NAMESPACE = "memory_allocator";

/** How metrics are named and labelled for Prometheus. */
export interface MetricNaming {
  /**
   * What stands before each name.
   *
   * @default {""}
   */
  readonly prefix?: string;
  /** Labels that each figure gets besides those that it has. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The label `process`: what this program is called among those that Prometheus watches. Two copies of one program have
   * the same; Prometheus itself tells them apart by `instance`.
   *
   * @default {} the file name of the program, without what follows the last dot
   */
  readonly process?: string;
}

/** Names and labels that were checked. */
export interface CheckedNaming {
  /** What stands before each name. */
  readonly prefix: string;
  /** Labels that each figure gets. */
  readonly labels: Readonly<Record<string, string>>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
const TAKEN: ReadonlySet<string> = new Set([
  "allocator",
  "process",
  ...FAMILIES.flatMap(({ labels }) => labels),
]);

/** The name of a family in Prometheus. */
export function nameOf({ path: parts, unit, type }: MetricFamily, prefix: string): string {
  const words = [NAMESPACE, parts.replace(".", "_"), ...unit === undefined ? [] : [unit]];
  return prefix + [...words, ...type === "counter" ? ["total"] : []].join("_");
}

/** The names of all metrics in Prometheus, without a prefix. */
export const metricNames: readonly string[] = FAMILIES.map((family) => nameOf(family, ""));

/** Throws `TypeError` for options that make no names and labels, and for labels that figures have already. */
export function checkedNaming(options: MetricNaming, action: string): CheckedNaming {
  const { prefix = "", labels = {}, process: name = processName() } = requireObject(options, action);
  const before = String(prefix);
  if (before !== "" && !NAME.test(before)) {
    throw new TypeError(`Cannot ${action} with the prefix ${shown(prefix)}: names consist of letters, digits and _`);
  }
  const given = Object.entries(requireObject(labels, action, "an object with labels"));
  for (const [label] of given) {
    if (TAKEN.has(label)) throw new TypeError(`Cannot ${action} with the label ${label}: figures have one already`);
    if (LABEL.test(label)) continue;
    throw new TypeError(`Cannot ${action} with the label ${shown(label)}: labels consist of letters, digits and _`);
  }
  const own = Object.fromEntries(given.map(([label, value]) => [label, String(value)]));
  return { prefix: before, labels: { allocator: "mimalloc", process: String(name), ...own } };
}

function processName(): string {
  const file = process.argv[1];
  return file === undefined ? "main" : path.parse(file).name;
}
