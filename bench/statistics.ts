/** The value below which `fraction` of the sorted samples lie. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) {
    throw new RangeError(
      "Cannot take a quantile of no samples: measure at least one round",
    );
  }
  return below + (above - below) * (position - Math.floor(position));
}

/** Median, quartiles and spread of one arm, in nanoseconds per operation. */
export interface Summary {
  readonly nanoseconds: number;
  readonly p25: number;
  readonly p75: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Distance between the quartiles divided by the median. */
  readonly spread: number;
}

/** Summarises samples; the median stands for the arm in every ratio. */
export function summarise(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const p25 = quantile(sorted, 0.25);
  const p75 = quantile(sorted, 0.75);
  return {
    nanoseconds: median,
    p25,
    p75,
    minimum: quantile(sorted, 0),
    maximum: quantile(sorted, 1),
    spread: (p75 - p25) / median,
  };
}
