/**
 * Rows of three columns by two keys: `two_keys.ts <arm> <rows>`. Prints how long sorting takes, and how much more memory
 * the process ever holds meanwhile, as a multiple of that of the keys.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f32, SoaVector, u32 } from "../../../stl/mod.ts";
import { scatter } from "../hash_keys.ts";
import { chosen, mostResidentBytes, print, requireSum, residentBytes, timeOf } from "./_process.ts";

const ROWS = Number(process.argv[3]);
const STATIONS = 500;
const COLUMNS = { station: u32, time: u32, value: f32 } as const;
type Rows = SoaVector<typeof COLUMNS>;

function build(allocator: Heap, count: number): Rows {
  const rows = new SoaVector(COLUMNS, { allocator });
  rows.length = count;
  const [station, time, value] = [rows.column("station"), rows.column("time"), rows.column("value")];
  for (let row = 0; row < count; row++) {
    time[row] = scatter(row);
    station[row] = time[row]! % STATIONS;
    value[row] = row % 4096;
  }
  return rows;
}

const BITS = 11;
const MASK = 2 ** BITS - 1;

/** Orders indexes by `BITS` bits of their keys; `flip` turns the order round. */
function pass(keys: Uint32Array, shift: number, flip: number, from: Uint32Array, into: Uint32Array): void {
  const starts = new Uint32Array(2 ** BITS + 1);
  for (let row = 0; row < keys.length; row++) starts[((keys[row]! ^ flip) >>> shift & MASK) + 1]!++;
  for (let digit = 1; digit < starts.length; digit++) starts[digit]! += starts[digit - 1]!;
  for (let place = 0; place < from.length; place++) {
    const row = from[place]!;
    into[starts[(keys[row]! ^ flip) >>> shift & MASK]!++] = row;
  }
}

function gather(column: Uint32Array | Float32Array, order: Uint32Array, spare: Uint32Array): void {
  const bits = new Uint32Array(column.buffer, column.byteOffset, column.length);
  for (let place = 0; place < order.length; place++) spare[place] = bits[order[place]!]!;
  bits.set(spare);
}

/** Radix passes over indexes from the last key to the first, then each column in that order. */
function sortByHand(rows: Rows): void {
  const [station, time, value] = [rows.column("station"), rows.column("time"), rows.column("value")];
  let order = new Uint32Array(rows.length);
  let spare = new Uint32Array(rows.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  for (const [keys, shift, flip] of [[time, 0, -1], [time, 11, -1], [time, 22, -1], [station, 0, 0]] as const) {
    pass(keys, shift, flip, order, spare);
    [order, spare] = [spare, order];
  }
  for (const column of [station, time, value]) gather(column, order, spare);
}

const sort = chosen<(rows: Rows) => void>({
  "radix by hand": sortByHand,
  sortBy: (rows) => void rows.sortBy(["station", { by: "time", descending: true }]),
});

function check(rows: Rows): void {
  const [station, time, value] = [rows.column("station"), rows.column("time"), rows.column("value")];
  let [ordered, sum] = [0, 0];
  for (let row = 0; row < rows.length; row++) {
    sum += value[row]!;
    if (time[row]! % STATIONS !== station[row]!) {
      throw new Error(`Cannot trust row ${row}: its columns are of two rows`);
    }
    if (row === 0 || station[row - 1]! < station[row]!) ordered++;
    else if (station[row - 1] === station[row] && time[row - 1]! >= time[row]!) ordered++;
  }
  requireSum("the order", ordered, rows.length);
  let expected = 0;
  for (let row = 0; row < rows.length; row++) expected += row % 4096;
  requireSum("values", sum, expected);
}

const heap = new Heap({ name: "bench" });
for (let round = 0; round < 60; round++) {
  using warm = build(heap, 20_000);
  sort(warm);
  check(warm);
}
const rows = build(heap, ROWS);
const before = residentBytes();
const time = timeOf(() => sort(rows));
const most = mostResidentBytes();
check(rows);
const keyBytes = ROWS * 2 * Uint32Array.BYTES_PER_ELEMENT;
print({ time, scratch: most === null ? null : Math.max(0, most - before) / keyBytes });
