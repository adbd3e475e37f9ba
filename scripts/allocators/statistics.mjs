// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

/** @param {readonly number[]} factors */
export function geometricMean(factors) {
  return Math.exp(factors.reduce((sum, factor) => sum + Math.log(factor), 0) / factors.length);
}

/**
 * The interval that holds the median of what was sampled with a probability of 95 % or more, whatever its
 * distribution: from the k-th smallest sample to the k-th largest. Below six samples there is none.
 *
 * @param {readonly number[]} samples
 * @returns {[number, number] | undefined}
 */
export function medianInterval(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  // Probability that fewer than `k` of n samples lie below the median.
  let term = 2 ** -n;
  let below = term;
  let k = 0;
  while (below <= 0.025) {
    k++;
    term *= (n - k + 1) / k;
    below += term;
  }
  return k === 0 ? undefined : [sorted[k - 1], sorted[n - k]];
}

/**
 * The ratios of the samples of the same round.
 *
 * @param {readonly (number | null)[]} samples
 * @param {readonly (number | null)[]} reference
 */
export function pairedRatios(samples, reference) {
  const ratios = [];
  for (const [round, sample] of samples.entries()) {
    const other = reference[round];
    if (typeof sample === "number" && typeof other === "number" && other > 0) ratios.push(sample / other);
  }
  return ratios;
}
