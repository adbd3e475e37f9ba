/** What a play of some steps has shown. */
export interface Failure {
  /** The step that went wrong. */
  readonly step: number;
  readonly cause: unknown;
  /** The calls that came last. */
  readonly log: string;
}

/** Plays steps; what went wrong, if anything. */
export type PlaySteps = (steps: readonly number[]) => Failure | undefined;

/**
 * The fewest of `steps` found within `milliseconds` that still go wrong, and how. Steps must not depend on each other
 * but through what they play with.
 */
export function shrink(play: PlaySteps, failure: Failure, steps: readonly number[], milliseconds: number): {
  readonly steps: readonly number[];
  readonly failure: Failure;
} {
  const end = performance.now() + milliseconds;
  let found = { steps: steps.slice(0, steps.indexOf(failure.step) + 1), failure };
  for (let size = found.steps.length >>> 1; size > 0; size >>>= 1) {
    for (let at = found.steps.length - size; at >= 0 && performance.now() < end; at -= size) {
      const fewer = [...found.steps.slice(0, at), ...found.steps.slice(at + size)];
      const other = play(fewer);
      if (other !== undefined) found = { steps: fewer.slice(0, fewer.indexOf(other.step) + 1), failure: other };
    }
  }
  return found;
}
