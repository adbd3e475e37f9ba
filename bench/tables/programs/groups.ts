/**
 * Counts, sums and means of values by a column: `groups.ts <arm> <rows> <groups, or sparse>`. Prints the median time of
 * five groupings, and what the process holds.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, SoaVector, u32 } from "../../../stl/mod.ts";
import { count, groupBy, mean, sum } from "../../../tables/mod.ts";
import { chosen, medianOf, print, requireSum, residentBytes, timeOf } from "../../stl/programs/_process.ts";

const ROWS = Number(process.argv[3]);
const SPARSE = process.argv[4] === "sparse";
const GROUPS = SPARSE ? 100_000 : Number(process.argv[4]);
const GROUPINGS = 5;

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

function byMap(): Found {
  const groups = new Map<number, { count: number; sum: number }>();
  for (let row = 0; row < ROWS; row++) {
    const key = keys[row]!;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, group = { count: 0, sum: 0 });
    group.count++;
    group.sum += values[row]!;
  }
  let [counts, sums, means] = [0, 0, 0];
  for (const { count, sum } of groups.values()) {
    counts += count;
    sums += sum;
    means += sum / count * count;
  }
  return [counts, sums, means];
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

const group = chosen<() => Found>({ Map: byMap, groupBy: byColumns });
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
print({ time: medianOf(times), resident: residentBytes() / 2 ** 20 });
