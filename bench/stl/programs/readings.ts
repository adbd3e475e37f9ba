/**
 * Keeps the newest readings of many stations while more arrive: `readings.ts <arm> <kept>`. Each turn adds 500 and finds
 * the 95th percentile of each station over the last 100,000. Prints what turns took, and what the process holds.
 */
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { ScopePool } from "../../../heaps/scope/scope_pool.ts";
import { f64, SoaVector, u16 } from "../../../stl/mod.ts";
import { scatter } from "../hash_keys.ts";
import { chosen, print, requireSum, residentBytes } from "./_process.ts";

const STATIONS = 200;
const ADDED = 500;
const WINDOW = 100_000;
const TURNS = 400;
const WARM_UP = 100;
const kept = Number(process.argv[3]);

interface Readings {
  /** Keeps reading `number`, in place of the oldest one when there are enough. */
  add(number: number, time: number, station: number, value: number): void;
  /** The 95th percentiles of all stations over the last {@linkcode WINDOW} of `count` readings, added up. */
  sumOfPercentiles(count: number): number;
}

interface Reading {
  readonly time: number;
  readonly station: number;
  readonly value: number;
}

class Objects implements Readings {
  readonly #rows: Reading[] = [];

  add(number: number, time: number, station: number, value: number): void {
    this.#rows[number % kept] = { time, station, value };
  }

  sumOfPercentiles(count: number): number {
    const byStation = Array.from({ length: STATIONS }, (): number[] => []);
    for (let number = count - WINDOW; number < count; number++) {
      const { station, value } = this.#rows[number % kept]!;
      byStation[station]!.push(value);
    }
    return byStation.reduce((sum, values) => {
      values.sort((a, b) => a - b);
      return sum + values[Math.floor(values.length * 0.95)]!;
    }, 0);
  }
}

/** Sorts the values of each station by themselves in `sorted`; the sum of the 95th percentiles. */
function percentiles(stations: Uint16Array, values: Float64Array, count: number, sorted: Float64Array): number {
  const ends = new Uint32Array(STATIONS + 1);
  let at = (count - WINDOW) % kept;
  for (let i = 0; i < WINDOW; i++) {
    ends[stations[at]! + 1]!++;
    if (++at === kept) at = 0;
  }
  for (let station = 0; station < STATIONS; station++) ends[station + 1]! += ends[station]!;
  at = (count - WINDOW) % kept;
  for (let i = 0; i < WINDOW; i++) {
    sorted[ends[stations[at]!]!++] = values[at]!;
    if (++at === kept) at = 0;
  }
  let sum = 0;
  for (let station = 0, start = 0; station < STATIONS; station++) {
    const end = ends[station]!;
    sorted.subarray(start, end).sort();
    sum += sorted[start + Math.floor((end - start) * 0.95)]!;
    start = end;
  }
  return sum;
}

class TypedArrays implements Readings {
  readonly #times = new Float64Array(kept);
  readonly #stations = new Uint16Array(kept);
  readonly #values = new Float64Array(kept);
  readonly #sorted = new Float64Array(WINDOW);

  add(number: number, time: number, station: number, value: number): void {
    const at = number % kept;
    this.#times[at] = time;
    this.#stations[at] = station;
    this.#values[at] = value;
  }

  sumOfPercentiles(count: number): number {
    return percentiles(this.#stations, this.#values, count, this.#sorted);
  }
}

class Rows implements Readings {
  readonly #heap = new Heap({ name: "readings" });
  readonly #pool = new ScopePool({ name: "percentiles", chunkBytes: WINDOW * 8 * 2 });
  readonly #rows = new SoaVector({ time: f64, station: u16, value: f64 }, { allocator: this.#heap });

  constructor() {
    this.#rows.reserve(kept);
  }

  add(number: number, time: number, station: number, value: number): void {
    const rows = this.#rows;
    if (rows.length < kept) rows.push({ time, station, value });
    else rows.set(number % kept, { time, station, value });
  }

  sumOfPercentiles(count: number): number {
    const scope = this.#pool.open();
    try {
      const sorted = scope.allocate(Float64Array, WINDOW);
      return percentiles(this.#rows.column("station"), this.#rows.column("value"), count, sorted);
    } finally {
      scope[Symbol.dispose]();
    }
  }
}

const ARMS: Readonly<Record<string, new () => Readings>> = {
  "objects in an Array": Objects,
  "typed arrays by hand": TypedArrays,
  SoaVector: Rows,
};

const readings = new (chosen(ARMS))();
let count = 0;

function addOne(): void {
  const hash = scatter(count);
  readings.add(count, count / 25 + 0.5, hash % STATIONS, (hash >>> 8) / 16 + 0.5);
  count++;
}

function turn(): number {
  for (let i = 0; i < ADDED; i++) addOne();
  return readings.sumOfPercentiles(count);
}

/** The same sum from the numbers alone. */
function expectedSum(): number {
  const byStation = Array.from({ length: STATIONS }, (): number[] => []);
  for (let number = count - WINDOW; number < count; number++) {
    const hash = scatter(number);
    byStation[hash % STATIONS]!.push((hash >>> 8) / 16 + 0.5);
  }
  return byStation.reduce((sum, values) => sum + values.sort((a, b) => a - b)[Math.floor(values.length * 0.95)]!, 0);
}

while (count < kept) addOne();
const times: number[] = [];
for (let round = 0; round < WARM_UP + TURNS; round++) {
  const begin = performance.now();
  const sum = turn();
  if (round >= WARM_UP) times.push(performance.now() - begin);
  if (round % 100 === 0) requireSum("the percentiles", sum, expectedSum());
}
times.sort((a, b) => a - b);
print({
  median: times[TURNS >> 1]!,
  slowest: times[Math.floor(TURNS * 0.99)]!,
  resident: residentBytes() / kept,
});
