import { Heap } from "../../mod.ts";
import { anyBytes, anyText, LruMap } from "../../stl/mod.ts";

/** What the cache did and has. */
export interface CacheFigures {
  readonly hits: number;
  readonly misses: number;
  readonly evicted: number;
  readonly pages: number;
  readonly bytes: number;
  readonly heldBytes: number;
}

/** Makes pages, and keeps those that were asked for last. */
export class PageCache {
  readonly #heap: Heap = new Heap({ name: "pages" });
  readonly #pages: LruMap<string, Uint8Array>;
  readonly #make: (name: string) => Uint8Array;
  #hits = 0;
  #misses = 0;
  #evicted = 0;

  constructor(maxBytes: number, make: (name: string) => Uint8Array) {
    this.#make = make;
    this.#pages = new LruMap(anyText, anyBytes, {
      allocator: this.#heap,
      maxBytes,
      onEvict: () => this.#evicted++,
    });
  }

  /** The page of a name, and whether it was there. */
  page(name: string): { page: Uint8Array; hit: boolean } {
    const kept = this.#pages.get(name);
    if (kept !== undefined) {
      this.#hits++;
      return { page: kept, hit: true };
    }
    this.#misses++;
    const page = this.#make(name);
    // A page above the limit would be refused.
    if (page.length + name.length * 3 <= this.#pages.maxBytes) this.#pages.set(name, page);
    return { page, hit: false };
  }

  figures(): CacheFigures {
    const { size: pages, entryBytes: bytes, bytes: heldBytes } = this.#pages;
    return { hits: this.#hits, misses: this.#misses, evicted: this.#evicted, pages, bytes, heldBytes };
  }

  /** Ends the cache; the blocks that are live afterwards: 0. */
  dispose(): number {
    this.#pages.dispose();
    const { liveBlocks } = this.#heap;
    this.#heap.destroy();
    return liveBlocks;
  }
}
