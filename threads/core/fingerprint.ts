/**
 * A number of 53 bits that two texts have in common by chance alone; what the layout of a kind is compared by, because a
 * kind itself belongs to the thread that made it.
 */
export function fingerprintOf(text: string): number {
  let [low, high] = [0xdeadbeef | 0, 0x41c6ce57 | 0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ low >>> 16, 2246822507) ^ Math.imul(high ^ high >>> 13, 3266489909);
  high = Math.imul(high ^ high >>> 16, 2246822507) ^ Math.imul(low ^ low >>> 13, 3266489909);
  return (high >>> 0) % 2 ** 21 * 2 ** 32 + (low >>> 0);
}
