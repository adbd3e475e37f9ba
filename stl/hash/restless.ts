/** How often an operation asks for memory when each time listeners of the heap change the container. */
export const MOST_ROUNDS = 64;

/** Throws for a container that was changed each time it asked for memory. */
export function refuseRestless(label: string): never {
  throw new Error(
    `Cannot grow a ${label}: it asked for memory ${MOST_ROUNDS} times, and each time a listener of its heap changed it`,
  );
}
