/** Thrown when a message could not be sent after all: what it should have handed over is in its heaps again. */
export class SendError extends Error {
  /** The name of the class. */
  override readonly name = "SendError";
  /** What was to be sent, with new views in the place of those that are emptied. */
  readonly value: unknown;

  /** Makes an error from a message and what it is about. */
  constructor(message: string, { value, cause }: { readonly value: unknown; readonly cause: unknown }) {
    super(message, { cause });
    this.value = value;
  }
}
