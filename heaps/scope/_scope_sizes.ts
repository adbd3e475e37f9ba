/** The part of all scopes for which the suggested chunk suffices. */
const MOST = 0.95;

/** The least bytes of a chunk. */
const LEAST_CHUNK = 1024;

/** How much memory the scopes of a pool have needed. */
export class ScopeSizes {
  /** How many needed less than each power of two. */
  readonly #counts = new Float64Array(33);
  /** The most bytes that one of them had in use. */
  peakBytes = 0;

  /** Counts a scope that has ended. */
  add(bytes: number): void {
    if (bytes > this.peakBytes) this.peakBytes = bytes;
    this.#counts[bytes < 2 ** 31 ? 32 - Math.clz32(bytes) : 32]!++;
  }

  /** Bytes of a chunk that holds all that 19 of 20 scopes needed, at most `most`; `undefined` before one has ended. */
  suggestChunk(most: number): number | undefined {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return undefined;
    let counted = 0;
    const power = this.#counts.findIndex((count) => (counted += count) >= total * MOST);
    const needed = Math.min(2 ** power, Math.ceil(this.peakBytes / 64) * 64);
    return Math.max(LEAST_CHUNK, Math.min(needed, most));
  }
}
