/** An answer that is not what was asked for. */
export class HttpError extends Error {
  /** The name of the class. */
  override readonly name = "HttpError";
  /** The status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
