/** A moment in the life of a {@linkcode Scope} to which it can be rolled back. */
export interface Checkpoint {
  /** Bytes that were live at that moment. */
  readonly liveBytes: number;
  /** Blocks that were live at that moment. */
  readonly liveBlocks: number;
}
