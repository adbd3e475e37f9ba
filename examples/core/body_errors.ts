/** A body that is longer than the server takes. */
export class BodyTooLargeError extends Error {
  override name = "BodyTooLargeError";
}

/** A body that did not arrive whole. */
export class BodyLostError extends Error {
  override name = "BodyLostError";
}

/** What to throw for a body of more than `limit` bytes. */
export function tooLarge(limit: number): BodyTooLargeError {
  return new BodyTooLargeError(
    `Cannot take the body: it has more than ${limit} bytes`,
  );
}

/** Throws for a body that did not arrive whole. */
export function bodyLost(cause?: unknown): never {
  throw new BodyLostError(
    "Cannot read the body: the connection ended before it",
    { cause },
  );
}
