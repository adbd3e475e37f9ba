import { refuseArgument, requireObject, shown } from "../../heaps/argument.ts";
import { toBytes } from "../../heaps/core/byte_source.ts";
import { Buckets } from "./_buckets.ts";
import { decodeHistogram, encodeHistogram, shapeFault } from "./_histogram_file.ts";

/** What a {@linkcode LatencyHistogram} tells apart. */
export interface LatencyHistogramOptions {
  /**
   * The least time that is told from 0, in nanoseconds; from 1 to 2^31.
   *
   * @default {1}
   */
  readonly lowest?: number;
  /**
   * The longest time that is told from longer ones, in nanoseconds.
   *
   * @default {3_600_000_000_000} (an hour)
   */
  readonly highest?: number;
  /**
   * Decimal digits that percentiles are right to, from 1 to 5. Each one more takes eight to ten times the memory: 270 KiB
   * with 3.
   *
   * @default {3}
   */
  readonly significantDigits?: number;
}

// What changes with every time recorded stands in one array, because a number in a field may be an object of its own.
const COUNT = 0;
const MIN = 1;
const MAX = 2;
const MEAN = 3;
const SQUARES = 4;
const EXCEEDED = 5;

/**
 * How long something took, counted in buckets whose width grows with the time: any number of times in fixed memory, each
 * percentile right to three digits. Recording makes no object, so a loop that must not wait for the
 * garbage collector can do it.
 *
 * Times are in nanoseconds. Count, least, longest, mean and variance are exact; percentiles are the longest time of
 * their bucket, as HdrHistogram has them.
 *
 * @example
 * ```ts
 * import { LatencyHistogram } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * const latencies = new LatencyHistogram();
 * for (let i = 1; i <= 100_000; i++) {
 *   latencies.record(i % 1000 === 0 ? 50_000 : 200 + i % 10);
 * }
 * assert.equal(latencies.percentile(50), 205);
 * assert.equal(latencies.percentile(99.9), 209);
 * assert.equal(latencies.max, 50_000);
 *
 * const again = LatencyHistogram.decode(latencies.encode());
 * assert.equal(again.percentile(99.9), latencies.percentile(99.9));
 * assert.equal(again.max, 50_015); // the file holds counts alone: the longest time of its bucket
 * ```
 */
export class LatencyHistogram {
  readonly #buckets: Buckets;
  readonly #counts: Float64Array<ArrayBuffer>;
  readonly #state: Float64Array<ArrayBuffer> = new Float64Array(6);

  /**
   * An empty histogram. Throws `RangeError` for options outside of what they say, and `TypeError` for options that are
   * no object.
   */
  constructor(options: LatencyHistogramOptions = {}) {
    const { lowest = 1, highest = 3_600_000_000_000, significantDigits = 3 } = requireObject(
      options,
      "make a histogram",
    );
    const fault = shapeFault(lowest, highest, significantDigits);
    if (fault !== undefined) throw new RangeError(`Cannot make a histogram: ${fault}`);
    this.#buckets = new Buckets(lowest, highest, significantDigits);
    this.#counts = new Float64Array(this.#buckets.count);
    this.reset();
  }

  /** How many times were recorded. */
  get count(): number {
    return this.#state[COUNT]!;
  }

  /** The shortest time recorded; 0 of none. */
  get min(): number {
    return this.count === 0 ? 0 : this.#state[MIN]!;
  }

  /** The longest time recorded; 0 of none. */
  get max(): number {
    return this.#state[MAX]!;
  }

  /** The mean of all times; 0 of none. */
  get mean(): number {
    return this.#state[MEAN]!;
  }

  /** The mean of the squares of the distances to the mean, in square nanoseconds. */
  get variance(): number {
    return this.count === 0 ? 0 : this.#state[SQUARES]! / this.count;
  }

  /** The root of the variance, in nanoseconds. */
  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** How many times were longer than `highest`: they count as that, but for `max`, `mean` and `variance`. */
  get exceeded(): number {
    return this.#state[EXCEEDED]!;
  }

  /** Bytes that the counts take, whatever is recorded. */
  get byteLength(): number {
    return this.#counts.byteLength + this.#state.byteLength;
  }

  /**
   * Counts one time. Makes no object; but Deno makes one of a number with a fraction, or of 2^31 and more, whenever it is
   * passed to a method: give whole nanoseconds, as {@linkcode Stopwatch} does.
   *
   * Throws `TypeError` for what is no number, and `RangeError` for NaN and for what is below 0 or above 2^53.
   */
  record(nanoseconds: number): void {
    if (typeof nanoseconds !== "number" || !(nanoseconds >= 0 && nanoseconds <= Number.MAX_SAFE_INTEGER)) {
      refuseTime(nanoseconds);
    }
    const buckets = this.#buckets;
    const counts = this.#counts;
    const state = this.#state;
    const counted = nanoseconds <= buckets.highest ? nanoseconds : buckets.highest;
    const index = buckets.indexOf(counted);
    counts[index] = counts[index]! + 1;
    if (nanoseconds > counted) state[EXCEEDED] = state[EXCEEDED]! + 1;
    if (nanoseconds < state[MIN]!) state[MIN] = nanoseconds;
    if (nanoseconds > state[MAX]!) state[MAX] = nanoseconds;
    // Welford: the sum of squares itself would lose the digits that the variance is made of.
    const count = state[COUNT]! + 1;
    const distance = nanoseconds - state[MEAN]!;
    const mean = state[MEAN]! + distance / count;
    state[COUNT] = count;
    state[MEAN] = mean;
    state[SQUARES] = state[SQUARES]! + distance * (nanoseconds - mean);
  }

