import { mix32, newSeed } from "../../stl/rows/hash.ts";

/** Slots of an empty table; a power of two, as all are. */
const FEWEST_SLOTS = 1024;
/** At least so many for each key. */
const SLOTS_PER_KEY = 3;
/** A table with fewer elements becomes four times as large when it is full, not twice. */
const MANY = 2 ** 20;

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
    let row = 0;
    while ((row = this.#readSome(keys, from, row, length, ids)) < length) this.#grow();
  }

  /** The same from `row` on, up to a new key without room, of which it returns the row. The slots stay, so that compilers look once where they are. */
  #readSome(keys: Int32Array, from: number, row: number, length: number, ids: Int32Array): number {
    const seed = this.#seed;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const most = slots.length / SLOTS_PER_KEY / 2;
    let { size } = this;
    for (; row < length; row++) {
      const key = keys[from + row]!;
      let at = mix32(key ^ seed) << 1 & mask;
      let known = slots[at + 1]!;
      while (known !== 0 && slots[at] !== key) {
        at = at + 2 & mask;
        known = slots[at + 1]!;
      }
      if (known === 0) {
        if (size >= most) break;
        known = ++size;
        slots[at] = key;
        slots[at + 1] = known;
      }
      ids[row] = known - 1;
    }
    this.size = size;
    return row;
  }

  #grow(): void {
    const slots = this.#slots;
    const larger = new Int32Array(slots.length * (slots.length < MANY ? 4 : 2));
    const mask = larger.length - 1;
    for (let from = 0; from < slots.length; from += 2) {
      if (slots[from + 1] === 0) continue;
      let at = mix32(slots[from]! ^ this.#seed) << 1 & mask;
      while (larger[at + 1] !== 0) at = at + 2 & mask;
      larger[at] = slots[from]!;
      larger[at + 1] = slots[from + 1]!;
    }
    this.#slots = larger;
  }
}
