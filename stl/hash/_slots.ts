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

function describe(slots: number): SlotCount {
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
  if (slots === 0) return describe(12);
  const most = Math.min(limit, MOST_SLOTS);
  const smaller = slots % 3 === 0 ? slots / 3 * 4 : slots / 2 * 3;
  return requireSlots(slots * 2 > most ? smaller : slots * 2, entriesIn(slots) + 1, limit, label);
}

function requireSlots(slots: number, entries: number, limit: number, label: string): SlotCount {
  const most = Math.min(limit, MOST_SLOTS);
  if (slots <= most) return describe(slots);
  throw new RangeError(
    `Cannot make room for ${entries} entries in a ${label}: it has at most ${most} slots, four fifths of them in use`,
  );
}

/**
 * Probes behind the first one that additions may have cost beyond what is usual, before a table takes the keys
 * for chosen ones and goes over to the strong hash. With keys that nobody has chosen it is reached once in 10^12 additions.
 */
const MOST_STRAIN = 4096;

/** Probes for each addition that are usual; in tables that are four fifths full it is 12 on average. */
const USUAL_PROBES = 16;

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
