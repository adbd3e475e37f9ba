/**
 * Where a value is counted: HdrHistogram's log-linear layout. Values up to `subBuckets` units have a bucket each; every
 * doubling from there on has `subBuckets / 2` buckets of equal width.
 */
export class Buckets {
  /** The least value that is told from 0. */
  readonly lowest: number;
  /** The greatest value that has a bucket of its own. */
  readonly highest: number;
  /** Decimal digits that a value keeps. */
  readonly significantDigits: number;
  /** How many buckets there are. */
  readonly count: number;
  /** Values of one unit fall into the same bucket: the power of two up to `lowest`. */
  readonly #unit: number;
  readonly #perUnit: number;
  readonly #half: number;
  readonly #halfMagnitude: number;

  /** The arguments are checked: `highest` is at least 2 × `lowest`, and a unit times the buckets is below 2^53. */
  constructor(lowest: number, highest: number, significantDigits: number) {
    this.lowest = lowest;
    this.highest = highest;
    this.significantDigits = significantDigits;
    this.#unit = 2 ** Math.floor(Math.log2(lowest));
    this.#perUnit = 1 / this.#unit;
    const subBuckets = 2 ** Math.ceil(Math.log2(2 * 10 ** significantDigits));
    this.#half = subBuckets / 2;
    this.#halfMagnitude = Math.log2(this.#half);
    let doublings = 1;
    for (let reach = subBuckets * this.#unit; reach <= highest; reach *= 2) doublings++;
    this.count = (doublings + 1) * this.#half;
  }

  /** The bucket of a value from 0 to `highest`. */
  indexOf(value: number): number {
    const scaled = value * this.#perUnit;
    // Whole numbers of 32 bits are three times as fast, and nearly all times are; shifts see no others.
    if (scaled < 2 ** 31) {
      const units = scaled | 0;
      const doubling = 31 - Math.clz32(units) - this.#halfMagnitude;
      return doubling <= 0 ? units : Math.imul(doubling, this.#half) + (units >>> doubling);
    }
    const units = Math.floor(scaled);
    const doubling = 63 - Math.clz32(Math.floor(units / 2 ** 32)) - this.#halfMagnitude;
    return doubling * this.#half + Math.floor(units / 2 ** doubling);
  }

  /** The least value of a bucket. */
  leastOf(index: number): number {
    return this.#unitsOf(index) * this.#unit;
  }

  /** The greatest whole value of a bucket. */
  greatestOf(index: number): number {
    return this.leastOf(index) + this.#widthOf(index) - 1;
  }

  /** The value in the middle of a bucket. */
  middleOf(index: number): number {
    return this.leastOf(index) + Math.floor(this.#widthOf(index) / 2);
  }

  /** Whether values fall into the same buckets as in `other`. */
  equals(other: Buckets): boolean {
    return this.#unit === other.#unit && this.#half === other.#half && this.count === other.count &&
      this.highest === other.highest;
  }

  #doublingOf(index: number): number {
    return Math.max(0, Math.floor(index / this.#half) - 1);
  }

  #unitsOf(index: number): number {
    const doubling = this.#doublingOf(index);
    return (index - doubling * this.#half) * 2 ** doubling;
  }

  #widthOf(index: number): number {
    return 2 ** this.#doublingOf(index) * this.#unit;
  }
}
