/**
 * Counts, sums and means of values by a column: `groups.ts <arm> <rows> <groups, or sparse>`. Prints the least time of
 * several groupings, and what the process holds.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, HashMap, SoaVector, struct, u32 } from "../../../stl/mod.ts";
import { count, groupBy, mean, sum } from "../../../tables/mod.ts";
import { chosen, print, requireSum, residentBytes, timeOf } from "../../stl/programs/_process.ts";

const ROWS = Number(process.argv[3]);
const SPARSE = process.argv[4] === "sparse";
const GROUPS = SPARSE ? 100_000 : Number(process.argv[4]);
const GROUPINGS = 7;

/** The key of a group: from 0 on, or anywhere in 32 bits. */
function keyOf(row: number): number {
  const group = Math.imul(row, 0x9e3779b1) >>> 8;
  return SPARSE ? Math.imul(group % GROUPS, 0x85ebca6b) >>> 0 : group % GROUPS;
}

const heap = new Heap({ name: "bench" });
const rows = new SoaVector({ key: u32, value: f64 }, { allocator: heap });
rows.length = ROWS;
const [keys, values] = [rows.column("key"), rows.column("value")];
let total = 0;
for (let row = 0; row < ROWS; row++) {
  keys[row] = keyOf(row);
  values[row] = row % 1000;
  total += row % 1000;
}

/** Adds up what there is of each group: counts, sums, and means times counts. */
type Found = readonly [counts: number, sums: number, means: number];

/** Rows that a function is called for: what the compilers compile inside of one loop over all stays slower. */
const CHUNK = 4096;

interface Sums {
  count: number;
  sum: number;
}

function addToMap(groups: Map<number, Sums>, start: number, end: number): void {
  for (let row = start; row < end; row++) {
    const key = keys[row]!;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, group = { count: 0, sum: 0 });
    group.count++;
    group.sum += values[row]!;
  }
}

function byMap(): Found {
  const groups = new Map<number, Sums>();
  for (let start = 0; start < ROWS; start += CHUNK) addToMap(groups, start, Math.min(start + CHUNK, ROWS));
  return foundIn(groups.values());
}

function foundIn(groups: Iterable<Sums>): Found {
  let [counts, sums, means] = [0, 0, 0];
  for (const { count, sum } of groups) {
    counts += count;
    sums += sum;
    means += sum / count * count;
  }
  return [counts, sums, means];
}

const Sums = struct({ count: f64, sum: f64 });
const NONE = { count: 0, sum: 0 };

function updateGroups(groups: HashMap<number, Sums, Sums>, start: number, end: number): void {
  let value = 0;
  const add = (group: Sums): void => {
    group.count++;
    group.sum += value;
  };
  for (let row = start; row < end; row++) {
    value = values[row]!;
    groups.update(keys[row]!, add, NONE);
  }
}

function byUpdate(): Found {
  using groups = new HashMap(u32, Sums, { allocator: heap });
  for (let start = 0; start < ROWS; start += CHUNK) updateGroups(groups, start, Math.min(start + CHUNK, ROWS));
  return foundIn(groups.cursor());
}

/** An accessor as short as one can be: of two numbers that lie one after the other. */
class HandSums implements Sums {
  sums = new Float64Array(2 * 512);
  at = 0;

  get count(): number {
    return this.sums[this.at]!;
  }

  set count(count: number) {
    this.sums[this.at] = count;
  }

  get sum(): number {
    return this.sums[this.at + 1]!;
  }

  set sum(sum: number) {
    this.sums[this.at + 1] = sum;
  }
}

/** `update` without anything else: an open table for these keys alone, which checks nothing and never ends. */
class HandMap {
  #slots = new Int32Array(2 * 1024);
  #place = new HandSums();
  #size = 0;

  static #home(key: number): number {
    const mixed = Math.imul(key ^ key >>> 16, 0x21f0aaad);
    return (mixed ^ mixed >>> 15) << 1;
  }

  update(key: number, change: (group: Sums) => void): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = HandMap.#home(key) & mask;
    let known = slots[at + 1]!;
    while (known !== 0 && slots[at] !== (key | 0)) {
      at = at + 2 & mask;
      known = slots[at + 1]!;
    }
    if (known === 0) known = this.#insert(key | 0, at);
    const place = this.#place;
    place.at = known - 1 << 1;
    change(place);
  }

  #insert(key: number, at: number): number {
    this.#slots[at] = key;
    const known = this.#slots[at + 1] = ++this.#size;
    if (known * 4 === this.#slots.length) this.#grow();
    return known;
  }

  #grow(): void {
    const slots = this.#slots;
    const { sums } = this.#place;
    this.#slots = new Int32Array(slots.length * 4);
    this.#place.sums = new Float64Array(sums.length * 4);
    this.#place.sums.set(sums);
    const mask = this.#slots.length - 1;
    for (let from = 0; from < slots.length; from += 2) {
      if (slots[from + 1] === 0) continue;
      let at = HandMap.#home(slots[from]!) & mask;
      while (this.#slots[at + 1] !== 0) at = at + 2 & mask;
      this.#slots[at] = slots[from]!;
      this.#slots[at + 1] = slots[from + 1]!;
    }
  }

  *groups(): Generator<Sums> {
    for (let group = 0; group < this.#size; group++) {
      this.#place.at = 2 * group;
      yield this.#place;
    }
  }
}

function updateByHand(groups: HandMap, start: number, end: number): void {
  let value = 0;
  const add = (group: Sums): void => {
    group.count++;
    group.sum += value;
  };
  for (let row = start; row < end; row++) {
    value = values[row]!;
    groups.update(keys[row]!, add);
  }
}

function byHand(): Found {
  const groups = new HandMap();
  for (let start = 0; start < ROWS; start += CHUNK) updateByHand(groups, start, Math.min(start + CHUNK, ROWS));
  return foundIn(groups.groups());
}

function byColumns(): Found {
  using groups = groupBy(rows, "key", { count: count(), sum: sum("value"), mean: mean("value") }, { allocator: heap });
  const [all, sumsOf, meansOf] = [groups.rows.column("count"), groups.rows.column("sum"), groups.rows.column("mean")];
  let [counts, sums, means] = [0, 0, 0];
  for (let group = 0; group < all.length; group++) {
    counts += all[group]!;
    sums += sumsOf[group]!;
    means += meansOf[group]! * all[group]!;
  }
  return [counts, sums, means];
}

const group = chosen<() => Found>({
  Map: byMap,
  groupBy: byColumns,
  "HashMap.update": byUpdate,
  "update by hand": byHand,
});
const times: number[] = [];
for (let grouping = 0; grouping < GROUPINGS; grouping++) {
  let found: Found = [0, 0, 0];
  times.push(timeOf(() => {
    found = group();
  }));
  requireSum("counts", found[0], ROWS);
  requireSum("sums", found[1], total);
  requireSum("means", found[2], total);
}
print({ time: Math.min(...times), resident: residentBytes() / 2 ** 20 });
