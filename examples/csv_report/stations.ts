import type { Heap } from "../../mod.ts";
import { count, type DataTable, groupBy, type GroupColumns, max, mean, min } from "../../tables/mod.ts";
import type { COLUMNS, Measurements } from "./measurements.ts";

const AGGREGATES = {
  rows: count(),
  first: min("time"),
  last: max("time"),
  coldest: min("temperature"),
  mean: mean("temperature"),
  warmest: max("temperature"),
} as const;

/** One row for each station. */
export type Stations = DataTable<GroupColumns<typeof COLUMNS, "station", typeof AGGREGATES>>;

/** Sums up measurements by station, in memory of `heap`. */
export function groupStations(measurements: Measurements, heap: Heap): Stations {
  return groupBy(measurements, "station", AGGREGATES, { allocator: heap });
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** A line for each station, in the order of their names. */
export function stationLines(stations: Stations): string[] {
  const rows = stations.toArray().sort((a, b) => a.station < b.station ? -1 : 1);
  return rows.map(({ station, rows, first, last, coldest, mean, warmest }) => {
    const temperatures = [coldest, mean, warmest].map((temperature) => temperature.toFixed(2));
    return `${station}: ${rows} rows from ${dayOf(first)} to ${dayOf(last)}, ${temperatures.join(" / ")} °C`;
  });
}
