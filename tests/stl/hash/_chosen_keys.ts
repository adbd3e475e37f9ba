import { mix32 } from "../../../stl/rows/hash.ts";

/** Bytes of the keys that are made here. */
export const CHOSEN_BYTES = 104;

/** What the fast hash makes of a word before it takes that in. */
function mixWord(word: number): number {
  word = Math.imul(word, 0xcc9e2d51);
  return Math.imul(word << 15 | word >>> 17, 0x1b873593);
}

/** The word that `mixWord` makes `mixed` of. */
function unmixWord(mixed: number): number {
  const word = Math.imul(mixed, inverseOf(0x1b873593));
  return Math.imul(word >>> 15 | word << 17, inverseOf(0xcc9e2d51));
}

/** Two words of four characters of ASCII, of which the fast hash makes what differs in one bit. */
function wordsThatDifferIn(bit: number): readonly [number, number] {
  const isText = (word: number): boolean =>
    [0, 8, 16, 24].every((shift) => (word >>> shift & 255) > 0 && (word >>> shift & 255) < 0x80);
  let word = 1;
  for (let tries = 0; tries < 1e7; tries++) {
    word = Math.imul(word, 1664525) + 1013904223 | 0;
    const other = unmixWord(mixWord(word) ^ 1 << bit);
    if (isText(word) && isText(other)) return [word, other];
  }
  throw new Error("hashBytes() has changed");
}

const FIRST = wordsThatDifferIn(18);
const SECOND = wordsThatDifferIn(31);

/**
 * Words that the fast hash gives the same result, whatever the seed is, in pairs that hold a bit of `n` each: bit 18 of
 * the first one becomes the highest, which goes through a multiplication as it is, and the second one takes it back.
 */
export function chosenWords(n: number): Int32Array<ArrayBuffer> {
  const words = new Int32Array(CHOSEN_BYTES / 4);
  for (let bit = 0; bit < words.length / 2; bit++) {
    words[bit * 2] = FIRST[n >>> bit & 1]!;
    words[bit * 2 + 1] = SECOND[n >>> bit & 1]!;
  }
  return words;
}

/** The same as bytes. */
export function chosenBytes(n: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chosenWords(n).buffer);
}

/** The same as texts of ASCII. */
export function chosenText(n: number): string {
  return String.fromCharCode(...chosenBytes(n));
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
