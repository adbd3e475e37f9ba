import type { Aggregate } from "./aggregate.ts";

/** What is gathered of each group for one aggregate. */
export class Accumulator {
  readonly #kind: Aggregate["kind"];
  #counts = new Float64Array(64);
  #values: Float64Array;

  constructor(kind: Aggregate["kind"]) {
    this.#kind = kind;
    this.#values = new Float64Array(64).fill(this.#first);
  }

  get #first(): number {
    return this.#kind === "min" ? Infinity : this.#kind === "max" ? -Infinity : 0;
  }

  /** Makes room for so many groups. */
  reserve(groups: number): void {
    const { length } = this.#values;
    if (groups <= length) return;
    const [values, counts] = [this.#values, this.#counts];
    const capacity = Math.max(groups, 2 * length);
    this.#values = new Float64Array(capacity).fill(this.#first, length);
    this.#values.set(values);
    this.#counts = new Float64Array(capacity);
    this.#counts.set(counts);
  }

  /** Adds `length` values, each of which is of the group that `ids` names. */
  add(ids: Uint32Array, values: Float64Array | undefined, length: number): void {
    if (values === undefined) this.#countRows(ids, length);
    else if (this.#kind === "min") this.#takeLeast(ids, values, length);
    else if (this.#kind === "max") this.#takeMost(ids, values, length);
    else {
      if (this.#kind !== "count") this.#sum(ids, values, length);
      if (this.#kind !== "sum") this.#countValues(ids, values, length);
    }
  }

  #countRows(ids: Uint32Array, length: number): void {
    const counts = this.#counts;
    for (let index = 0; index < length; index++) counts[ids[index]!]!++;
  }

  #countValues(ids: Uint32Array, values: Float64Array, length: number): void {
    const counts = this.#counts;
    for (let index = 0; index < length; index++) if (values[index] === values[index]) counts[ids[index]!]!++;
  }

  #sum(ids: Uint32Array, values: Float64Array, length: number): void {
    const sums = this.#values;
    for (let index = 0; index < length; index++) {
      const value = values[index]!;
      if (value === value) sums[ids[index]!]! += value;
    }
  }

  #takeLeast(ids: Uint32Array, values: Float64Array, length: number): void {
    const [least, counts] = [this.#values, this.#counts];
    for (let index = 0; index < length; index++) {
      const value = values[index]!;
      const id = ids[index]!;
      if (value <= least[id]!) {
        least[id] = value;
        counts[id] = 1;
      }
    }
  }

  #takeMost(ids: Uint32Array, values: Float64Array, length: number): void {
    const [most, counts] = [this.#values, this.#counts];
    for (let index = 0; index < length; index++) {
      const value = values[index]!;
      const id = ids[index]!;
      if (value >= most[id]!) {
        most[id] = value;
        counts[id] = 1;
      }
    }
  }

  /** What is told of each of the first `groups` groups. */
  finish(into: { [index: number]: number }, groups: number): void {
    const [values, counts] = [this.#values, this.#counts];
    for (let id = 0; id < groups; id++) {
      const number = counts[id]!;
      switch (this.#kind) {
        case "count":
          into[id] = number;
          break;
        case "sum":
          into[id] = values[id]!;
          break;
        case "mean":
          into[id] = values[id]! / number;
          break;
        default:
          into[id] = number === 0 ? NaN : values[id]!;
      }
    }
  }
}
