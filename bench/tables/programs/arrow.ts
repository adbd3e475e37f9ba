/**
 * Makes a table of apache-arrow, or takes one over: `arrow.ts <arm> <rows>`. Prints the median time of five, and what the
 * process holds.
 */
import * as arrow from "apache-arrow";
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, SoaVector, u32 } from "../../../stl/mod.ts";
import { fromArrow, toArrow } from "../../../tables/arrow/mod.ts";
import { chosen, medianOf, print, requireSum, residentBytes, timeOf } from "../../stl/programs/_process.ts";

const ROWS = Number(process.argv[3]);
const TIMES = 5;

const heap = new Heap({ name: "bench" });
const rows = new SoaVector({ station: u32, time: f64, value: f64 }, { allocator: heap });
rows.length = ROWS;
const [stations, times, values] = [rows.column("station"), rows.column("time"), rows.column("value")];
let total = 0;
for (let row = 0; row < ROWS; row++) {
  stations[row] = row % 400;
  times[row] = row;
  values[row] = row / 8;
  total += row / 8;
}

function sumOf(column: Iterable<number>): number {
  let sum = 0;
  for (const value of column) sum += value;
  return sum;
}

/** What is measured, and what adds the values up afterwards. */
interface Way {
  make(): unknown;
  sum(made: unknown): number;
}

const given = toArrow(arrow, rows);
const ofTable = (made: unknown): number => sumOf((made as arrow.Table).getChild("value")!);
const way = chosen<Way>({
  vectorFromArray: {
    make: () =>
      new arrow.Table({
        station: arrow.vectorFromArray(Array.from(stations), new arrow.Uint32()),
        time: arrow.vectorFromArray(Array.from(times), new arrow.Float64()),
        value: arrow.vectorFromArray(Array.from(values), new arrow.Float64()),
      }),
    sum: ofTable,
  },
  toArrow: { make: () => toArrow(arrow, rows), sum: ofTable },
  fromArrow: {
    make: () => fromArrow(given, { station: u32, time: f64, value: f64 }, { allocator: heap }),
    sum: (made) => {
      const table = made as { rows: { column(name: string): Iterable<number> } } & Disposable;
      const sum = sumOf(table.rows.column("value"));
      table[Symbol.dispose]();
      return sum;
    },
  },
});
const measured: number[] = [];
for (let turn = 0; turn < TIMES; turn++) {
  let made: unknown;
  measured.push(timeOf(() => {
    made = way.make();
  }));
  requireSum("values", way.sum(made), total);
}
print({ time: medianOf(measured), resident: residentBytes() / 2 ** 20 });
