/** The first few in order of all that were offered. */
export class Least<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  readonly #kept: T[] = [];
  readonly #ranks: number[] = [];

  /** Keeps `limit` at most, those of least rank, and of equal ranks by `compare`. */
  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** The rank above which nothing is kept any more. */
  get worst(): number {
    return this.#kept.length < this.#limit ? Infinity : this.#ranks[this.#limit - 1] ?? -Infinity;
  }

  /** Whether it keeps as many as it may. */
  get full(): boolean {
    return this.#kept.length >= this.#limit;
  }

  /** Offers one. */
  offer(value: T, rank: number): void {
    if (rank > this.worst) return;
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#ranks[middle]! - rank || this.#compare(this.#kept[middle]!, value);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    if (low >= this.#limit) return;
    this.#kept.splice(low, 0, value);
    this.#ranks.splice(low, 0, rank);
    if (this.#kept.length > this.#limit) this.#kept.length = this.#ranks.length = this.#limit;
  }

  /** Calls `visit` with each that was kept, the least first. */
  forEach(visit: (value: T, rank: number) => void): void {
    this.#kept.forEach((value, index) => visit(value, this.#ranks[index]!));
  }
}
