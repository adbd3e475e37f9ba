/** Rows in one way of keeping them: `rows.ts <arm> <count> [sort]`. Prints what each step took. */
import process from "node:process";
import { scatter } from "../hash_keys.ts";
import { chosen, medianOf, print, requireSum, residentBytes, timeOf } from "./_process.ts";
import {
  Blocks,
  Columns,
  Objects,
  ReservedStructs,
  type RowTable,
  Structs,
  Structurae,
  TypedArrays,
} from "./_row_tables.ts";

const ARMS: Readonly<Record<string, new () => RowTable>> = {
  "objects in an Array": Objects,
  "typed arrays by hand": TypedArrays,
  "Vector of structs": Structs,
  "Vector, reserved": ReservedStructs,
  SoaVector: Columns,
  structurae: Structurae,
  "@thi.ng/malloc": Blocks,
};

/** Rows of a warm-up round; there are many short ones, because what JSC compiles inside of a long loop is half as fast. */
const WARM_UP = 20_000;
const count = Number(process.argv[3]);
const sorts = process.argv[4] === "sort";
const Table = chosen(ARMS);

function sumOfIds(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += scatter(i);
  return sum;
}

/** Every step, as often as it has to be; checks each. */
function play(table: RowTable, count: number): Record<string, number | null> {
  const before = residentBytes();
  const build = timeOf(() => table.build(count));
  const bytes = (residentBytes() - before) / count;
  if (sorts) return { sort: sortOnce(table, count) };
  let sum = count * count / 2;
  const scans: number[] = [];
  for (let i = 0; i < 3; i++) scans.push(timeOf(() => requireSum("scan()", table.scan(), sum)));
  const updates: number[] = [];
  for (let i = 0; i < 3; i++) {
    updates.push(timeOf(() => table.update()));
    // The sum of y.
    sum += count * count / 4;
  }
  requireSum("update()", table.scan(), sum);
  return { build, bytes, scan: medianOf(scans), update: medianOf(updates) };
}

function sortOnce(table: RowTable, count: number): number | null {
  if (table.sort === undefined) return null;
  const taken = timeOf(() => table.sort!());
  const { ids, ordered } = table.check();
  requireSum("sort()", ids, sumOfIds(count));
  requireSum("the order", ordered, count);
  return taken;
}

for (let round = 0; round < 40; round++) {
  const warm = new Table();
  play(warm, WARM_UP);
  warm.release();
}
print(play(new Table(), count));
