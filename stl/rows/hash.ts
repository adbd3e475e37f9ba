/** A number that places keys differently in each container. */
export function newSeed(): number {
  return Math.random() * 2 ** 32 | 0;
}

/**
 * Spreads the bits of a 32-bit number over all 32 bits, one to one. Tables take
 * the upper ones. (The constants are those of the "lowbias32" search.)
 */
export function mix32(bits: number): number {
  bits = Math.imul(bits ^ bits >>> 16, 0x21f0aaad);
  bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
  return bits ^ bits >>> 15;
}

/** The hash of two 32-bit halves. */
export function mix64(low: number, high: number): number {
  low = Math.imul(low, 0x9e3779b1);
  return mix32((low ^ low >>> 15) + high | 0);
}

/** The hash of `bytes` from `start` to `end`. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ end - start;
  const whole = start + (end - start & -4);
  let at = start;
  for (; at < whole; at += 4) {
    const word = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  let rest = 0;
  for (let shift = 0; at < end; at++, shift += 8) rest |= bytes[at]! << shift;
  return mix32(hash ^ Math.imul(rest, 0x85ebca6b));
}
