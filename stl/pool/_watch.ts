import type { PoolSource } from "./_pool_source.ts";

/** What released memory is filled with: as a number it is large, negative and easy to tell. */
const PATTERN = 0xdb;

/** Looks for use after release in a checked pool. */
export class Watch<T extends object> {
  readonly #source: PoolSource<T>;
  readonly #label: string;
  readonly #releases = new WeakMap<T, Error>();

  /** Watches what `source` makes for the pool that messages call `label`. */
  constructor(source: PoolSource<T>, label: string) {
    this.#source = source;
    this.#label = label;
  }

  /** What to recycle for `item`. */
  release(item: T): T {
    return this.retire(this.#source.replace(item));
  }

  /** Fills the memory of `item` with the pattern, and keeps where that was. */
  retire(item: T): T {
    this.#source.bytesOf(item).fill(PATTERN);
    this.#releases.set(item, new Error("Released here"));
    return item;
  }

  /** Makes the memory of `item` zero. Throws `Error` when somebody wrote to it since its release. */
  check(item: T): void {
    const bytes = this.#source.bytesOf(item);
    const written = bytes.findIndex((byte) => byte !== PATTERN);
    if (written >= 0) {
      throw new Error(
        `Cannot acquire from a ${this.#label}: byte ${written} of ${bytes.length} was written to after the release`,
        { cause: this.#releases.get(item) },
      );
    }
    bytes.fill(0);
  }
}
