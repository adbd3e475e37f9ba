import process from "node:process";

/** Random decisions that a seed repeats. */
export class Random {
  #state: number;

  /** Starts at `seed`. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Starts again at `part` of `seed`: parts do not depend on each other, so that a play can be cut. */
  restart(seed: number, part: number): void {
    this.#state = Math.imul(seed ^ Math.imul(part + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
  }

  /** A number from 0 up to 1, by mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of `values`. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Bytes of a block: mostly few, now and then many. */
  byteLength(): number {
    const kind = this.below(100);
    if (kind < 80) return 1 + this.below(200);
    if (kind < 97) return 1 + this.below(3000);
    return 1 + this.below(50_000);
  }
}

/** The number in the environment variable `name`, or `otherwise`. */
export function numberFrom(name: string, otherwise: number): number {
  const text = process.env[name];
  return text === undefined || text === "" ? otherwise : Number(text);
}
