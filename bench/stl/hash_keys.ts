/** Numbers in an order without pattern, none twice: keys, and others that are no keys. */
export interface Keys {
  /** The keys in the order in which they are added. */
  readonly keys: Uint32Array;
  /** The same in another order. */
  readonly shuffled: Uint32Array;
  /** As many numbers that are no keys. */
  readonly absent: Uint32Array;
}

const made = new Map<number, Keys>();

/** One to one, so that no number comes twice. */
export function scatter(index: number): number {
  index = Math.imul(index ^ index >>> 16, 0x7feb352d);
  index = Math.imul(index ^ index >>> 15, 0x846ca68b);
  return (index ^ index >>> 16) >>> 0;
}

/** `count` keys, the same ones in every run. */
export function keysOf(count: number): Keys {
  let found = made.get(count);
  if (found === undefined) made.set(count, found = makeKeys(count));
  return found;
}

function makeKeys(count: number): Keys {
  const keys = Uint32Array.from({ length: count }, (_, i) => scatter(i));
  const shuffled = keys.slice();
  for (let i = count - 1; i > 0; i--) {
    const j = scatter(i * 2 + 1) % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return { keys, shuffled, absent: Uint32Array.from({ length: count }, (_, i) => scatter(2 ** 31 + i)) };
}
