import type { AnyView } from "../../heaps/allocator.ts";
import type { Storage } from "../core/storage.ts";
import type { Items, ItemsClass, Links, LinksClass } from "../items/items.ts";
import type { Held } from "../rows/rows.ts";
import type { RowStore, RowStoreClass } from "./_row_store.ts";

/** What the class uses besides globals. */
export interface RowItemsParts<T> {
  readonly Store: RowStoreClass<T>;
  readonly RowNumbers: ItemsClass<number>;
  /** Throws for a value that is not of the kind. */
  readonly refuse: (value: unknown, label: string) => never;
}

/** Makes the class of values of any length: what lies side by side are the rows where they are. */
export function defineRowItems<T>({ Store, RowNumbers, refuse }: RowItemsParts<T>): LinksClass<T> {
  return class RowItems implements Links<T> {
    readonly #storage: Storage;
    readonly #store: RowStore<T>;
    readonly #rows: Items<number>;

    constructor(storage: Storage) {
      this.#storage = storage;
      this.#store = new Store(storage);
      this.#rows = new RowNumbers(storage);
    }

    get capacity(): number {
      return this.#rows.capacity;
    }

    get bytes(): number {
      return this.#store.bytes + this.#rows.bytes;
    }

    get views(): AnyView[] {
      return [...this.#rows.views, ...this.#store.views];
    }

    get numbers(): readonly number[] {
      return this.#store.numbers;
    }

    takeOver(numbers: readonly number[], [rows, ...views]: readonly (AnyView | undefined)[]): void {
      this.#rows.use(rows);
      this.#store.takeOver(numbers, views);
    }

    get(index: number): T {
      return this.#store.rows.read(this.#rows.get(index));
    }

    load(value: T): void {
      if (!this.#store.rows.load(value)) refuse(value, this.#storage.label);
    }

    hasRoom(): boolean {
      return this.#store.hasRoom();
    }

    makeRoom(): void {
      this.#store.prepare();
    }

    takeOut(): unknown {
      return this.#store.rows.hold();
    }

    giveBack(loaded: unknown): void {
      this.#store.rows.reload(loaded as Held);
    }

    put(index: number): void {
      this.#rows.set(index, this.#store.add());
    }

    replace(index: number): void {
      this.drop(index);
      this.put(index);
    }

    drop(index: number): void {
      this.#store.drop(this.#rows.get(index));
    }

    move(to: number, from: number, count: number): void {
      this.#rows.move(to, from, count);
    }

    resize(capacity: number): void {
      const shrinks = capacity < this.#rows.capacity;
      this.#rows.resize(capacity);
      if (shrinks) this.#store.trim();
      else this.#store.reserve(capacity);
    }

    grow(capacity: number): void {
      this.#rows.grow(capacity);
    }

    clear(): void {
      this.#store.clear();
    }

    forget(): void {
      this.#rows.forget();
      this.#store.forget();
    }
  };
}
