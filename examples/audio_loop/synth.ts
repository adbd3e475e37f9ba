/** Plays one block after the other. */
export interface Synth {
  /** Plays a block. */
  play(): void;
  /** The sum of all samples played. */
  readonly checksum: number;
}
