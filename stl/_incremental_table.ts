import type { AnyView } from "../heaps/allocator.ts";
import type { ByteReader } from "./_byte_reader.ts";
import type { Storage } from "./_storage.ts";
import type { Column, Table, TableClass } from "./_table.ts";

/** Places that every addition moves along while a table grows; three would do to be done in time. */
const PLACES = 16;

/**
 * A table that grows a little at a time: a larger one beside it takes what is new,
 * and with each addition a few of the old entries, so that no single call moves
 * them all.
 */
export class IncrementalTable<K, V> implements Table<K, V> {
  readonly #storage: Storage;
  readonly #Table: TableClass<K, V>;
  #current: Table<K, V>;
  #old: Table<K, V> | undefined;
  #additions = 0;

  /** Makes an empty table of tables of one class. */
  constructor(storage: Storage, Table: TableClass<K, V>) {
    this.#storage = storage;
    this.#Table = Table;
    this.#current = new Table(storage);
  }

  get size(): number {
    return this.#current.size + (this.#old?.size ?? 0);
  }

  get capacity(): number {
    return this.#current.capacity;
  }

  get bytes(): number {
    return this.#current.bytes + (this.#old?.bytes ?? 0);
  }

  get views(): AnyView[] {
    return [...this.#current.views, ...this.#old?.views ?? []];
  }

  get additions(): number {
    return this.#additions + this.#current.additions;
  }

  settle(key: K): K {
    return this.#current.settle(key);
  }

  get(given: K): V | undefined {
    const key = this.#current.settle(given);
    const value = this.#current.get(key);
    return value === undefined && this.#old !== undefined ? this.#old.get(key) : value;
  }

  has(given: K): boolean {
    const key = this.#current.settle(given);
    return this.#current.has(key) || (this.#old !== undefined && this.#old.has(key));
  }

  set(given: K, value: V): void {
    // It is looked at more than once, and must not change the table meanwhile.
    const key = this.#current.settle(given);
    const old = this.#old;
    if (old !== undefined) {
      if (old.has(key)) return old.set(key, value);
      this.#step(PLACES);
    } else if (this.#current.size === this.#current.capacity && !this.#current.has(key)) this.#begin();
    this.#current.set(key, value);
  }

  #begin(): void {
    const { capacity } = this.#current;
    const larger = new this.#Table(this.#storage);
    try {
      larger.reserve(Math.max(8, capacity * 2));
    } catch (error) {
      larger.release();
      // Near the largest size it grows by less, which only the table itself knows to do.
      if (error instanceof RangeError && error.constructor === RangeError) return;
      throw error;
    }
    this.#additions += this.#current.additions;
    if (capacity === 0) this.#current.release();
    else this.#old = this.#current;
    this.#current = larger;
  }

  #step(places: number): void {
    if (this.#old === undefined || !this.#old.drain(this.#current, places)) return;
    this.#old.release();
    this.#old = undefined;
  }

  #finish(): void {
    this.#step(Infinity);
  }

  delete(given: K): boolean {
    const key = this.#current.settle(given);
    return this.#current.delete(key) || (this.#old !== undefined && this.#old.delete(key));
  }

  clear(): void {
    this.#old?.release();
    this.#old = undefined;
    this.#current.clear();
  }

  reserve(entries: number): void {
    this.#finish();
    this.#current.reserve(entries);
  }

  shrinkToFit(): void {
    this.#finish();
    this.#current.shrinkToFit();
  }

  release(): void {
    this.#old?.release();
    this.#old = undefined;
    this.#current.release();
  }

  forget(): void {
    this.#old = undefined;
    this.#current.forget();
  }

  start(): number {
    this.#finish();
    return this.#current.start();
  }

  next(position: number, start: number): number {
    return this.#current.next(position, start);
  }

  keyAt(position: number): K {
    return this.#current.keyAt(position);
  }

  valueAt(position: number): V {
    return this.#current.valueAt(position);
  }

  drain(table: Table<K, V>, positions: number): boolean {
    this.#finish();
    return this.#current.drain(table, positions);
  }

  keySizes(): number[] {
    return this.#current.keySizes();
  }

  saveKeys(sections: readonly Uint8Array<ArrayBuffer>[]): void {
    this.#current.saveKeys(sections);
  }

  saveValues(into: Column<V>): void {
    this.#current.saveValues(into);
  }

  restore(reader: ByteReader, values: Column<V> | undefined): void {
    this.#current.restore(reader, values);
  }
}
