import type { Allocator } from "../../mod.ts";
import { HashMap, StringTable, u32, Vector } from "../../stl/mod.ts";

const NONE = 2 ** 32 - 1;

/**
 * Word to positions. Each word is kept once; of each occurrence there are two
 * numbers: its position, and which occurrence of the same word was before it.
 */
export class WordIndex {
  readonly #table: StringTable;
  /** The last occurrence of each word. */
  readonly #last: HashMap<number, number>;
  readonly #positions: Vector<typeof u32>;
  readonly #before: Vector<typeof u32>;
  readonly #counts: Vector<typeof u32>;

  constructor(allocator: Allocator) {
    this.#table = new StringTable({ allocator });
    this.#last = new HashMap(u32, u32, { allocator });
    this.#positions = new Vector(u32, { allocator });
    this.#before = new Vector(u32, { allocator });
    this.#counts = new Vector(u32, { allocator });
  }

  /** Words of the text. */
  get words(): number {
    return this.#positions.length;
  }

  /** Words that differ. */
  get differentWords(): number {
    return this.#table.size;
  }

  /** Adds the word in the UTF-8 bytes from `start` to before `end`, which stands at `position` of the text. */
  add(bytes: Uint8Array, start: number, end: number, position: number): void {
    const word = this.#table.internBytes(bytes, start, end);
    if (word === this.#counts.length) this.#counts.push(0);
    this.#counts.set(word, this.#counts.get(word) + 1);
    this.#before.push(this.#last.get(word) ?? NONE);
    this.#last.set(word, this.#positions.push(position) - 1);
  }

  /** Where a word stands, from the front. */
  positionsOf(text: string): number[] {
    const word = this.#table.handleOf(text);
    const positions: number[] = [];
    if (word === undefined) return positions;
    for (let at = this.#last.get(word)!; at !== NONE; at = this.#before.get(at)) {
      positions.push(this.#positions.get(at));
    }
    return positions.reverse();
  }

  /** The most frequent words; of equally frequent ones the first in the order of code points. */
  mostFrequent(count: number): { word: string; count: number }[] {
    const words = Array.from(this.#table.keys());
    const frequency = (word: number): number => this.#counts.get(word);
    words.sort((a, b) => frequency(b) - frequency(a) || this.#table.compare(a, b));
    return words.slice(0, count).map((word) => ({ word: this.#table.get(word), count: frequency(word) }));
  }

  /** Gives back all memory. */
  dispose(): void {
    for (const part of [this.#table, this.#last, this.#positions, this.#before, this.#counts]) part.dispose();
  }
}
