/** What a {@linkcode DeferredFreeListener} is told. */
export interface DeferredFreeCall {
  /** Whether memory is needed now: free all that can be freed, not a slice of it. */
  readonly force: boolean;
  /** The number of this call, counted from 1. */
  readonly heartbeat: number;
}

/** Frees what a program has put off freeing. */
export type DeferredFreeListener = (call: DeferredFreeCall) => void;
