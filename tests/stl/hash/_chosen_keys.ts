import { mix32 } from "../../../stl/rows/hash.ts";

/** Bytes of the keys that are made here. */
export const CHOSEN_BYTES = 104;

/** Words in which each pair holds one bit of `n`: `first` is changed in the one and `second` in the other when it is 1. */
function wordsOf(n: number, first: number, second: number): Int32Array<ArrayBuffer> {
  // "a" four times.
  const words = new Int32Array(CHOSEN_BYTES / 4).fill(0x61616161);
  for (let bit = 0; bit < words.length / 2; bit++) {
    if ((n >>> bit & 1) === 0) continue;
    words[bit * 2]! ^= first;
    words[bit * 2 + 1]! ^= second;
  }
  return words;
}

/**
 * Words that the fast hash gives the same result, whatever the seed is: the highest bit goes through a multiplication as
 * it is, and the shift that follows makes two bits of it, which the next word takes back.
 */
export function chosenWords(n: number): Int32Array<ArrayBuffer> {
  return wordsOf(n, 0x80000000, 0x80010000);
}

/** The same as bytes. */
export function chosenBytes(n: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chosenWords(n).buffer);
}

/** Texts of ASCII, which lacks the highest bit: another one is taken back for half of all seeds, so 90 of 8,192 collide. */
export function chosenText(n: number): string {
  return String.fromCharCode(...new Uint8Array(wordsOf(n, 0x20000000, 0x20004000).buffer));
}

/** The number that `mix32` makes `mixed` of. */
function unmix32(mixed: number): number {
  let bits = mixed ^ mixed >>> 15 ^ mixed >>> 30;
  bits = Math.imul(bits, inverseOf(0x735a2d97));
  bits = bits ^ bits >>> 15 ^ bits >>> 30;
  bits = Math.imul(bits, inverseOf(0x21f0aaad));
  return bits ^ bits >>> 16;
}

/** What an odd number is to be multiplied by for 1. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let round = 0; round < 5; round++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}

/** Numbers whose hashes under `seed` are next to each other: for who knows the seed. */
export function chosenNumber(n: number, seed: number): number {
  const number = (unmix32(n) ^ seed) >>> 0;
  if ((mix32(number ^ seed) >>> 0) !== n) throw new Error("mix32() has changed");
  return number;
}
