import type { AnyView } from "../../heaps/allocator.ts";
import type { Storage } from "../core/storage.ts";
import type { Comparing, KeyOrder, KeyOrderClass } from "./_key_order.ts";
import type { Held } from "../rows/rows.ts";
import type { RowStore, RowStoreClass } from "./_row_store.ts";

/** What the class uses besides globals. */
export interface RowOrderParts<K> {
  readonly Store: RowStoreClass<K>;
  readonly isRefusal: (error: unknown) => boolean;
}

/** Makes the order of keys that lie in rows: that of their bytes, or that of a function. */
export function defineRowOrder<K>({ Store, isRefusal }: RowOrderParts<K>): KeyOrderClass<K, number> {
  /** Stands for the loaded key among rows. */
  const LOADED = -1;

  return class RowOrder implements KeyOrder<K, number> {
    readonly #storage: Storage;
    readonly #store: RowStore<K>;
    readonly #compare: Comparing<K> | undefined;
    #loaded: K | undefined;
    busy = false;

    constructor(storage: Storage, compare?: Comparing<K>) {
      this.#storage = storage;
      this.#store = new Store(storage);
      this.#compare = compare;
    }

    get bytes(): number {
      return this.#store.bytes;
    }

    get views(): AnyView[] {
      return this.#store.views;
    }

    get numbers(): readonly number[] {
      return this.#store.numbers;
    }

    takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void {
      this.#store.takeOver(numbers, views);
    }

    load(key: K): number | undefined {
      return this.#store.rows.load(key) ? this.#noteLoaded(key) : undefined;
    }

    seek(key: K): number | undefined {
      return this.#store.rows.seek(key) ? this.#noteLoaded(key) : undefined;
    }

    find(key: K): number | undefined {
      try {
        return this.seek(key);
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    }

    #noteLoaded(key: K): number {
      if (this.#compare !== undefined) this.#loaded = key;
      return LOADED;
    }

    fits(): boolean {
      return true;
    }

    hasRoom(): boolean {
      return this.#store.hasRoom();
    }

    prepare(): void {
      this.#store.prepare();
    }

    hold(): unknown {
      return [this.#store.rows.hold(), this.#loaded];
    }

    reload(held: unknown): number {
      const [bytes, key] = held as [Held, K | undefined];
      this.#store.rows.reload(bytes);
      this.#loaded = key;
      return LOADED;
    }

    take(key: number): number {
      if (key === LOADED) return this.#store.add();
      this.#store.share(key);
      return key;
    }

    drop(key: number): void {
      this.#store.drop(key);
    }

    read(key: number): K {
      return this.#store.rows.read(key);
    }

    before(a: number, b: number): boolean {
      return this.#difference(a, b) < 0;
    }

    equal(a: number, b: number): boolean {
      return this.#difference(a, b) === 0;
    }

    #difference(a: number, b: number): number {
      const { rows } = this.#store;
      if (this.#compare !== undefined) return this.#compared(this.#valueOf(a), this.#valueOf(b));
      if (a === LOADED) return rows.compareLoaded(b);
      return b === LOADED ? -rows.compareLoaded(a) : rows.compare(a, b);
    }

    #valueOf(key: number): K {
      return key === LOADED ? this.#loaded! : this.#store.rows.read(key);
    }

    #compared(a: K, b: K): number {
      this.busy = true;
      let difference: number;
      try {
        difference = this.#compare!(a, b);
      } finally {
        this.busy = false;
      }
      // The function may have had the memory taken back.
      if (!this.#store.alive) this.#storage.requireOpen("compare the keys of", this.#store.views[0]!, 1);
      return difference;
    }

    reserve(keys: number): void {
      this.#store.reserve(keys);
    }

    trim(): void {
      this.#store.trim();
    }

    clear(): void {
      this.#store.clear();
    }

    forget(): void {
      this.#store.forget();
    }
  };
}
