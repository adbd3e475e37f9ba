/** What a `RealtimeHeap` has of one size of blocks. */
export interface SizeHeadroom {
  /** The most bytes that a program gets in one of them. */
  readonly blockBytes: number;
  /** Blocks that were made ready. */
  readonly ready: number;
  /** Blocks that are live. */
  readonly live: number;
  /** The most that were live at a time. */
  readonly peak: number;
  /** Blocks that are ready and not live. */
  readonly free: number;
  /** How often one was asked for when none was ready. */
  readonly exceeded: number;
}

/** What a `RealtimeHeap` has. */
export interface Headroom {
  /** Each size of which a page holds several blocks, and of which some are ready or were asked for. */
  readonly sizes: readonly SizeHeadroom[];
  /** The same for blocks that have a page for themselves, which share their memory, in bytes. */
  readonly single: {
    readonly readyBytes: number;
    readonly liveBytes: number;
    readonly peakBytes: number;
    readonly exceeded: number;
  };
}
