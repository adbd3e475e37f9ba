import { shown } from "../../heaps/argument.ts";
import { SeededRandom } from "./_random.ts";

/** A seed that is as good as any other. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** Throws `RangeError` for a seed that is no integer of 32 bits. */
export function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new RangeError(`Cannot use the seed ${shown(seed)}: expected an integer from 0 to 4294967295`);
}

/**
 * Chooses what to look at. Points lie on the line of everything that is allocated, at random distances that do not
 * depend on each other (a Poisson process), and what covers one is sampled. So whatever the program does in whatever
 * rhythm, the chance of an allocation of `amount` is `1 - exp(-amount / mean)`, and what was sampled stands for
 * `1 / chance` of its kind.
 */
export class PoissonSampler {
  readonly #random: SeededRandom;
  readonly #mean: number;
  #left: number;
  /** What begins the random numbers. */
  readonly seed: number;

  /** Puts a point after every `mean` on average; 0 samples everything. */
  constructor(mean: number, seed: number) {
    this.#mean = mean;
    this.seed = seed;
    this.#random = new SeededRandom(seed);
    this.#left = this.gap();
  }

  /** Samples one in `every` of equal things. */
  static oneIn(every: number, seed: number): PoissonSampler {
    return new PoissonSampler(every === 1 ? 0 : -1 / Math.log1p(-1 / every), seed);
  }

  /** How far it is to the next point, drawn anew; less than 0 where everything is sampled. */
  gap(): number {
    // Everything covers a point that is passed already.
    return this.#mean === 0 ? -1 : -this.#mean * Math.log1p(-this.#random.next());
  }

  /** Whether an allocation of `amount` is sampled. */
  covers(amount: number): boolean {
    if ((this.#left -= amount) >= 0) return false;
    // The distances have no memory: what is left of the line behind this allocation begins anew.
    this.#left = this.gap();
    return true;
  }

  /** How many allocations of 1 there are up to the next that is sampled, with that. */
  next(): number {
    const count = Math.max(Math.floor(this.#left), 0) + 1;
    this.#left = this.gap();
    return count;
  }

  /** How many allocations of `amount` a sampled one stands for. */
  weightOf(amount: number): number {
    return this.#mean === 0 ? 1 : -1 / Math.expm1(-amount / this.#mean);
  }
}
