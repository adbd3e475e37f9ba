/** 0x2545f4914f6cdd1d, the multiplier, in two halves; the lower one in two more. */
const HIGH = 0x2545f491;
const LOW = 0x4f6cdd1d;
const LOW_HIGH = LOW >>> 16;
const LOW_LOW = LOW & 0xffff;

/** The numbers of `bench/allocators/work.h` (xorshift64*), in two halves of 32 bits: 64 have no fast type here. */
export class Random {
  /** Where the sequence is: the lower half and the upper one. */
  readonly state: Int32Array<ArrayBuffer>;

  /** Goes on where another one is. */
  constructor(state: ArrayLike<number>) {
    this.state = Int32Array.from(state);
  }

  /** Starts the sequence that depends on `seed` alone. */
  static from(seed: number): Random {
    const state = BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n + 0x632be59bd9b4e019n);
    return new Random([Number(BigInt.asIntN(32, state)), Number(BigInt.asIntN(32, state >> 32n))]);
  }

  /** A number below `limit`, which is below 2^21. */
  below(limit: number): number {
    const { state } = this;
    let low = state[0]!;
    let high = state[1]!;
    low ^= low >>> 12 | high << 20;
    high ^= high >>> 12;
    high ^= high << 25 | low >>> 7;
    low ^= low << 25;
    low ^= low >>> 27 | high << 5;
    high ^= high >>> 27;
    state[0] = low;
    state[1] = high;
    // The upper half of the product of both halves of 64 bits.
    const lower = low & 0xffff;
    const upper = low >>> 16;
    const middle = upper * LOW_LOW + (lower * LOW_LOW >>> 16);
    const other = lower * LOW_HIGH + (middle & 0xffff);
    const carried = upper * LOW_HIGH + (middle >>> 16) + (other >>> 16);
    const product = (carried + Math.imul(low, HIGH) + Math.imul(high, LOW)) >>> 0;
    return Math.floor(product * limit / 2 ** 32);
  }

  /** Whether something happens that does in so many of a hundred cases. */
  percent(percent: number): boolean {
    return this.below(100) < percent;
  }
}
