import type { AnyView } from "../heaps/allocator.ts";
import type { Items, ItemsClass } from "./_items.ts";
import type { RowStore, RowStoreClass } from "./_row_store.ts";
import type { Storage } from "./_storage.ts";

/** What the class uses besides globals. */
export interface RowItemsParts<T> {
  readonly Store: RowStoreClass<T>;
  readonly Rows: ItemsClass<number>;
  /** Throws for a value that is not of the kind. */
  readonly refuse: (value: unknown, label: string) => never;
}

/** Makes the class of items of any length: the block of items holds the rows where they lie. */
export function defineRowItems<T>({ Store, Rows, refuse }: RowItemsParts<T>): ItemsClass<T> {
  return class RowItems implements Items<T> {
    static readonly direct = false;
    readonly #storage: Storage;
    readonly #store: RowStore<T>;
    readonly #rows: Items<number>;
    #held = -1;

    constructor(storage: Storage) {
      this.#storage = storage;
      this.#store = new Store(storage);
      this.#rows = new Rows(storage);
    }

    get capacity(): number {
      return this.#rows.capacity;
    }

    get bytes(): number {
      return this.#store.bytes + this.#rows.bytes;
    }

    get view(): Uint8Array<ArrayBuffer> {
      return this.#rows.view;
    }

    get views(): AnyView[] {
      return [...this.#rows.views, ...this.#store.views];
    }

    get(index: number): T {
      return this.#store.rows.read(this.#rows.get(index));
    }

    set(index: number, value: T): void {
      this.load(value);
      this.put(index);
    }

    load(value: T): void {
      if (!this.#store.rows.load(value)) refuse(value, this.#storage.label);
      this.#store.prepare();
      this.#held = -1;
    }

    hold(index: number): void {
      this.#held = this.#rows.get(index);
    }

    put(index: number): void {
      this.#rows.set(index, this.#held < 0 ? this.#store.add() : this.#held);
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
