/** How often an operation asks for memory when each time listeners of the heap change the container. */
const MOST_ROUNDS = 64;

/**
 * Calls `grow`, which asks for memory, and then `put` until that finds room. Listeners of the heap may use the container
 * meanwhile: `put` looks at everything again, and finds room too where there was no memory but a listener has removed
 * something.
 *
 * Throws what `grow` throws, and `Error` when it has not helped many times.
 */
export function growUntil(label: string, grow: () => void, put: () => boolean): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let failure: { readonly error: unknown } | undefined;
    try {
      grow();
    } catch (error) {
      failure = { error };
    }
    if (put()) return;
    if (failure !== undefined) throw failure.error;
  }
  throw new Error(
    `Cannot grow a ${label}: it asked for memory ${MOST_ROUNDS} times, and each time a listener of its heap changed it`,
  );
}
