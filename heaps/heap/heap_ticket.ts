/**
 * What another thread needs to use a heap: made by `Heap.share()`, sent with
 * `postMessage()`, taken by `Heap.attach()`.
 */
export interface HeapTicket {
  /** The name of the heap. */
  readonly name: string;
  /** Address of mimalloc's heap. */
  readonly address: number;
  /** Address of the sub-process that the heap lies in, 0 for the main one. */
  readonly subprocess: number;
  /** The thread that made the heap. */
  readonly thread: number;
  /** Counts the threads that use the heap. */
  readonly users: SharedArrayBuffer;
}
