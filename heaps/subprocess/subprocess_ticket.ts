/**
 * What another thread needs to use a sub-process: made by `Subprocess.share()`,
 * sent with `postMessage()`, taken by `Subprocess.attach()`. It is good in this process alone.
 */
export interface SubprocessTicket {
  /** The name of the sub-process. */
  readonly name: string;
  /** The most bytes that may be in use at once, on each thread. */
  readonly limit: number;
  /** Where the process keeps what it knows of the sub-process, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
}
