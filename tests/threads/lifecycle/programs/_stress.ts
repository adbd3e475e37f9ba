// What both sides of the stress test know.

import type { Heap } from "../../../../mod.ts";

/** A block that goes from thread to thread, and what must be in it; with the whole heap that it lies in, or alone. */
export type Item = {
  readonly id: number;
  readonly seed: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly heap?: Heap;
};

/** The id of what a Worker has made itself. */
export const NO_ID = -1;

/** Integers from 0 to before `limit`. */
export type Random = (limit: number) => number;

/** What a Worker tells besides the blocks that it sends back. */
export type StressReport = { readonly kind: "freed"; readonly id: number } | { readonly kind: "finished" };

/** Integers from 0 to before `limit`; the same ones for the same seed. All numbers of 32 bits are passed through. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
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
