import { shown } from "./refuse.ts";

// The one place that says what an index is. Methods that need an element (`get`, `set`, `insert`) take only an index
// that names one, and throw otherwise; `at` and the bounds of ranges are taken as Array and typed arrays take them. Hot
// methods compare by themselves, `typeof index === "number" && index >>> 0 === index && index < length`, and come here
// when that fails.

/** What an index means from the start or, when it is negative, from the end: without its fraction, and NaN as 0. */
function fromStart(index: number, length: number): number {
  const whole = Math.trunc(typeof index === "number" ? index : toIndex(index)) || 0;
  return whole < 0 ? whole + length : whole;
}

function toIndex(index: unknown): number {
  if (typeof index !== "bigint" && typeof index !== "symbol") return Number(index);
  throw new TypeError(`Cannot use ${shown(index)} as an index: expected a number`);
}

/** The index that `at(index)` names; -1 when there is no such element. */
export function elementAt(index: number, length: number): number {
  const place = fromStart(index, length);
  return place >= 0 && place < length ? place : -1;
}

/** Where a range that is given by `index` begins or ends: from 0 to `length`. */
export function boundAt(index: number, length: number): number {
  return Math.min(openBoundAt(index, length), length);
}

/** Where a range begins and ends. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
  /**
   * Whether no code of the program has run: a bound that is no number may have run some, which has moved or removed
   * elements. Then these bounds are numbers for a second call.
   */
  readonly areSettled: boolean;
}

/** Both bounds of a range, each as {@linkcode boundAt} says. */
export function boundsAt(start: number, end: number, length: number): Bounds {
  return {
    from: boundAt(start, length),
    to: boundAt(end, length),
    areSettled: typeof start === "number" && typeof end === "number",
  };
}

/** Like {@linkcode boundAt} for a range over what may grow meanwhile: from 0 on, `Infinity` too. */
export function openBoundAt(index: number, length: number): number {
  return Math.max(fromStart(index, length), 0);
}

/** Throws for an index that names no element. */
export function refuseIndex(action: string, index: unknown, label: string, length: number): never {
  if (typeof index === "number") {
    throw new RangeError(`Cannot ${action} element ${index} of a ${label}: its length is ${length}`);
  }
  throw new TypeError(`Cannot ${action} an element of a ${label}: expected an integer as index, got ${shown(index)}`);
}

/** `count` when it is an integer that memory can have of something; throws `RangeError` otherwise. */
export function checkedCount(action: string, count: number, label: string): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot ${action} a ${label} to ${shown(count)}: expected an integer ≥ 0`);
}
