import { probableName } from "./nearest_name.ts";

const LONGEST_TEXT = 60;

/** `value` as messages show it, without asking the program: an object may have no text, or throw when asked for it. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value);
    case "bigint":
      return `${value}n`;
    case "function":
      return nameOf(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "an array" : "an object";
    default:
      return String(value);
  }
}

function nameOf(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" && name !== "" ? name : "a function";
}

/** Throws `TypeError` that `action` needs what is `expected` and was given `value`. */
export function refuseArgument(value: unknown, action: string, expected: string): never {
  throw new TypeError(`Cannot ${action}: expected ${expected}, got ${shown(value)}`);
}

/** `value`, when it is an object; JavaScript programs pass null and forget arguments. */
export function requireObject<T extends object>(
  value: T,
  action: string,
  expected: string = "an object with options",
): T {
  if (typeof value === "object" && value !== null) return value;
  refuseArgument(value, action, expected);
}

/** Throws `TypeError` for options that are none of `names`, which would be left out without a word. */
export function checkOptions(options: object, action: string, names: readonly string[]): void {
  for (const name in options) {
    if (names.includes(name) || (options as Record<string, unknown>)[name] === undefined) continue;
    const probable = probableName(name, names);
    const hint = probable === undefined ? "" : `the nearest is ${probable}, `;
    throw new TypeError(`Cannot ${action} with the option ${name}: ${hint}there are ${names.join(", ")}`);
  }
}

/** Throws `TypeError` unless `value` can be called. */
export function requireFunction(value: unknown, action: string): void {
  if (typeof value !== "function") refuseArgument(value, action, "a function");
}

/** `value`, when it is a list; what an array of another realm is too. */
export function requireArray<T>(value: readonly T[], action: string, expected: string): readonly T[] {
  if (Array.isArray(value)) return value;
  refuseArgument(value, action, expected);
}

/** Throws `RangeError` unless `numaNode` is a node, or -1 for any. */
export function checkNumaNode(numaNode: number): void {
  if (Number.isInteger(numaNode) && numaNode >= -1 && numaNode <= 1024) return;
  throw new RangeError(`Cannot use NUMA node ${shown(numaNode)}: expected an integer from -1 (any) to 1024`);
}

/** Checks a byte limit. */
export function checkedLimit(limit: number | undefined): number {
  if (limit === undefined) return Infinity;
  if (
    typeof limit === "number" && limit > 0 &&
    (limit === Infinity || Number.isSafeInteger(limit))
  ) return limit;
  throw new RangeError(
    `Cannot limit to ${shown(limit)} bytes: expected a positive integer or Infinity`,
  );
}
