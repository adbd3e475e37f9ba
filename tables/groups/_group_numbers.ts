import type { Allocator } from "../../heaps/allocator.ts";
import { f64, u32 } from "../../stl/elements/numbers.ts";
import { HashMap } from "../../stl/hash/hash_map.ts";
import type { NumberColumn } from "./_number_column.ts";

/** Rows that are looked at together. */
export const BATCH = 4096;

/** The most entries of a table with a place for every key that there may be, for each row and at all. */
const PLACES_PER_ROW = 2;
const MOST_PLACES = 2 ** 24;
const FEWEST_PLACES = 2 ** 16;
/** What tells two numbers apart in one: groups of one column are fewer. */
const PAIR = 2 ** 26;

/** The least number of a column and how many lie from there to the greatest; `Infinity` when those are no integers. */
interface Range {
  readonly least: number;
  readonly size: number;
}

function rangeOf({ element, values, isBig }: NumberColumn): Range {
  if (isBig || (element.viewType.name as string).startsWith("Float")) return { least: 0, size: Infinity };
  const isSigned = (element.viewType.name as string).startsWith("Int");
  const all = 2 ** (8 * element.byteLength);
  if (element.byteLength < 4) return { least: isSigned ? -all / 2 : 0, size: all };
  const numbers = values as unknown as Int32Array;
  let least = Infinity;
  let most = -Infinity;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, size: Math.max(most - least + 1, 0) };
}

/** Gives each different key a number, from 0 on in the order in which they come. */
export class GroupNumbers implements Disposable {
  readonly #columns: readonly NumberColumn[];
  readonly #ranges: readonly Range[];
  readonly #keys = new Float64Array(BATCH);
  readonly #integers = new Int32Array(BATCH);
  readonly #keysOfOthers = new Int32Array(BATCH);
  /** The number of each key and 1, where there is a place for each. */
  readonly #places: Uint32Array | undefined;
  /** The numbers of the keys of each column, and of each pair of those before and the next. */
  readonly #maps: readonly HashMap<number, number>[];
  readonly #codes = new Float64Array(BATCH);
  /** The first row of each group. */
  readonly firsts: number[] = [];

  constructor(columns: readonly NumberColumn[], length: number, allocator: Allocator) {
    this.#columns = columns;
    this.#ranges = columns.map(rangeOf);
    const places = this.#ranges.reduce((product, { size }) => product * size, 1);
    const most = Math.min(MOST_PLACES, Math.max(FEWEST_PLACES, length * PLACES_PER_ROW));
    this.#places = places <= most ? new Uint32Array(places) : undefined;
    const maps = this.#places === undefined ? 2 * columns.length - 1 : 0;
    this.#maps = Array.from({ length: maps }, () => new HashMap(f64, u32, { allocator }));
  }

  /** Writes the numbers of the groups of the rows from `start` to before `end`. */
  read(ids: Uint32Array, start: number, end: number): void {
    if (this.#places === undefined) this.#readMapped(ids, start, end);
    else this.#readPlaced(this.#places, ids, start, end);
  }

  // There are fewer places than 2^31, so that 32 bits are enough, whatever the keys are.
  #readPlaced(places: Uint32Array, ids: Uint32Array, start: number, end: number): void {
    const { firsts } = this;
    const at = this.#integers;
    const length = end - start;
    const least = this.#readPlaces(at, start, end) | 0;
    for (let row = 0; row < length; row++) {
      const place = at[row]! - least | 0;
      let known = places[place]!;
      if (known === 0) known = places[place] = firsts.push(start + row);
      ids[row] = known - 1;
    }
  }

  /** Writes the places of keys, all of them too large by what this returns. */
  #readPlaces(at: Int32Array, start: number, end: number): number {
    const [first, ...others] = this.#columns;
    const [{ least }] = this.#ranges as [Range];
    at.set(first!.values.subarray(start, end));
    let above = least | 0;
    const keys = this.#keysOfOthers;
    for (const [index, column] of others.entries()) {
      const { least, size } = this.#ranges[index + 1]!;
      keys.set(column.values.subarray(start, end));
      const from = least | 0;
      for (let row = 0; row < end - start; row++) at[row] = Math.imul(at[row]! - above, size) + keys[row]! - from;
      above = 0;
    }
    return above;
  }

  #readMapped(ids: Uint32Array, start: number, end: number): void {
    const [spare, codes] = [this.#keys, this.#codes];
    const length = end - start;
    for (const [index, column] of this.#columns.entries()) {
      const keys = column.batch(start, end, spare);
      const isLast = index === this.#columns.length - 1;
      if (index === 0) {
        this.#number(this.#maps[0]!, keys, codes, length, isLast ? start : -1);
        continue;
      }
      this.#number(this.#maps[2 * index - 1]!, keys, spare, length, -1);
      for (let row = 0; row < length; row++) spare[row] = codes[row]! * PAIR + spare[row]!;
      this.#number(this.#maps[2 * index]!, spare, codes, length, isLast ? start : -1);
    }
    for (let row = 0; row < length; row++) ids[row] = codes[row]!;
  }

  /** Numbers keys; those of whole rows, the first of which is `start`, make groups. */
  #number(
    map: HashMap<number, number>,
    keys: Float64Array,
    into: Float64Array,
    length: number,
    start: number,
  ): void {
    for (let row = 0; row < length; row++) {
      const key = keys[row]!;
      let known = map.get(key);
      if (known === undefined) {
        known = map.size;
        map.set(key, known);
        if (start >= 0) this.firsts.push(start + row);
      }
      into[row] = known;
    }
  }

  /** Gives back the memory of its maps. */
  [Symbol.dispose](): void {
    for (const map of this.#maps) map.dispose();
  }
}
