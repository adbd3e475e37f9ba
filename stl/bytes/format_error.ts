/** Thrown for bytes that no container of the kind asked for wrote, or that were changed or cut since. */
export class FormatError extends Error {
  /** The name of the class. */
  override readonly name = "FormatError";
  /** The first byte that is not as it has to be. */
  readonly byteOffset: number;

  /** Makes an error from a message and the place that it is about. */
  constructor(message: string, byteOffset: number, options?: ErrorOptions) {
    super(message, options);
    this.byteOffset = byteOffset;
  }
}
