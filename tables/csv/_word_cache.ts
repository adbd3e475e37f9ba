/** Words that are known; a power of two. */
const SLOTS = 2048;
/** Bytes of the longest word that is kept. */
const WORD_BYTES = 32;

/**
 * The numbers of words that came lately: a word that comes again is compared with one other and no more. It is only a
 * shortcut, so that nobody gains anything by choosing words whose hashes meet.
 */
export class WordCache {
  readonly #hashes = new Int32Array(SLOTS);
  /** Which columns they are of; 0 for none. */
  readonly #owners = new Uint32Array(SLOTS);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #bytes = new Uint8Array(SLOTS * WORD_BYTES);
  readonly #numbers = new Float64Array(SLOTS);

  /** The number of the bytes from `start` to before `end` in the columns of `owner`; NaN when it is not known. */
  find(bytes: Uint8Array, start: number, end: number, hash: number, owner: number): number {
    const slot = (hash ^ hash >>> 15) & SLOTS - 1;
    if (this.#hashes[slot] !== hash || this.#owners[slot] !== owner || this.#lengths[slot] !== end - start) return NaN;
    const known = this.#bytes;
    for (let at = start, from = slot * WORD_BYTES; at < end; at++, from++) if (known[from] !== bytes[at]) return NaN;
    return this.#numbers[slot]!;
  }

  /** Keeps the number of a word in place of another. */
  keep(bytes: Uint8Array, start: number, end: number, hash: number, owner: number, number: number): void {
    const length = end - start;
    if (length > WORD_BYTES) return;
    const slot = (hash ^ hash >>> 15) & SLOTS - 1;
    this.#hashes[slot] = hash;
    this.#owners[slot] = owner;
    this.#lengths[slot] = length;
    for (let at = 0; at < length; at++) this.#bytes[slot * WORD_BYTES + at] = bytes[start + at]!;
    this.#numbers[slot] = number;
  }
}
