/** What is counted of the blocks of a heap, a scope pool, an arena or a thread. */
export interface BlockCounts {
  /** Blocks that were taken. */
  readonly allocations: number;
  /** Blocks that were given back. */
  readonly frees: number;
  /** The most bytes that were live at a time. */
  readonly peakBytes: number;
  /** The most blocks that were live at a time. */
  readonly peakBlocks: number;
}

/** Counts blocks of one thing, and with it those of the things that it belongs to. */
export class BlockCounter implements BlockCounts {
  readonly #parents: readonly BlockCounter[];
  #liveBytes = 0;
  #liveBlocks = 0;
  /** Blocks that were taken. */
  allocations = 0;
  /** Blocks that were given back. */
  frees = 0;
  /** The most bytes that were live at a time. */
  peakBytes = 0;
  /** The most blocks that were live at a time. */
  peakBlocks = 0;

  /** Begins with what is live already. */
  constructor(liveBytes: number, liveBlocks: number, parents: readonly BlockCounter[]) {
    this.#parents = parents;
    this.#add(liveBytes, liveBlocks);
  }

  #add(bytes: number, blocks: number): void {
    this.#liveBytes += bytes;
    this.#liveBlocks += blocks;
    this.peakBytes = Math.max(this.peakBytes, this.#liveBytes);
    this.peakBlocks = Math.max(this.peakBlocks, this.#liveBlocks);
    for (const parent of this.#parents) parent.#add(bytes, blocks);
  }

  /** A block was taken. */
  take(bytes: number): void {
    this.#count(1, 0);
    this.#add(bytes, 1);
  }

  /** Blocks were given back. */
  give(bytes: number, blocks: number): void {
    this.#count(0, blocks);
    this.#add(-bytes, -blocks);
  }

  /** A block got `bytes` more. */
  resize(bytes: number): void {
    this.#add(bytes, 0);
  }

  #count(allocations: number, frees: number): void {
    this.allocations += allocations;
    this.frees += frees;
    for (const parent of this.#parents) parent.#count(allocations, frees);
  }
}