  /**
   * The time that `percent` of the times do not exceed: the longest of its bucket, and never above {@linkcode max}. 0 of
   * none; `percentile(0)` is the shortest. O(buckets).
   *
   * Throws `RangeError` unless `percent` is from 0 to 100.
   */
  percentile(percent: number): number {
    if (typeof percent !== "number" || !(percent >= 0 && percent <= 100)) {
      throw new RangeError(`Cannot tell percentile ${shown(percent)}: expected a number from 0 to 100`);
    }
    if (percent === 0 || this.count === 0) return this.min;
    // 99.9 of 1,000 is a little more than 999 in binary fractions, which would be all of them.
    const wanted = Math.max(1, Math.ceil(percent / 100 * this.count * (1 - Number.EPSILON)));
    let sum = 0;
    const index = this.#counts.findIndex((count) => (sum += count) >= wanted);
    return Math.min(this.#buckets.greatestOf(index), this.max);
  }

  /** Calls `visit` for each bucket that has counted something, from the shortest, with the longest time in it. */
  forEach(visit: (nanoseconds: number, count: number) => void): void {
    if (typeof visit !== "function") refuseArgument(visit, "visit buckets", "a function");
    for (let index = 0; index < this.#counts.length; index++) {
      const count = this.#counts[index]!;
      if (count > 0) visit(Math.min(this.#buckets.greatestOf(index), this.max), count);
    }
  }

  /**
   * Adds all that `other` has counted; exact when both have the same options, else by the middle of each bucket. O(buckets).
   *
   * Throws `TypeError` for what is no histogram.
   */
  merge(other: LatencyHistogram): void {
    if (!(other instanceof LatencyHistogram)) refuseArgument(other, "merge", "a LatencyHistogram");
    if (other.count === 0) return;
    const same = this.#buckets.equals(other.#buckets);
    for (let index = 0; index < other.#counts.length; index++) {
      const count = other.#counts[index]!;
      if (count === 0) continue;
      const to = same ? index : this.#buckets.indexOf(Math.min(other.#buckets.middleOf(index), this.#buckets.highest));
      this.#counts[to] = this.#counts[to]! + count;
    }
    const [mine, theirs] = [this.#state, other.#state];
    const count = mine[COUNT]! + theirs[COUNT]!;
    const distance = theirs[MEAN]! - mine[MEAN]!;
    const share = theirs[COUNT]! / count;
    mine[SQUARES] = mine[SQUARES]! + theirs[SQUARES]! + distance * distance * mine[COUNT]! * share;
    mine[MEAN] = mine[MEAN]! + distance * share;
    mine[COUNT] = count;
    mine[MIN] = Math.min(mine[MIN]!, theirs[MIN]!);
    mine[MAX] = Math.max(mine[MAX]!, theirs[MAX]!);
    mine[EXCEEDED] = mine[EXCEEDED]! + theirs[EXCEEDED]!;
  }

  /** Forgets all times. O(buckets). */
  reset(): void {
    this.#counts.fill(0);
    this.#state.fill(0);
    this.#state[MIN] = Infinity;
  }

  /**
   * The counts in the compressed form of HdrHistogram, version 2, which its readers in all languages take
   * (`decodeFromCompressedByteBuffer`, `Histogram.decode`). Base64 of it is what stands in a log of HdrHistogram.
   */
  encode(): Uint8Array<ArrayBuffer> {
    return encodeHistogram({ buckets: this.#buckets, counts: this.#counts });
  }

  /**
   * A histogram from the compressed form of HdrHistogram, version 2. That holds counts alone: min, max, mean and variance
   * are those of the buckets.
   *
   * Throws `RangeError` for other bytes, damaged ones and histograms of fractions, `TypeError` for what is no Uint8Array.
   */
  static decode(bytes: Uint8Array): LatencyHistogram {
    if (!(bytes instanceof Uint8Array)) refuseArgument(bytes, "read a histogram", "a Uint8Array");
    const { buckets, counts } = decodeHistogram(toBytes(bytes));
    const { lowest, highest, significantDigits } = buckets;
    const histogram = new LatencyHistogram({ lowest, highest, significantDigits });
    histogram.#counts.set(counts);
    histogram.#recompute();
    return histogram;
  }

  /** Sets what is not counted from the middles of the buckets. */
  #recompute(): void {
    const [counts, buckets, state] = [this.#counts, this.#buckets, this.#state];
    const first = counts.findIndex((count) => count > 0);
    if (first < 0) return;
    state[MIN] = buckets.leastOf(first);
    state[MAX] = buckets.greatestOf(counts.findLastIndex((count) => count > 0));
    let sum = 0;
    counts.forEach((count, index) => {
      state[COUNT] = state[COUNT]! + count;
      sum += count * buckets.middleOf(index);
    });
    const mean = state[MEAN] = sum / state[COUNT]!;
    counts.forEach((count, index) => {
      state[SQUARES] = state[SQUARES]! + count * (buckets.middleOf(index) - mean) ** 2;
    });
  }
}

function refuseTime(nanoseconds: unknown): never {
  if (typeof nanoseconds !== "number") refuseArgument(nanoseconds, "record a time", "a number of nanoseconds");
  throw new RangeError(`Cannot record a time of ${nanoseconds} ns: expected 0 to 2^53 - 1`);
}
