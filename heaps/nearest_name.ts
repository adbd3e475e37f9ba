/** What an option is called in the environment and in C, in front of its name. */
const PREFIX = /^(?:mimalloc|mi_option)_/;

/** No option has a longer name; what is behind it is not looked at, which would take time for each letter. */
const LONGEST_NAME = 80;

/**
 * The name in `names` that takes the fewest changed letters to become `name`, which may be written as in the
 * environment or in C; `undefined` for no names.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const plain = name.slice(0, LONGEST_NAME).toLowerCase().replace(PREFIX, "");
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of names) {
    const distance = editDistance(plain, candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/**
 * The name in `names` that `name` was probably to be: one of which it is the beginning or that is the beginning of it,
 * else the nearest of which most letters are the same; `undefined` when there is none.
 */
export function probableName(name: string, names: readonly string[]): string | undefined {
  const begun = names.find((other) => name.length > 2 && (other.startsWith(name) || name.startsWith(other)));
  if (begun !== undefined) return begun;
  const nearest = nearestName(name, names);
  if (nearest === undefined) return undefined;
  return editDistance(name.slice(0, LONGEST_NAME).toLowerCase(), nearest.toLowerCase()) <= name.length / 2
    ? nearest
    : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
