import { shown } from "../../heaps/argument.ts";

/** What may be told of a group. */
export type AggregateKind = "count" | "sum" | "mean" | "min" | "max";

/** What is told of the rows of a group: see {@linkcode count}, {@linkcode sum}, {@linkcode mean}, {@linkcode min}, {@linkcode max}. */
export interface Aggregate<Name extends string = string, Kind extends AggregateKind = AggregateKind> {
  /** What is told. */
  readonly kind: Kind;
  /** The column that it is told of; `undefined` for rows. */
  readonly column: Name | undefined;
}

function aggregate<Name extends string, Kind extends AggregateKind>(kind: Kind, column: Name): Aggregate<Name, Kind> {
  if (typeof column === "string") return { kind, column };
  throw new TypeError(`Cannot tell the ${kind} of a column: expected its name, got ${shown(column)}`);
}

/** How many rows a group has; of a column, in how many it is not NaN. */
export function count<Name extends string = never>(column?: Name): Aggregate<Name, "count"> {
  return column === undefined ? { kind: "count", column } : aggregate("count", column);
}

/** The sum of a column of numbers in a group, of those that are not NaN: 0 where there are none. */
export function sum<Name extends string>(column: Name): Aggregate<Name, "sum"> {
  return aggregate("sum", column);
}

/** The mean of a column of numbers in a group, of those that are not NaN: NaN where there are none. */
export function mean<Name extends string>(column: Name): Aggregate<Name, "mean"> {
  return aggregate("mean", column);
}

/** The least number of a column in a group, of those that are not NaN: NaN where there are none. */
export function min<Name extends string>(column: Name): Aggregate<Name, "min"> {
  return aggregate("min", column);
}

/** The greatest number of a column in a group, of those that are not NaN: NaN where there are none. */
export function max<Name extends string>(column: Name): Aggregate<Name, "max"> {
  return aggregate("max", column);
}
