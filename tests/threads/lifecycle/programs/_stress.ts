// What both sides of the stress test know.

/** A block that goes from thread to thread, and what must be in it. */
export type Item = { readonly id: number; readonly seed: number; readonly bytes: Uint8Array<ArrayBuffer> };

/** What a Worker tells besides the blocks that it sends back. */
export type StressReport = { readonly kind: "freed"; readonly id: number } | { readonly kind: "finished" };

/** Integers from 0 to before `limit`; the same ones for the same seed. */
export function makeRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = Math.imul(state ^ state >>> 15, state | 1) + 0x6d2b79f5 >>> 0;
    const mixed = Math.imul(state ^ state >>> 7, state | 61) ^ state;
    return ((mixed ^ mixed >>> 14) >>> 0) % limit;
  };
}

/** Writes what follows from `seed` into every 64th byte and the last one. */
export function fillView(bytes: Uint8Array<ArrayBuffer>, seed: number): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < bytes.length; at += 64) bytes[at] = seed + at / 64;
  bytes[bytes.length - 1] = seed;
  return bytes;
}

/** Throws unless that stands there. */
export function checkFill(bytes: Uint8Array<ArrayBuffer>, seed: number): void {
  const last = bytes.length - 1;
  for (let at = 0; at < last; at += 64) {
    if (bytes[at] !== (seed + at / 64 & 255)) throw new Error(`byte ${at} of ${bytes.length} is ${bytes[at]}`);
  }
  if (bytes[last] !== (seed & 255)) throw new Error(`the last of ${bytes.length} bytes is ${bytes[last]}`);
}
