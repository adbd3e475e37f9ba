import { mix32, newSeed } from "../../stl/rows/hash.ts";

/** Slots of an empty table; a power of two, as all are. */
const FEWEST_SLOTS = 1024;

/**
 * Gives each different integer of 32 bits a number, from 0 on in the order in which they come. A key lies beside its
 * number, so that a look-up touches one place of memory. Nobody knows the seed, so keys cannot be chosen by it.
 */
export class IntegerNumbers {
  readonly #seed = newSeed();
  /** For each slot the key, and its number and 1. */
  #slots = new Int32Array(2 * FEWEST_SLOTS);
  /** How many different ones there are. */
  size = 0;

  /** Writes the numbers of `length` keys from `from` on. */
  read(keys: Int32Array, from: number, length: number, ids: Int32Array): void {
    const seed = this.#seed;
    let slots = this.#slots;
    let mask = slots.length - 1;
    for (let row = 0; row < length; row++) {
      const key = keys[from + row]!;
      let at = mix32(key ^ seed) << 1 & mask;
      let known = slots[at + 1]!;
      while (known !== 0 && slots[at] !== key) {
        at = at + 2 & mask;
        known = slots[at + 1]!;
      }
      if (known === 0) {
        known = ++this.size;
        slots[at] = key;
        slots[at + 1] = known;
        if (known * 4 > slots.length) {
          slots = this.#slots = this.#grown(slots);
          mask = slots.length - 1;
        }
      }
      ids[row] = known - 1;
    }
  }

  #grown(slots: Int32Array): Int32Array<ArrayBuffer> {
    const larger = new Int32Array(slots.length * 2);
    const mask = larger.length - 1;
    for (let from = 0; from < slots.length; from += 2) {
      if (slots[from + 1] === 0) continue;
      let at = mix32(slots[from]! ^ this.#seed) << 1 & mask;
      while (larger[at + 1] !== 0) at = at + 2 & mask;
      larger[at] = slots[from]!;
      larger[at + 1] = slots[from + 1]!;
    }
    return larger;
  }
}
