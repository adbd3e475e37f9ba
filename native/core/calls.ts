/** What this thread knows of the calls that it is in. */
interface Calls {
  /** Whether a callback has thrown since C was called, or may not be called any more. */
  failed: boolean;
  /** What it has thrown. */
  failure: unknown;
  /** How many callbacks are under way, one inside of the other: as many calls wait below them. */
  depth: number;
}

/** The calls of this thread. */
export const calls: Calls = { failed: false, failure: undefined, depth: 0 };

/** Keeps what a callback has thrown until C has returned. */
export function keepFailure(failure: unknown): void {
  if (calls.failed) return;
  calls.failed = true;
  calls.failure = failure;
}

/** Throws what a callback has thrown. */
export function rethrow(): never {
  const { failure } = calls;
  calls.failed = false;
  calls.failure = undefined;
  throw failure;
}
