// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

/**
 * The number that the given share of them does not exceed (nearest rank).
 *
 * @param {number[]} sorted
 * @param {number} share
 * @returns {number}
 */
export function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/**
 * The one in the middle, or the mean of the two in the middle.
 *
 * @param {number[]} numbers
 * @returns {number}
 */
export function median(numbers) {
  const ordered = sorted(numbers);
  const half = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2;
}

/** @param {number[]} numbers */
export function sorted(numbers) {
  return numbers.toSorted((a, b) => a - b);
}

/**
 * A number as a table shows it.
 *
 * @param {number} number
 * @param {number} decimals
 * @returns {string}
 */
export function decimal(number, decimals) {
  return number.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
