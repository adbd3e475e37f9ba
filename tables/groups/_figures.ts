import type { NumberBatch } from "./_number_column.ts";
import type { Aggregate } from "./aggregate.ts";

/** The numbers of the groups of some rows: `ids` from `from` on. */
export interface Numbered {
  readonly ids: Int32Array;
  readonly from: number;
}

/** `numbers` with room for `length`, `rest` where there is nothing yet. */
function grown<A extends Float64Array | Int32Array>(numbers: A, length: number, rest: number): A {
  const longer = new (numbers.constructor as new (length: number) => A)(length);
  longer.fill(rest, numbers.length);
  longer.set(numbers);
  return longer;
}

/** Rows that are looked at together. */
export const BATCH = 4096;

const FEWEST = 64;

/** How many rows there are of each number that a key has, and which of them came first. */
export class RowCounts {
  #counts = new Int32Array(FEWEST);
  /** Of the rows that were counted last those with a new group. */
  readonly #fresh = new Int32Array(BATCH);
  /** The numbers of the groups, in the order in which they came. */
  readonly numbers: number[] = [];
  /** The first row of each of them. */
  readonly firsts: number[] = [];

  /** Numbers below this have room. */
  get room(): number {
    return this.#counts.length;
  }

  /** Makes room for numbers below this. */
  reserve(numbers: number): void {
    const { length } = this.#counts;
    if (numbers > length) this.#counts = grown(this.#counts, Math.max(numbers, 2 * length), 0);
  }

  // Both loops call nothing and write nothing but typed arrays: then JavaScriptCore need not look at each row where those are.

  /** Counts up to {@linkcode BATCH} rows from `start` on; returns how many it has, up to one without room. */
  add({ ids, from }: Numbered, start: number, length: number): number {
    const counts = this.#counts;
    const fresh = this.#fresh;
    const room = counts.length;
    let found = 0;
    let index = 0;
    for (; index < length; index++) {
      const id = ids[from + index]!;
      if (id >>> 0 >= room) break;
      const before = counts[id]!;
      if (before === 0) fresh[found++] = index;
      counts[id] = before + 1 | 0;
    }
    this.#begin(ids, from, start, found);
    return index;
  }

  /** The same, and adds their values to the sums of a column in the same loop, which is faster than two. */
  addWithSums({ ids, from }: Numbered, start: number, length: number, batch: NumberBatch, of: ColumnFigures): number {
    const counts = this.#counts;
    const fresh = this.#fresh;
    const { sums, absent } = of;
    const { values, at } = batch;
    const room = counts.length;
    let found = 0;
    let index = 0;
    for (; index < length; index++) {
      const id = ids[from + index]!;
      if (id >>> 0 >= room) break;
      const before = counts[id]!;
      if (before === 0) fresh[found++] = index;
      counts[id] = before + 1 | 0;
      const value = values[at + index]!;
      if (value === value) sums[id] = sums[id]! + value;
      else absent[id] = absent[id]! + 1 | 0;
    }
    this.#begin(ids, from, start, found);
    return index;
  }

  /** Takes in the groups of the first `found` rows of {@linkcode RowCounts.#fresh}. */
  #begin(ids: Int32Array, from: number, start: number, found: number): void {
    const fresh = this.#fresh;
    for (let place = 0; place < found; place++) {
      const index = fresh[place]!;
      this.numbers.push(ids[from + index]!);
      this.firsts.push(start + index);
    }
  }

  /** Gives each group the number that it has in their order. */
  renumber(): void {
    this.#counts = renumbered(this.#counts, this.numbers);
    for (let group = 0; group < this.numbers.length; group++) this.numbers[group] = group;
  }

  /** The rows with a number. */
  of(number: number): number {
    return this.#counts[number]! >>> 0;
  }

  /** Writes the rows of each group. */
  tell(into: Float64Array): void {
    const { numbers } = this;
    for (let group = 0; group < numbers.length; group++) into[group] = this.of(numbers[group]!);
  }
}

