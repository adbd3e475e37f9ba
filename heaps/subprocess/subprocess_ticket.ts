/**
 * What another thread needs to use a sub-process: made by `Subprocess.share()`,
 * sent with `postMessage()`, taken by `Subprocess.attach()`.
 */
export interface SubprocessTicket {
  /** The name of the sub-process. */
  readonly name: string;
  /** Address of mimalloc's sub-process. */
  readonly address: number;
  /** The most bytes that may be in use at once, on each thread. */
  readonly limit: number;
  /** Counts the threads that use it. */
  readonly users: SharedArrayBuffer;
}
