import type { StationTable } from "./station_table.ts";

/** The most rows that one file may have. */
export const MAXIMUM_ROWS = 20_000;

/** Names of the numeric columns, in order. */
export const QUANTITIES: readonly string[] = [
  "temperature",
  "humidity",
  "pressure",
  "wind_speed",
];

/** Names of all columns, in order: the first line of every file. */
export const HEADER: readonly string[] = [
  "station",
  "timestamp",
  ...QUANTITIES,
];

/** A file of measurements as columns. */
export interface Measurements {
  /** How many rows of each column are filled. */
  readonly rows: number;
  /** Which stations there are. */
  readonly stations: StationTable;
  /** The station of each row. */
  readonly stationOf: Int32Array;
  /** The moment of each row in milliseconds since 1970. */
  readonly times: Float64Array;
  /** One column for each of {@linkcode QUANTITIES}; NaN is an empty cell. */
  readonly values: readonly Float64Array[];
}
