/**
 * The sizes of hash tables: 2^n or 3 × 2^n slots, of which at most four fifths are
 * in use. The slot of a hash is `Math.imul(hash >>> 2, multiplier) >>> shift`: it
 * rises with the hash, so that moving all entries to a larger table walks through
 * both from front to back.
 */
export interface SlotCount {
  readonly slots: number;
  readonly multiplier: number;
  readonly shift: number;
}

const MOST_SLOTS = 3 * 2 ** 28;

/** Entries that fit in `slots`. */
export function entriesIn(slots: number): number {
  return Math.floor(slots * 0.8);
}

/** How the slot of a hash is found in a table with so many. */
export function slotCount(slots: number): SlotCount {
  const multiplier = slots % 3 === 0 ? 3 : 1;
  return { slots, multiplier, shift: 30 - Math.log2(slots / multiplier) };
}

/**
 * The fewest slots for `entries`, of which there may be `limit` at most.
 *
 * Throws `RangeError` when that is not enough.
 */
export function slotsFor(entries: number, limit: number, label: string): SlotCount {
  let slots = 12;
  while (entriesIn(slots) < entries) slots = slots % 3 === 0 ? slots / 3 * 4 : slots / 2 * 3;
  return requireSlots(slots, entries, limit, label);
}

/**
 * The slots after `slots`: twice as many, or as many more as `limit` lets grow.
 *
 * Throws `RangeError` when that is none.
 */
export function nextSlots(slots: number, limit: number, label: string): SlotCount {
  if (slots === 0) return slotCount(12);
  const most = Math.min(limit, MOST_SLOTS);
  const smaller = slots % 3 === 0 ? slots / 3 * 4 : slots / 2 * 3;
  return requireSlots(slots * 2 > most ? smaller : slots * 2, entriesIn(slots) + 1, limit, label);
}

function requireSlots(slots: number, entries: number, limit: number, label: string): SlotCount {
  const most = Math.min(limit, MOST_SLOTS);
  if (slots <= most) return slotCount(slots);
  throw new RangeError(
    `Cannot make room for ${entries} entries in a ${label}: it has at most ${most} slots, four fifths of them in use`,
  );
}

/** Whether some table has so many slots. */
export function isSlotCount(slots: number): boolean {
  const power = slots % 3 === 0 ? slots / 3 : slots;
  return power >= 4 && slots <= MOST_SLOTS && 2 ** Math.floor(Math.log2(power)) === power;
}

/** Where the entries of a table are in its slots. */
export interface TakenSlots {
  readonly slots: number;
  /** For each 32 slots two words: a bit for each that is taken, and how many before them are. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** The position of the entry in each slot that is taken, and behind those of an entry that has no slot. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** What decides it: the seed of the fast hash, or half of the key of the strong one. */
  readonly seed: number;
}

/** The words of {@linkcode TakenSlots} for so many slots. */
export function slotWords(slots: number): number {
  return Math.ceil(slots / 32) * 2;
}

/**
 * The words and positions of {@linkcode TakenSlots} of a table that has `step` elements for each slot: one is free
 * when those at `first` and at `second` in it are zero. A position is where the elements of a slot begin. There is
 * room for one more than `size` of them.
 */
export function takenSlots(
  { slots, size, step, first, second }: {
    readonly slots: number;
    readonly size: number;
    readonly step: number;
    readonly first: number;
    readonly second: number;
  },
  elements: Int32Array,
): Pick<TakenSlots, "words" | "order"> {
  const words = new Uint32Array(slotWords(slots));
  const order = new Uint32Array(size + 1);
  let bits = 0;
  let taken = 0;
  for (let slot = 0, at = 0; slot < slots; slot++, at += step) {
    // Without a branch, which the processor could not foresee for any slot: half of the time.
    const element = elements[at + first]! | elements[at + second]!;
    const isTaken = (element | 0 - element) >>> 31;
    order[taken] = at;
    taken += isTaken;
    bits |= isTaken << slot;
    if ((slot & 31) < 31) continue;
    words[slot >>> 4 & ~1] = bits;
    words[(slot >>> 4 | 1) + 2] = taken;
    bits = 0;
  }
  if (slots % 32 > 0) words[slots >>> 4 & ~1] = bits;
  return { words, order };
}

/** Entries that lie close enough together in a table for the cache of a processor, as a power of two. */
const CLOSE_BITS = 11;

/**
 * The numbers of `hashes` in the order of their upper bits: who links them then walks through a table from front to back,
 * and does not wait for memory at each. Takes time in proportion to their count.
 */
export function orderByHash(hashes: Int32Array): Uint32Array {
  const { length } = hashes;
  // By more than ten bits there are more places to write to than the processor has pages at hand.
  const shift = 31 - Math.min(10, Math.max(0, 32 - Math.clz32(length) - CLOSE_BITS));
  const starts = new Uint32Array(2 ** (31 - shift) + 1);
  for (let at = 0; at < length; at++) starts[(hashes[at]! >>> 1 >>> shift) + 1]!++;
  for (let part = 1; part < starts.length; part++) starts[part]! += starts[part - 1]!;
  const order = new Uint32Array(length);
  for (let at = 0; at < length; at++) order[starts[hashes[at]! >>> 1 >>> shift]!++] = at;
  return order;
}

/**
 * Probes behind the first one that additions may have cost beyond what is usual, before a table takes the keys
 * for chosen ones and goes over to the strong hash. With keys that nobody has chosen it is reached once in 10^12 additions.
 */
export const MOST_STRAIN = 4096;

/** Probes for each addition that are usual; in tables that are four fifths full it is 12 on average. */
export const USUAL_PROBES = 16;

/** What the additions to a table have cost of late. */
export class Strain {
  #probes = 0;
  #additions = 0;

  /**
   * Takes in an addition that took `probes` probes behind the first, more than {@linkcode USUAL_PROBES}, when there had
   * been `additions`; whether it is too much.
   */
  add(probes: number, additions: number): boolean {
    const paid = (additions - this.#additions) * USUAL_PROBES;
    this.#additions = additions;
    this.#probes = Math.max(0, this.#probes - paid) + probes;
    return this.#probes > MOST_STRAIN;
  }
}
