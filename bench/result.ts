import type { Column, Shape } from "./suite.ts";
import type { Summary } from "./statistics.ts";

/** One arm in one shape. */
export interface Row extends Summary {
  readonly group: string;
  readonly shape: Shape;
  readonly arm: string;
  /** Operations that were timed, warm-up not counted. */
  readonly operations: number;
  /** Time of this arm divided by the time of each other arm. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** A target held against the rows. */
export interface Verdict {
  readonly group: string;
  /** The shape, or the column of a gauge. */
  readonly shape: string;
  readonly arm: string;
  /** What is asked for, in words. */
  readonly statement: string;
  /** What was measured, in the unit of the statement; null when an arm could not run here. */
  readonly measured: number | null;
  /** `floor`: missed, and the runtime alone misses it too. */
  readonly status: "met" | "missed" | "floor" | "not measured";
}

/** An arm that this machine could not run. */
export interface Missing {
  readonly group: string;
  readonly arm: string;
  readonly reason: string;
}

/** What the processes of one arm of a gauge have printed. */
export interface GaugeRow {
  readonly arm: string;
  /** Of each column the medians, and of each the ratio to the first arm; null where there is none. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly ratios: Readonly<Record<string, number | null>>;
  /** Of each column of a paired gauge the interval that holds the ratio with a probability of 95 %. */
  readonly intervals?: Readonly<Record<string, readonly [number, number]>>;
  /** Of each column every process, in order. */
  readonly samples: Readonly<Record<string, readonly (number | null)[]>>;
  /** What an arm that could not do everything has said. */
  readonly note?: string;
}

/** What a gauge has measured. */
export interface GaugeResult {
  readonly name: string;
  readonly operation: string;
  readonly columns: readonly Column[];
  readonly rows: readonly GaugeRow[];
}

/** What one suite measured on one runtime. */
export interface Measurement {
  readonly groups: readonly {
    readonly name: string;
    readonly operation: string;
  }[];
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  readonly missing: readonly Missing[];
  readonly gauges: readonly GaugeResult[];
}

/** The content of `bench/results/<suite>.<runtime>.json`. */
export interface SuiteResult extends Measurement {
  readonly suite: string;
  readonly runtime: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
}
