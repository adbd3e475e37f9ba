import type { Memory } from "./memory.ts";

/**
 * Differs in every process, so that nobody can send a file whose names all
 * land in one slot.
 */
const HASH_SEED = Math.trunc(Math.random() * 2 ** 32) | 0;

/** The hash of a name of no bytes: fold each byte in with {@linkcode foldHash}. */
export const EMPTY_HASH: number = HASH_SEED;

/** FNV-1a, one byte. */
export function foldHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/**
 * Gives each distinct name a number, in order of appearance.
 *
 * An open-addressing hash table in typed arrays. Names stay where they are in
 * the body, with their quotes doubled; the table holds their offsets. A quote
 * is doubled in every name that has one, so equality and order of names are
 * those of their bytes in the body.
 */
export class StationTable {
  readonly #memory: Memory;
  readonly #bytes: Uint8Array;
  #count = 0;
  #slots: Int32Array<ArrayBuffer>;
  #starts: Int32Array<ArrayBuffer>;
  #ends: Int32Array<ArrayBuffer>;
  #hashes: Int32Array<ArrayBuffer>;

  constructor(memory: Memory, bytes: Uint8Array) {
    this.#memory = memory;
    this.#bytes = bytes;
    this.#slots = memory.integers(128).fill(0);
    this.#starts = memory.integers(64);
    this.#ends = memory.integers(64);
    this.#hashes = memory.integers(64);
  }

  /** How many distinct names there are. */
  get count(): number {
    return this.#count;
  }

  /** The number of the name in `start` to `end`, which has this hash. */
  intern(start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ hash >>> 15) & mask;
    for (;;) {
      const station = this.#slots[slot]! - 1;
      if (station < 0) return this.#insert(slot, start, end, hash);
      if (
        this.#hashes[station] === hash && this.#equals(station, start, end)
      ) return station;
      slot = slot + 1 & mask;
    }
  }

  /** The bytes of the name of a station in the body: its quotes are doubled. */
  nameBytes(station: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[station]!, this.#ends[station]!);
  }

  /** Station numbers in order of the bytes of their names. */
  inOrder(): Int32Array<ArrayBuffer> {
    const order = this.#memory.integers(this.#count);
    for (let station = 0; station < order.length; station++) {
      order[station] = station;
    }
    return order.sort((a, b) => this.#compare(a, b));
  }

  #equals(station: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    const known = this.#starts[station]!;
    const length = end - start;
    if (this.#ends[station]! - known !== length) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[known + index] !== bytes[start + index]) return false;
    }
    return true;
  }

  #compare(a: number, b: number): number {
    const bytes = this.#bytes;
    const startA = this.#starts[a]!;
    const startB = this.#starts[b]!;
    const lengthA = this.#ends[a]! - startA;
    const lengthB = this.#ends[b]! - startB;
    const shorter = Math.min(lengthA, lengthB);
    for (let index = 0; index < shorter; index++) {
      const difference = bytes[startA + index]! - bytes[startB + index]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  #insert(slot: number, start: number, end: number, hash: number): number {
    const station = this.#count++;
    this.#starts[station] = start;
    this.#ends[station] = end;
    this.#hashes[station] = hash;
    this.#slots[slot] = station + 1;
    if (this.#count === this.#starts.length) this.#grow();
    return station;
  }

  #grow(): void {
    const capacity = this.#starts.length * 2;
    this.#starts = this.#copy(this.#starts, capacity);
    this.#ends = this.#copy(this.#ends, capacity);
    this.#hashes = this.#copy(this.#hashes, capacity);
    this.#slots = this.#memory.integers(capacity * 2).fill(0);
    const mask = this.#slots.length - 1;
    for (let station = 0; station < this.#count; station++) {
      const hash = this.#hashes[station]!;
      let slot = (hash ^ hash >>> 15) & mask;
      while (this.#slots[slot] !== 0) slot = slot + 1 & mask;
      this.#slots[slot] = station + 1;
    }
  }

  #copy(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
    const copy = this.#memory.integers(capacity);
    copy.set(array);
    return copy;
  }
}
