import type { AnyView } from "../../heaps/allocator.ts";
import type { Storage } from "../core/storage.ts";
import type { ByteRows } from "../rows/variable_rows.ts";

/** Values of any length that are found by the number of their row, which counts where it is stored. */
export interface RowStore<T> {
  /** Bytes of memory. */
  readonly bytes: number;
  /** The blocks. */
  readonly views: AnyView[];
  /** What it keeps beside the blocks. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of the one that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
  /** Whether it has memory. */
  readonly alive: boolean;
  /** The rows; the store decides which of them are in use. */
  readonly rows: ByteRows<T>;
  /** Whether there is room for the loaded value. */
  hasRoom(): boolean;
  /** Asks for the memory that {@linkcode RowStore.hasRoom} misses; a listener may use the store meanwhile. */
  prepare(): void;
  /** Stores the loaded value, for which there is room, and returns its row, which is stored at one place. */
  add(): number;
  /** Counts one more place. */
  share(row: number): void;
  /** Counts one less; a row without any is free. */
  drop(row: number): void;
  /** Makes room for `rows` rows. */
  reserve(rows: number): void;
  /** Gives back the memory behind the last row; none may be free. */
  trim(): void;
  /** Frees all rows; the memory stays. */
  clear(): void;
  /** Forgets the memory, which was taken back. */
  forget(): void;
}

/** Makes empty stores of one kind. */
export type RowStoreClass<T> = new (storage: Storage) => RowStore<T>;

/** What the class uses besides globals. */
export interface RowStoreParts<T> {
  readonly Rows: new (storage: Storage, seed: number) => ByteRows<T>;
}

/** Makes the class of stores of one kind of value. */
export function defineRowStore<T>({ Rows }: RowStoreParts<T>): RowStoreClass<T> {
  return class RowStoreOfKind implements RowStore<T> {
    readonly #storage: Storage;
    readonly rows: ByteRows<T>;
    // Of each row the number of places; of a free one the row + 1 that became free before it.
    #places = new Uint32Array(0);
    #free = 0;
    #top = 0;

    constructor(storage: Storage) {
      this.#storage = storage;
      this.rows = new Rows(storage, 0);
    }

    get bytes(): number {
      return this.rows.bytes + this.#places.byteLength;
    }

    get views(): AnyView[] {
      return [...this.rows.views, this.#places as AnyView];
    }

    get numbers(): readonly number[] {
      return [this.#free, this.#top, ...this.rows.numbers];
    }

    takeOver([free, top, ...numbers]: readonly number[], views: readonly (AnyView | undefined)[]): void {
      this.rows.takeOver(numbers, views.slice(0, -1));
      this.#places = (views.at(-1) as Uint32Array<ArrayBuffer> | undefined) ?? new Uint32Array(0);
      this.#free = free!;
      this.#top = top!;
    }

    get alive(): boolean {
      return this.#places.length > 0;
    }

    hasRoom(): boolean {
      return this.#hasRow() && this.rows.hasRoomFor(this.rows.byteLength);
    }

    #hasRow(): boolean {
      return this.#free !== 0 || this.#top < Math.min(this.#places.length, this.rows.room);
    }

    prepare(): void {
      const { byteLength } = this.rows;
      if (!this.#hasRow()) this.#reserveMore(this.#top + 1, Math.max(8, Math.ceil(this.#top * 1.5)));
      this.rows.makeRoomFor(byteLength);
    }

    /** Makes room for `most` rows, or for fewer of them near a limit, but `least`. */
    #reserveMore(least: number, most: number): void {
      for (let spare = most - least; spare > 0; spare >>>= 2) {
        try {
          return this.reserve(least + spare);
        } catch (error) {
          if ((error as Error).name !== "AllocationError") throw error;
        }
      }
      this.reserve(least);
    }

    #resizePlaces(rows: number): void {
      this.#places = this.#storage.replace(
        () => this.#places,
        (places) => this.#storage.resize(Uint32Array, places, rows),
      );
    }

    add(): number {
      let row = this.#top;
      if (this.#free === 0) this.#top++;
      else {
        row = this.#free - 1;
        this.#free = this.#places[row]!;
      }
      this.#places[row] = 1;
      this.rows.store(row);
      return row;
    }

    share(row: number): void {
      this.#places[row]!++;
    }

    drop(row: number): void {
      const places = this.#places[row]! - 1;
      this.#places[row] = places;
      if (places > 0) return;
      this.rows.drop(row);
      this.#places[row] = this.#free;
      this.#free = row + 1;
    }

    reserve(rows: number): void {
      if (rows > this.rows.room) this.rows.resize(rows);
      if (rows > this.#places.length) this.#resizePlaces(rows);
    }

    trim(): void {
      this.rows.resize(this.#top);
      this.#resizePlaces(this.#top);
      this.rows.trim();
    }

    clear(): void {
      this.rows.clear(this.#top);
      this.#top = this.#free = 0;
    }

    forget(): void {
      this.rows.forget();
      this.#places = new Uint32Array(0);
      this.#top = this.#free = 0;
    }
  };
}
