const numbers = new WeakMap<object, number>();
let last = 0;

/** The number of `thing`, which nothing else on this thread ever has. */
export function idOf(thing: object): number {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  numbers.set(thing, ++last);
  return last;
}
