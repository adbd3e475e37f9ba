const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;

/**
 * How often each digit at `shift` occurs, summed up to where its first index goes; `undefined` when there is only one
 * digit.
 */
function startsOf(keys: Uint32Array, shift: number): Uint32Array | undefined {
  const starts = new Uint32Array(DIGITS);
  for (let place = 0; place < keys.length; place++) starts[keys[place]! >>> shift & MASK]!++;
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = starts[digit]!;
    if (count === keys.length) return undefined;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}

/** The order of `keys` among those that `order` lists: equal ones stay in the order that they have there. */
function sortBy(keys: Uint32Array, order: Uint32Array): Uint32Array {
  let from = order;
  let to: Uint32Array = new Uint32Array(order.length);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = startsOf(keys, shift);
    if (starts === undefined) continue;
    for (let place = 0; place < from.length; place++) {
      const index = from[place]!;
      to[starts[keys[index]! >>> shift & MASK]!++] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The indexes of keys in ascending order, each key in two halves of 32 bits; equal keys keep their order. */
export function radixOrder(high: Uint32Array, low: Uint32Array | undefined): Uint32Array {
  const order = Uint32Array.from(high, (_, index) => index);
  return sortBy(high, low === undefined ? order : sortBy(low, order));
}
