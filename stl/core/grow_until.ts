/** How often an operation asks for memory when each time listeners of the heap change the container. */
const MOST_ROUNDS = 64;

/** What an operation has met while it asked for memory. */
export interface Growth {
  readonly rounds: number;
  /** What the last round threw. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** What can ask for the memory that it was short of. */
interface Growing {
  grow(): void;
}

/**
 * Asks for memory by `source.grow()` for an operation that has found no room, and that tries again afterwards; `growth`
 * is what the call before returned, which is none the first time. Listeners of the heap may use the container meanwhile:
 * the operation has to look at everything again, and may find room too where there was no memory but a listener has
 * removed something.
 *
 * A loop around it costs nothing when there is room: with closures, JavaScriptCore takes half as long again for a
 * `HashMap.set` that needs none.
 *
 * Throws what `source.grow()` threw the last time, and `Error` when it has not helped many times.
 */
export function growOnce(label: string, source: Growing, growth?: Growth): Growth {
  const { rounds, failure } = growth ?? { rounds: 0, failure: undefined };
  if (failure !== undefined) throw failure.error;
  if (rounds === MOST_ROUNDS) {
    throw new Error(
      `Cannot grow a ${label}: it asked for memory ${MOST_ROUNDS} times, and each time a listener of its heap changed it`,
    );
  }
  try {
    source.grow();
  } catch (error) {
    return { rounds: rounds + 1, failure: { error } };
  }
  return { rounds: rounds + 1, failure: undefined };
}

/** Calls `grow` and then `put`, as {@linkcode growOnce} says, until that finds room. */
export function growUntil(label: string, grow: () => void, put: () => boolean): void {
  let growth: Growth | undefined;
  do growth = growOnce(label, { grow }, growth); while (!put());
}
