import type { Measurements } from "./measurements.ts";
import type { Memory } from "../core/memory.ts";
import { select } from "../core/select.ts";

/** Figures of one quantity at one station, in this order in the table. */
export const FIGURES: readonly string[] = [
  "count",
  "min",
  "max",
  "mean",
  "p50",
  "p95",
];

/** What the measurements come to. */
export interface Summary {
  readonly measurements: Measurements;
  /** Rows of each station. */
  readonly rowsOf: Int32Array;
  /**
   * For each quantity, for each station, each of {@linkcode FIGURES}; without
   * a meaning when the count is 0.
   */
  readonly figures: readonly Float64Array[];
}

/**
 * Computes count, smallest, greatest, mean, median and 95th percentile of each
 * quantity at each station. Empty cells do not count.
 *
 * A percentile is the smallest number that is not exceeded by so many percent
 * of the numbers (nearest rank): always one of the numbers measured.
 */
export function summarise(measurements: Measurements, memory: Memory): Summary {
  const { rows, stations, stationOf, values } = measurements;
  const rowsOf = memory.integers(stations.count).fill(0);
  for (let row = 0; row < rows; row++) rowsOf[stationOf[row]!]!++;
  const ends = memory.integers(stations.count);
  const grouped = memory.doubles(rows);
  const figures = values.map((column) => {
    group(measurements, column, rowsOf, ends, grouped);
    const table = memory.doubles(stations.count * FIGURES.length);
    let start = 0;
    for (let station = 0; station < ends.length; station++) {
      describe(grouped, start, ends[station]!, table, station * FIGURES.length);
      start += rowsOf[station]!;
    }
    return table;
  });
  return { measurements, rowsOf, figures };
}

/**
 * Puts the numbers of each station side by side, in order of the rows: those
 * of the first station at 0, those of the second where the first would end if
 * it had no empty cells, and so on. `ends` tells where each group ends.
 */
function group(
  { rows, stationOf }: Measurements,
  column: Float64Array,
  rowsOf: Int32Array,
  ends: Int32Array,
  grouped: Float64Array,
): void {
  let start = 0;
  for (let station = 0; station < ends.length; station++) {
    ends[station] = start;
    start += rowsOf[station]!;
  }
  for (let row = 0; row < rows; row++) {
    const value = column[row]!;
    if (value === value) grouped[ends[stationOf[row]!]!++] = value;
  }
}

/** Writes the figures of `values[start]` to `values[end - 1]`. */
function describe(
  values: Float64Array,
  start: number,
  end: number,
  figures: Float64Array,
  at: number,
): void {
  const count = end - start;
  figures[at] = count;
  if (count === 0) return;
  let smallest = values[start]!;
  let greatest = smallest;
  let sum = 0;
  for (let index = start; index < end; index++) {
    const value = values[index]!;
    if (value < smallest) smallest = value;
    if (value > greatest) greatest = value;
    sum += value;
  }
  const last = end - 1;
  const half = start + Math.ceil(count * 50 / 100) - 1;
  const most = start + Math.ceil(count * 95 / 100) - 1;
  figures[at + 1] = smallest;
  figures[at + 2] = greatest;
  figures[at + 3] = sum / count;
  figures[at + 4] = select(values, start, last, half);
  figures[at + 5] = select(values, half, last, most);
}
