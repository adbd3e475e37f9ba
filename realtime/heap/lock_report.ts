/** Whether the memory of a `RealtimeHeap` is locked. */
export interface LockReport {
  /** Bytes that the system never moves out to a disk. */
  readonly lockedBytes: number;
  /** Why it is not all of the memory; `undefined` when it is, and when nobody asked for it. */
  readonly reason: string | undefined;
}
