const refusals = new WeakSet<Error>();

/**
 * Marks an error as that of an element which cannot store a value, so that who looks for the value knows it is not
 * there.
 */
export function refusal<E extends Error>(error: E): E {
  refusals.add(error);
  return error;
}

/** Whether an element has refused to store a value, in contrast to code of the program that failed. */
export function isRefusal(error: unknown): boolean {
  return refusals.has(error as Error);
}