/** What there is of each of `numbers`, in their order. */
function renumbered<A extends Float64Array | Int32Array>(of: A, numbers: readonly number[]): A {
  const Type = of.constructor as new (length: number) => A;
  const compact = new Type(of.length === 0 ? 0 : numbers.length);
  for (let group = 0; group < compact.length; group++) compact[group] = of[numbers[group]!]!;
  return compact;
}

/** What is gathered of one column for the aggregates that are asked for: sums serve sum, mean and count. */
export class ColumnFigures {
  /** Whether sums are asked for. */
  hasSums = false;
  #hasLeast = false;
  #hasMost = false;
  /** The sum of the values of each group. */
  sums: Float64Array = new Float64Array(0);
  /** Of each group the values that are NaN, which are few. */
  absent: Int32Array = new Int32Array(0);
  #least = new Float64Array(0);
  #most = new Float64Array(0);

  /** Gathers what an aggregate needs. */
  need(kind: Aggregate["kind"]): void {
    if (kind === "min") this.#hasLeast = true;
    else if (kind === "max") this.#hasMost = true;
    else this.hasSums = true;
  }

  /** Makes room for numbers below this, which is {@linkcode RowCounts.room}. */
  reserve(room: number): void {
    if (this.hasSums && room > this.sums.length) {
      this.sums = grown(this.sums, room, 0);
      this.absent = grown(this.absent, room, 0);
    }
    if (this.#hasLeast && room > this.#least.length) this.#least = grown(this.#least, room, NaN);
    if (this.#hasMost && room > this.#most.length) this.#most = grown(this.#most, room, NaN);
  }

  /** Gives each group the number that it has in the order of `numbers`. */
  renumber(numbers: readonly number[]): void {
    this.sums = renumbered(this.sums, numbers);
    this.absent = renumbered(this.absent, numbers);
    this.#least = renumbered(this.#least, numbers);
    this.#most = renumbered(this.#most, numbers);
  }

  /** Adds `length` values, to sums unless those have them already. */
  add(numbered: Numbered, batch: NumberBatch, length: number, hasThem: boolean): void {
    if (this.hasSums && !hasThem) this.#sum(numbered, batch, length);
    if (this.#hasLeast) this.#takeLeast(numbered, batch, length);
    if (this.#hasMost) this.#takeMost(numbered, batch, length);
  }

  #sum({ ids, from }: Numbered, { values, at }: NumberBatch, length: number): void {
    const [sums, absent] = [this.sums, this.absent];
    for (let index = 0; index < length; index++) {
      const value = values[at + index]!;
      const id = ids[from + index]!;
      if (value === value) sums[id]! += value;
      else absent[id]!++;
    }
  }

  // NaN as the least one means that there is none yet.
  #takeLeast({ ids, from }: Numbered, { values, at }: NumberBatch, length: number): void {
    const least = this.#least;
    for (let index = 0; index < length; index++) {
      const value = values[at + index]!;
      const id = ids[from + index]!;
      const before = least[id]!;
      if (value <= before || before !== before) least[id] = value;
    }
  }

  #takeMost({ ids, from }: Numbered, { values, at }: NumberBatch, length: number): void {
    const most = this.#most;
    for (let index = 0; index < length; index++) {
      const value = values[at + index]!;
      const id = ids[from + index]!;
      const before = most[id]!;
      if (value >= before || before !== before) most[id] = value;
    }
  }

  /** Writes what an aggregate tells of each group. */
  tell(kind: Aggregate["kind"], counts: RowCounts, into: Float64Array): void {
    const { numbers } = counts;
    const { sums, absent } = this;
    if (kind === "count" || kind === "mean") {
      for (let group = 0; group < numbers.length; group++) {
        const number = numbers[group]!;
        const values = counts.of(number) - absent[number]!;
        into[group] = kind === "count" ? values : sums[number]! / values;
      }
    } else {
      const figures = kind === "sum" ? sums : kind === "min" ? this.#least : this.#most;
      for (let group = 0; group < numbers.length; group++) into[group] = figures[numbers[group]!]!;
    }
  }
}
