/** Thrown when a task failed in its Worker, or the Worker ended before it was done. */
export class TaskError extends Error {
  /** The name of the class. */
  override readonly name = "TaskError";
  /** The name of the function. */
  readonly task: string;
  /** The number of the first chunk that failed; `undefined` when the Worker ended. */
  readonly chunk: number | undefined;

  /** Makes an error from a message and what it is about; the cause has the message and the stack of the Worker. */
  constructor(
    message: string,
    { task, chunk, cause }: { readonly task: string; readonly chunk?: number; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.task = task;
    this.chunk = chunk;
  }
}
