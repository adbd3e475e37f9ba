import type { Shape } from "./suite.ts";
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
  readonly shape: Shape;
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

/** What one suite measured on one runtime. */
export interface Measurement {
  readonly groups: readonly {
    readonly name: string;
    readonly operation: string;
  }[];
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  readonly missing: readonly Missing[];
}

/** The content of `bench/results/<suite>.<runtime>.json`. */
export interface SuiteResult extends Measurement {
  readonly suite: string;
  readonly runtime: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
}
