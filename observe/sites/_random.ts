/** Random numbers in [0, 1) from a seed: the same ones everywhere (mulberry32). */
export class SeededRandom {
  #state: number;

  /** Begins with `seed`, an integer of 32 bits. */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** The next one. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
