import { requireObject, shown } from "../../heaps/argument.ts";

/**
 * A sequence of allocations and frees, to be played on any allocator. Blocks live in numbered slots; step `i` allocates
 * `byteLengths[i]` bytes into the empty slot `slots[i]`, or frees what is in it when that is 0.
 */
export interface AllocationWorkload {
  /** How many slots there are: the most blocks that can live at once. */
  readonly slotCount: number;
  /** The slot of each step. */
  readonly slots: Uint32Array;
  /** The bytes that each step allocates; 0 where it frees. */
  readonly byteLengths: Uint32Array;
}

/** What {@linkcode randomWorkload} makes. */
export interface RandomWorkloadOptions {
  /**
   * How many allocations.
   *
   * @default {18_000}
   */
  readonly requests?: number;
  /**
   * The fewest bytes of a block.
   *
   * @default {8}
   */
  readonly smallest?: number;
  /**
   * The most bytes of a block.
   *
   * @default {20_480}
   */
  readonly largest?: number;
  /**
   * The most blocks that live at once.
   *
   * @default {2000}
   */
  readonly slotCount?: number;
  /**
   * Which of 2^32 - 1 workloads: the same seed gives the same steps everywhere.
   *
   * @default {1}
   */
  readonly seed?: number;
}

/**
 * The synthetic workload of the paper on RT-Mimalloc, 18,000 allocations of 8 to 20,480 bytes, or another one like it:
 * each step takes a slot at random, frees what is in it, and allocates; in the end all is freed. Every power of two
 * between the bounds is equally likely, and within it every size. `bench/realtime/` plays the same steps in C.
 *
 * Throws `RangeError` for options outside of what they say.
 *
 * @example
 * ```ts
 * import { randomWorkload } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * const { byteLengths } = randomWorkload({ requests: 100, smallest: 64, largest: 128, seed: 7 });
 * const allocations = byteLengths.filter((byteLength) => byteLength > 0);
 * assert.equal(allocations.length, 100);
 * assert.equal(byteLengths.length, 200);
 * assert.ok(allocations.every((byteLength) => byteLength >= 64 && byteLength <= 128));
 * ```
 */
export function randomWorkload(options: RandomWorkloadOptions = {}): AllocationWorkload {
  const { requests = 18_000, smallest = 8, largest = 20_480, slotCount = 2000, seed = 1 } = requireObject(
    options,
    "make a workload",
  );
  checkCount("requests", requests, 1, 2 ** 30);
  checkCount("smallest", smallest, 1, 2 ** 30);
  checkCount("largest", largest, smallest, 2 ** 30);
  checkCount("slotCount", slotCount, 1, 2 ** 24);
  checkCount("seed", seed, 1, 2 ** 32 - 1);
  const random = generator(seed);
  const slots = new Uint32Array(2 * requests);
  const byteLengths = new Uint32Array(2 * requests);
  const isFull = new Uint8Array(slotCount);
  let step = 0;
  for (let request = 0; request < requests; request++) {
    const slot = random() % slotCount;
    if (isFull[slot] === 1) slots[step++] = slot;
    isFull[slot] = 1;
    slots[step] = slot;
    byteLengths[step++] = randomLength(random, smallest, largest);
  }
  for (let slot = 0; slot < slotCount; slot++) if (isFull[slot] === 1) slots[step++] = slot;
  return { slotCount, slots, byteLengths };
}

/** Marsaglia's xorshift of 32 bits, because C has to give the same numbers. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ state << 5) >>> 0;
    return state;
  };
}

function randomLength(random: () => number, smallest: number, largest: number): number {
  const doublings = Math.floor(Math.log2(largest / smallest)) + 1;
  const least = smallest * 2 ** (random() % doublings);
  return least + random() % (Math.min(2 * least, largest + 1) - least);
}

function checkCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot make a workload with ${name} ${shown(value)}: expected an integer from ${least} to ${most}`,
  );
}

/** Throws unless every step of `workload` allocates into an empty slot or frees a full one, and all is freed in the end. */
export function checkWorkload(workload: AllocationWorkload): void {
  const { slotCount, slots, byteLengths } = requireObject(workload, "play a workload", "a workload");
  checkCount("slotCount", slotCount, 1, 2 ** 24);
  if (!(slots instanceof Uint32Array && byteLengths instanceof Uint32Array && slots.length === byteLengths.length)) {
    throw new TypeError("Cannot play a workload: expected slots and byteLengths as Uint32Arrays of one length");
  }
  const isFull = new Uint8Array(slotCount);
  for (let step = 0; step < slots.length; step++) {
    const slot = slots[step]!;
    const frees = byteLengths[step] === 0;
    if (slot >= slotCount || isFull[slot] !== (frees ? 1 : 0)) {
      const what = frees ? "frees" : "allocates into";
      throw new RangeError(
        `Cannot play a workload: step ${step} ${what} slot ${slot}, which is ${frees ? "not " : ""}full`,
      );
    }
    isFull[slot] = frees ? 0 : 1;
  }
  if (isFull.includes(1)) throw new RangeError(`Cannot play a workload: slot ${isFull.indexOf(1)} is full in the end`);
}
