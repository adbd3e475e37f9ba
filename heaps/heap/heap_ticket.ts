/**
 * What another thread needs to use a heap: made by `Heap.share()`, sent with
 * `postMessage()`, taken by `Heap.attach()`. It is good in this process alone.
 */
export interface HeapTicket {
  /** The name of the heap. */
  readonly name: string;
  /** Where the process keeps what it knows of the heap, and a secret of 128 bits that nobody can guess. */
  readonly key: string;
}
