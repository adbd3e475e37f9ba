/** What options containers have besides those of all of them, by what messages call them. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  BitSet: ["capacity"],
  Deque: ["capacity", "maxLength"],
  HashMap: ["capacity", "incremental"],
  HashSet: ["capacity", "incremental"],
  LruMap: ["maxEntries", "maxBytes", "ttl", "onEvict"],
  MultiMap: ["capacity"],
  Pool: ["name", "checked"],
  PriorityQueue: ["capacity", "compare", "priority"],
  SlotMap: ["capacity"],
  SoaSlotMap: ["capacity"],
  SoaVector: [],
  SortedMap: ["capacity", "compare"],
  StringTable: ["capacity"],
  Text: [],
  Vector: [],
};

/** What a message says that helps with an option that there is not. */
function hintFor(name: string, names: readonly string[]): string {
  const begun = names.find((other) => name.length > 2 && (other.startsWith(name) || name.startsWith(other)));
  const nearest = begun ?? names.toSorted((a, b) => editDistance(name, a) - editDistance(name, b))[0]!;
  if (begun !== undefined || editDistance(name, nearest) <= name.length / 2) return `the nearest is ${nearest}, `;
  const others = Object.keys(OPTIONS).filter((label) => OPTIONS[label]!.includes(name));
  return others.length === 0 ? "" : `${others.join(", ")} can be made with it, `;
}

/** No option has a longer name. */
const LONGEST_NAME = 40;

/** How many letters differ, as heaps/nearest_name.ts counts them, which this floor does not see. */
function editDistance(given: string, other: string): number {
  const name = given.slice(0, LONGEST_NAME).toLowerCase();
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...name].entries()) {
    const next = [at + 1];
    for (const [place, expected] of [...other.toLowerCase()].entries()) {
      const replaced = row[place]! + (letter === expected ? 0 : 1);
      next.push(Math.min(replaced, row[place + 1]! + 1, next[place]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}

/**
 * Throws `TypeError` for an option that a container does not have: a misspelt one would be left out without a word. One
 * that is undefined counts as left out.
 */
export function checkOptions(label: string, options: object): void {
  // A pool is called after what it holds.
  checkNames(label, options, COMMON, OPTIONS[label.startsWith("Pool of ") ? "Pool" : label]!);
}

const COMMON: readonly string[] = ["allocator", "owned"];

/** Throws `TypeError` for an option that is none of `common` nor of `own`, for what `label` is. */
export function checkNames(
  label: string,
  options: object,
  common: readonly string[],
  own: readonly string[] = [],
): void {
  for (const name in options) {
    if (common.includes(name) || own.includes(name)) continue;
    if ((options as Record<string, unknown>)[name] === undefined) continue;
    const all = [...common, ...own];
    throw new TypeError(
      `Cannot make a ${label} with the option ${name}: ${hintFor(name, all)}it has ${all.join(", ")}`,
    );
  }
}
