import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { TakenSlots } from "./_slots.ts";
import type { RawValues, Table, TableClass } from "./table.ts";

/** Places that every addition moves along while a table grows; three would do to be done in time. */
const PLACES = 16;

/** Bytes that every addition makes ready before a table grows; 200 would do to be done in time. */
const CLEAN_BYTES = 1024;

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
  /** The larger table, while it is made ready. */
  #next: Table<K, V> | undefined;
  /** Whether there was no memory for one. */
  #declined = false;
  #additions = 0;
  /** Whether the present table is asking for memory, and cannot be exchanged. */
  #busy = false;

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
    return this.#current.bytes + (this.#old?.bytes ?? 0) + (this.#next?.bytes ?? 0);
  }

  get views(): AnyView[] {
    return [...this.#current.views, ...this.#old?.views ?? [], ...this.#next?.views ?? []];
  }

  get additions(): number {
    return this.#additions + this.#current.additions;
  }

  get removals(): number {
    return this.#current.removals;
  }

  get removedAt(): number {
    return this.#current.removedAt;
  }

  get strong(): boolean {
    return this.#current.strong;
  }

  settle(key: K): K {
    return this.#current.settle(key);
  }

  // A key to look for is looked at more than once and must not change meanwhile.
  sought(given: K): K | undefined {
    return this.#current.sought(given);
  }

  get(given: K): V | undefined {
    const key = this.sought(given);
    if (key === undefined) return undefined;
    const value = this.#current.get(key);
    return value === undefined && this.#old !== undefined ? this.#old.get(key) : value;
  }

  has(given: K): boolean {
    const key = this.sought(given);
    return key !== undefined && (this.#current.has(key) || (this.#old !== undefined && this.#old.has(key)));
  }

  put(key: K, value: V, isNew?: boolean): boolean {
    if (isNew === undefined) isNew = this.advance(key);
    const old = this.#old;
    if (old !== undefined && !isNew && old.has(key)) return old.put(key, value);
    return this.#current.put(key, value);
  }

  grow(): void {
    this.#whileBusy(() => this.#current.grow());
  }

  /** Keeps the present table while something asks for its memory, whatever listeners of the heap do meanwhile. */
  #whileBusy<T>(run: () => T): T {
    const before = this.#busy;
    this.#busy = true;
    try {
      return run();
    } finally {
      this.#busy = before;
    }
  }

  advance(key: K): boolean {
    if (this.#old !== undefined) {
      if (this.#old.has(key)) return false;
      this.#step(PLACES);
      // Bytes may have other contents by now.
      return typeof key !== "object";
    }
    if (!this.#busy && this.#current.nearlyFull && !this.#current.has(key)) this.#makeReady();
    return false;
  }

  #makeReady(): void {
    const full = this.#current.full;
    if (this.#next === undefined && (full || !this.#declined)) this.#makeNext();
    // Writing zeros to hundreds of megabytes at once would be the longest pause of all.
    const next = this.#next;
    if (next === undefined || this.#old !== undefined) return;
    const clean = next.clean === undefined || next.clean(full ? Infinity : CLEAN_BYTES);
    if (full && clean) this.#begin(next);
  }

  #makeNext(): void {
    const current = this.#current;
    const larger = this.#larger();
    // A listener of the heap may have used the table meanwhile, or taken back some of what the larger one has.
    const whole = larger?.views.every(({ buffer }) => !buffer.detached) ?? true;
    if (whole && this.#next === undefined && this.#current === current && !this.#storage.disposed) this.#next = larger;
    else larger?.release();
  }

  /** A larger table; `undefined` where the present one has to grow itself, or may still be used as it is. */
  #larger(): Table<K, V> | undefined {
    const larger = new this.#Table(this.#storage);
    try {
      if (larger.reserveFor !== undefined) larger.reserveFor(this.#current);
      else larger.reserve(Math.max(8, this.#current.capacity * 2));
      if (this.#current.strong) larger.strengthen();
      return larger;
    } catch (error) {
      larger.release();
      this.#declined = true;
      // Near the largest size and near a limit it grows by less or moves its keys together, as only it knows to do.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #begin(larger: Table<K, V>): void {
    // Entries have other positions from here on, even when what follows fails before one is added.
    this.#additions += this.#current.additions + 1;
    if (this.#current.size === 0) this.#current.release();
    else this.#old = this.#current;
    this.#current = larger;
    this.#next = undefined;
    this.#declined = false;
  }

  #step(places: number): void {
    const old = this.#old!;
    const done = old.drain(this.#current, places);
    if (done === false) return;
    if (done === undefined) return this.#askFor(old);
    old.release();
    this.#old = undefined;
  }

  // Not in #step(), where the closure would make it allocate each time in V8.
  #askFor(old: Table<K, V>): void {
    this.#whileBusy(() => this.#current.makeRoomFor(old));
  }

  #finish(): void {
    // Throws when the memory is gone, from which nothing can be moved.
    this.#current.start();
    this.#next?.release();
    this.#next = undefined;
    while (this.#old !== undefined) this.#step(2 ** 30);
  }

  strengthen(): void {
    this.#current.strengthen();
  }

  delete(given: K): boolean {
    const key = this.sought(given);
    return key !== undefined && (this.#current.delete(key) || (this.#old !== undefined && this.#old.delete(key)));
  }

  take(given: K): V | undefined {
    const key = this.sought(given);
    return key === undefined ? undefined : this.#current.take(key) ?? this.#old?.take(key);
  }

  clear(): void {
    this.#next?.release();
    this.#next = undefined;
    this.#old?.release();
    this.#old = undefined;
    this.#current.clear();
  }

  get nearlyFull(): boolean {
    return this.#current.nearlyFull;
  }

  get full(): boolean {
    return this.#current.full;
  }

  reserve(entries: number): void {
    this.#finish();
    this.#whileBusy(() => this.#current.reserve(entries));
  }

  shrinkToFit(): void {
    this.#finish();
    this.#whileBusy(() => this.#current.shrinkToFit());
  }

  get numbers(): number[] {
    this.#finish();
    return this.#current.numbers;
  }

  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void {
    this.#current.takeOver(numbers, views);
  }

  release(): void {
    this.#next?.release();
    this.#next = undefined;
    this.#old?.release();
    this.#old = undefined;
    this.#current.release();
  }

  forget(): void {
    this.#next = this.#old = undefined;
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

  drain(table: Table<K, V>, positions: number): boolean | undefined {
    this.#finish();
    return this.#current.drain(table, positions);
  }

  taken(): TakenSlots {
    return this.#current.taken();
  }

  makeRoomFor(table: Table<K, V>): void {
    this.#current.makeRoomFor(table);
  }

  keySizes(): number[] {
    return this.#current.keySizes();
  }

  saveKeys(sections: readonly Uint8Array<ArrayBuffer>[], order?: Uint32Array): void {
    this.#current.saveKeys(sections, order);
  }

  saveValues(into: RawValues<V>, order?: Uint32Array): void {
    this.#current.saveValues(into, order);
  }

  restore(reader: ByteReader, values: RawValues<V> | undefined): void {
    this.#current.restore(reader, values);
  }
}
