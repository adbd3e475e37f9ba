import type { Memory } from "../core/memory.ts";

/** Differs in every process, so that nobody knows which slot a name lands in. */
const HASH_SEED = crypto.getRandomValues(new Int32Array(3));

/** The hash of a name of no bytes: fold each byte in with {@linkcode foldHash}. */
export const EMPTY_HASH: number = HASH_SEED[0]!;

/** FNV-1a, one byte. It is fast, and names can be chosen that collide whatever the seed is: see {@linkcode StationTable}. */
export function foldHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Probes for a new name that make the table distrust the names: random ones take so many once in 10^10 times. */
const MOST_PROBES = 128;

/** Probes that another name with all of the hash counts for. */
const COLLISION_PROBES = 16;

/**
 * HalfSipHash-1-3, of which nobody knows colliding names without the key. It takes several times as long, so that
 * only files with chosen names pay for it.
 */
function strongHash(bytes: Uint8Array, start: number, end: number): number {
  let v0 = HASH_SEED[1]!;
  let v1 = HASH_SEED[2]!;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  const length = end - start;
  // A word for each four bytes and one for the rest; then three rounds that take nothing in.
  const words = (length >>> 2) + 1;
  for (let word = 0; word < words + 3; word++) {
    let taken = word === words - 1 ? length << 24 : 0;
    const stop = Math.min(end, start + word * 4 + 4);
    for (let at = start + word * 4, shift = 0; at < stop; at++, shift += 8) {
      taken |= bytes[at]! << shift;
    }
    if (word === words) v2 ^= 0xff;
    v3 ^= taken;
    v0 = v0 + v1 | 0;
    v1 = (v1 << 5 | v1 >>> 27) ^ v0;
    v0 = v0 << 16 | v0 >>> 16;
    v2 = v2 + v3 | 0;
    v3 = (v3 << 8 | v3 >>> 24) ^ v2;
    v0 = v0 + v3 | 0;
    v3 = (v3 << 7 | v3 >>> 25) ^ v0;
    v2 = v2 + v1 | 0;
    v1 = (v1 << 13 | v1 >>> 19) ^ v2;
    v2 = v2 << 16 | v2 >>> 16;
    v0 ^= taken;
  }
  return v1 ^ v3;
}

/**
 * Gives each distinct name a number, in order of appearance.
 *
 * An open-addressing hash table in typed arrays. When a new name takes too many
 * probes, somebody has chosen the names: from then on it uses a hash that nobody
 * can foretell. Names stay where they are in
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
  #strong = false;

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
  intern(start: number, end: number, foldedHash: number): number {
    const hash = this.#strong ? strongHash(this.#bytes, start, end) : foldedHash;
    const mask = this.#slots.length - 1;
    const home = (hash ^ hash >>> 15) & mask;
    let slot = home;
    let collisions = 0;
    for (;;) {
      const station = this.#slots[slot]! - 1;
      if (station < 0) break;
      if (this.#hashes[station] === hash) {
        if (this.#equals(station, start, end)) return station;
        collisions++;
      }
      slot = slot + 1 & mask;
    }
    const station = this.#insert(slot, start, end, hash);
    const probes = (slot - home & mask) + collisions * COLLISION_PROBES;
    if (probes > MOST_PROBES && !this.#strong) this.#distrust();
    return station;
  }

  /** Gives every name its strong hash, and each new one from here on. */
  #distrust(): void {
    this.#strong = true;
    for (let station = 0; station < this.#count; station++) {
      this.#hashes[station] = strongHash(this.#bytes, this.#starts[station]!, this.#ends[station]!);
    }
    this.#slots.fill(0);
    this.#placeAll();
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
    this.#placeAll();
  }

  #placeAll(): void {
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
