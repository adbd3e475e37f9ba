import type { Allocator } from "../../heaps/allocator.ts";
import { f64, u32 } from "../../stl/elements/numbers.ts";
import { HashMap } from "../../stl/hash/hash_map.ts";
import { BATCH, type Numbered } from "./_figures.ts";
import { IntegerNumbers } from "./_integer_numbers.ts";
import type { NumberColumn } from "./_number_column.ts";

/** The most entries of a table with a place for every key that there may be, for each row and at all. */
const PLACES_PER_ROW = 2;
const MOST_PLACES = 2 ** 24;
const FEWEST_PLACES = 2 ** 16;
/** Keys below this are their own numbers: what is gathered of so many lies in the cache. */
const MOST_OWN = 2 ** 16;
const OWN_PER_ROW = 4;
/** What tells two numbers apart in one: groups of one column are fewer. */
const PAIR = 2 ** 26;

/** The 32 bits of the least number of a column, and how many lie from there to the greatest: `Infinity` of no integers. */
interface Range {
  readonly least: number;
  readonly size: number;
}

function rangeOf({ element, integers, isInteger }: NumberColumn): Range {
  if (!isInteger) return { least: 0, size: Infinity };
  const isSigned = (element.viewType.name as string).startsWith("Int");
  const all = 2 ** (8 * element.byteLength);
  if (element.byteLength < 4) return { least: isSigned ? -all / 2 : 0, size: all };
  // As integers below 2^31, which JavaScriptCore need not compare as floating-point numbers.
  const flipped = isSigned ? 0 : -(2 ** 31);
  const numbers = integers!;
  let least = 2 ** 31 - 1;
  let most = -(2 ** 31);
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index]! ^ flipped;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least: least ^ flipped, size: Math.max(most - least + 1, 0) };
}

/** Gives each different key a number, in the order in which they come or as the keys are themselves. */
export class GroupNumbers implements Disposable {
  readonly #columns: readonly NumberColumn[];
  readonly #allocator: Allocator;
  readonly #length: number;
  readonly #ids = new Int32Array(BATCH);
  readonly #keys = new Float64Array(BATCH);
  readonly #integers = new Int32Array(BATCH);
  readonly #keysOfOthers = new Int32Array(BATCH);
  readonly #codes = new Float64Array(BATCH);
  /** The keys, when there is one column with integers of 32 bits. */
  readonly #all: Int32Array | undefined;
  #ranges: readonly Range[] = [];
  /** The number of each key and 1, where there is a place for each. */
  #places: Int32Array | undefined;
  /** The numbers of keys of one column of integers, where there is no place for each. */
  #table: IntegerNumbers | undefined;
  /** The numbers of the keys of each column, and of each pair of those before and the next. */
  #maps: readonly HashMap<number, number>[] = [];
  #size: number;
  #isOwn: boolean;

  constructor(columns: readonly NumberColumn[], length: number, allocator: Allocator) {
    this.#columns = columns;
    this.#allocator = allocator;
    this.#length = length;
    this.#all = columns.length === 1 ? columns[0]!.integers : undefined;
    this.#isOwn = this.#all !== undefined;
    this.#size = this.#isOwn ? Math.min(MOST_OWN, length * OWN_PER_ROW) : 0;
    if (!this.#isOwn) this.#prepare();
  }

  /** Numbers that were given are below this. */
  get size(): number {
    return this.#table?.size ?? this.#maps.at(-1)?.size ?? this.#size;
  }

  #prepare(): void {
    const columns = this.#columns;
    this.#ranges = columns.map(rangeOf);
    const places = this.#ranges.reduce((product, { size }) => product * size, 1);
    const most = Math.min(MOST_PLACES, Math.max(FEWEST_PLACES, this.#length * PLACES_PER_ROW));
    this.#size = 0;
    if (places <= most) this.#places = new Int32Array(places);
    else if (this.#all !== undefined) this.#table = new IntegerNumbers();
    else {
      this.#maps = Array.from(
        { length: 2 * columns.length - 1 },
        () => new HashMap(f64, u32, { allocator: this.#allocator }),
      );
    }
  }

  /** Gives the keys of rows, each the first one of its group, numbers from 0 on, because some are no numbers themselves. */
  renumber(firsts: readonly number[]): void {
    this.#isOwn = false;
    this.#prepare();
    const all = this.#all!;
    for (let start = 0; start < firsts.length; start += BATCH) {
      const keys = Int32Array.from(firsts.slice(start, start + BATCH), (row) => all[row]!);
      if (this.#places === undefined) this.#table!.read(keys, 0, keys.length, this.#ids);
      else this.#numberPlaces(this.#places, keys, 0, this.#ranges[0]!.least, keys.length);
    }
  }

  /** The numbers of the groups of the rows from `start` to before `end`, which fit in a batch. */
  read(start: number, end: number): Numbered {
    const ids = this.#ids;
    const length = end - start;
    const keys = this.#all;
    if (this.#isOwn) return { ids: keys!, from: start };
    if (this.#table !== undefined) this.#table.read(keys!, start, length, ids);
    else if (this.#places === undefined) this.#readMapped(ids, start, end);
    else if (keys !== undefined) this.#numberPlaces(this.#places, keys, start, this.#ranges[0]!.least, length);
    else {
      const above = this.#readPlaces(this.#integers, start, end);
      this.#numberPlaces(this.#places, this.#integers, 0, above, length);
    }
    return { ids, from: 0 };
  }

  // There are fewer places than 2^31, so that 32 bits are enough, whatever the keys are.
  #numberPlaces(places: Int32Array, at: Int32Array, from: number, least: number, length: number): void {
    const ids = this.#ids;
    for (let row = 0; row < length; row++) {
      const place = at[from + row]! - least | 0;
      let known = places[place]!;
      if (known === 0) known = places[place] = ++this.#size;
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

  #readMapped(ids: Int32Array, start: number, end: number): void {
    const [spare, codes] = [this.#keys, this.#codes];
    const length = end - start;
    for (const [index, column] of this.#columns.entries()) {
      const { values: keys, at } = column.batch(start, end, spare);
      if (index === 0) {
        this.#number(this.#maps[0]!, keys, at, codes, length);
        continue;
      }
      this.#number(this.#maps[2 * index - 1]!, keys, at, spare, length);
      for (let row = 0; row < length; row++) spare[row] = codes[row]! * PAIR + spare[row]!;
      this.#number(this.#maps[2 * index]!, spare, 0, codes, length);
    }
    for (let row = 0; row < length; row++) ids[row] = codes[row]!;
  }

  #number(map: HashMap<number, number>, keys: Float64Array, at: number, into: Float64Array, length: number): void {
    for (let row = 0; row < length; row++) {
      const key = keys[at + row]!;
      let known = map.get(key);
      if (known === undefined) {
        known = map.size;
        map.set(key, known);
      }
      into[row] = known;
    }
  }

  /** Gives back the memory of its maps. */
  [Symbol.dispose](): void {
    for (const map of this.#maps) map.dispose();
  }
}
