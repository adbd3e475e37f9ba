// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
import { ticksUpTo } from "./ticks.mjs";

/**
 * Where values stand between the foot of a chart, 0, and its head, 1.
 *
 * @typedef {{ ticks: number[], share: (value: number) => number }} Scale
 */

/**
 * From 0 up to the largest of `values`.
 *
 * @param {number[]} values
 * @returns {Scale}
 */
export function linear(values) {
  const ticks = ticksUpTo(Math.max(...values));
  return { ticks, share: (value) => value / ticks.at(-1) };
}

/**
 * Each tick ten times the one before it, for values above 0 that differ by more than a line can show.
 *
 * @param {number[]} values
 * @returns {Scale}
 */
export function logarithmic(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number((10 ** (first + index)).toPrecision(1)));
  return { ticks, share: (value) => (Math.log10(value) - first) / (last - first) };
}
