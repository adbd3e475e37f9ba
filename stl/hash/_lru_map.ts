import type { View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Cells } from "./_cells.ts";
import type { EntryParts } from "./_entry_parts.ts";
import type { LruMap, LruOptions } from "./lru_map.ts";
import type { RowTable, RowTableClass } from "./row_table.ts";

/** What the class uses besides globals. */
export interface LruMapParts<K, V> extends EntryParts<V> {
  readonly Base: new () => object;
  readonly Table: RowTableClass<K, unknown>;
  /** Bytes of a value that is a single number. */
  readonly valueBytes: number;
  readonly refuseKey: (value: unknown, label: string) => never;
  readonly refuseSize: (bytes: number, maxBytes: number) => never;
  readonly checkedLimits: (options: LruOptions<K, V>) => { entries: number; bytes: number };
}

/** Makes the class of least-recently-used maps of one kind of keys and one of values. */
export function defineLruMap<K, V>(parts: LruMapParts<K, V>): new (options: LruOptions<K, V>) => LruMap<K, V> {
  const { Base, Storage, Cells, Table, ValueRows, valueBytes, format, encode, decode } = parts;
  const { refuseKey, refuseValue, refuseOrder, refuseSize, checkedCount, checkedLimits } = parts;
  const noLinks = new Int32Array(0);

  return class LruMapOfKinds extends Base implements LruMap<K, V> {
    readonly #storage: Storage;
    readonly #table: RowTable<K, unknown>;
    readonly #cells: Cells<V> | undefined;
    readonly #onEvict: ((key: K, value: V) => void) | undefined;
    readonly maxEntries: number;
    readonly maxBytes: number;
    /** Of each entry the one used next before it and the one used next after it; -1 at the ends. */
    #links: View<Int32ArrayConstructor> = noLinks;
    #oldest = -1;
    #newest = -1;
    /** Counts what changes the order of entries. */
    #changes = 0;
    entryBytes = 0;

    constructor(options: LruOptions<K, V>) {
      super();
      const { entries, bytes } = checkedLimits(options);
      this.#storage = new Storage("LruMap", options);
      this.#table = new Table(this.#storage);
      if (ValueRows !== undefined) this.#cells = new Cells(this.#storage, ValueRows, false);
      this.#onEvict = options.onEvict;
      this.maxEntries = entries;
      this.maxBytes = bytes;
    }

    get allocator(): Storage["allocator"] {
      return this.#storage.allocator;
    }

    get closed(): boolean {
      return this.#storage.disposed || this.#storage.allocator.closed;
    }

    get size(): number {
      return this.#table.size;
    }

    get capacity(): number {
      return Math.min(this.#table.capacity, this.#links.length >> 1);
    }

    get bytes(): number {
      return this.#table.bytes + this.#links.byteLength + (this.#cells?.bytes ?? 0);
    }

    has(key: K): boolean {
      return this.#table.has(key);
    }

    get(key: K): V | undefined {
      const entry = this.#table.find(key);
      if (entry < 0) return undefined;
      this.#touch(entry);
      return this.#valueAt(entry);
    }

    peek(key: K): V | undefined {
      const entry = this.#table.find(key);
      return entry < 0 ? undefined : this.#valueAt(entry);
    }

    #valueAt(entry: number): V {
      const raw = this.#table.valueAt(entry);
      return ValueRows === undefined ? decode(raw) : this.#cells!.get(raw as number);
    }

    #unlink(entry: number): void {
      const links = this.#links;
      const older = links[entry * 2]!;
      const newer = links[entry * 2 + 1]!;
      if (older < 0) this.#oldest = newer;
      else links[older * 2 + 1] = newer;
      if (newer < 0) this.#newest = older;
      else links[newer * 2] = older;
      this.#changes++;
    }

    #linkNewest(entry: number): void {
      const links = this.#links;
      const newest = this.#newest;
      links[entry * 2] = newest;
      links[entry * 2 + 1] = -1;
      if (newest < 0) this.#oldest = entry;
      else links[newest * 2 + 1] = entry;
      this.#newest = entry;
      this.#changes++;
    }

    set(key: K, value: V): this {
      let entry = this.#load(key, value);
      if (this.#exceeds(entry)) {
        if (entry < 0 && this.#onEvict === undefined && !this.#exceedsBytes(this.#oldest)) {
          this.#replace(this.#oldest, value);
          return this;
        }
        entry = this.#makeRoom(entry, key, value);
      }
      if (entry < 0) this.#add(value);
      else this.#change(entry, value);
      return this;
    }

    #makeRoom(entry: number, key: K, value: V): number {
      do {
        if (entry >= 0) this.#touch(entry);
        this.#evict();
        entry = this.#onEvict === undefined ? this.#table.findLoaded() : this.#load(key, value);
      } while (this.#exceeds(entry));
      return entry;
    }

    #touch(entry: number): void {
      if (entry === this.#newest) return;
      this.#unlink(entry);
      this.#linkNewest(entry);
    }

    /** Loads a key and a value and finds the entry. From there on no code of the program runs but `onEvict`. */
    #load(given: K, value: V): number {
      let key = given;
      if (ValueRows !== undefined) {
        key = this.#table.settle(given);
        this.#cells!.load(value, refuseValue);
      }
      if (!this.#table.rows.load(key)) refuseKey(key, "LruMap");
      return this.#table.findLoaded();
    }

    /** Whether there is no room for the loaded key and value, in place of an entry when that is not -1. */
    #exceeds(entry: number): boolean {
      return (entry < 0 && this.size >= this.maxEntries) || this.#exceedsBytes(entry);
    }

    #exceedsBytes(entry: number): boolean {
      if (this.maxBytes === Infinity) return false;
      const bytes = this.#table.rows.byteLength + (ValueRows === undefined ? valueBytes : this.#cells!.byteLength);
      if (bytes > this.maxBytes) refuseSize(bytes, this.maxBytes);
      return this.entryBytes + bytes - (entry < 0 ? 0 : this.#byteLengthOf(entry)) > this.maxBytes;
    }

    #change(entry: number, value: V): void {
      if (ValueRows === undefined) this.#table.setAt(entry, encode(value));
      else {
        const handle = this.#table.valueAt(entry) as number;
        const before = this.#cells!.byteLengthOf(handle);
        this.#cells!.set(handle);
        this.entryBytes += this.#cells!.byteLength - before;
      }
      this.#touch(entry);
    }

    #add(value: V): void {
      const table = this.#table;
      if (table.size * 2 >= this.#links.length) this.#growLinks();
      const raw = this.#put(value);
      let entry: number;
      try {
        entry = table.addLoaded(raw);
      } catch (error) {
        if (ValueRows !== undefined) this.#cells!.drop(raw as number);
        throw error;
      }
      this.entryBytes += this.#byteLengthOf(entry);
      this.#linkNewest(entry);
    }

    #put(value: V): unknown {
      if (ValueRows === undefined) return encode(value);
      this.#cells!.prepareDrop();
      return this.#cells!.put();
    }

    /** Gives the loaded key and value the place of an entry. */
    #replace(entry: number, value: V): void {
      const before = this.#byteLengthOf(entry);
      const table = this.#table;
      const old = table.valueAt(entry);
      // The new value comes first: only that can fail.
      const raw = this.#put(value);
      try {
        table.replaceAt(entry);
      } catch (error) {
        if (ValueRows !== undefined) this.#cells!.drop(raw as number);
        throw error;
      }
      if (ValueRows !== undefined) this.#cells!.drop(old as number);
      table.setAt(entry, raw);
      this.entryBytes += this.#byteLengthOf(entry) - before;
      this.#touch(entry);
    }

    #byteLengthOf(entry: number): number {
      const key = this.#table.rows.byteLengthOf(entry);
      if (ValueRows === undefined) return key + valueBytes;
      return key + this.#cells!.byteLengthOf(this.#table.valueAt(entry) as number);
    }

    #evict(): void {
      const entry = this.#oldest;
      if (this.#onEvict === undefined) return this.#remove(entry);
      const key = this.#table.keyAt(entry);
      const value = this.#valueAt(entry);
      this.#remove(entry);
      this.#onEvict(key, value);
    }

    #remove(entry: number): void {
      const table = this.#table;
      const raw = table.valueAt(entry);
      this.#cells?.prepareDrop();
      this.entryBytes -= this.#byteLengthOf(entry);
      this.#unlink(entry);
      table.removeAt(entry);
      this.#cells?.drop(raw as number);
      if (entry !== table.size) this.#renumber(table.size, entry);
    }

    /** Tells the neighbours of an entry its new number. */
    #renumber(from: number, to: number): void {
      const links = this.#links;
      const older = links[to * 2] = links[from * 2]!;
      const newer = links[to * 2 + 1] = links[from * 2 + 1]!;
      if (older < 0) this.#oldest = to;
      else links[older * 2 + 1] = to;
      if (newer < 0) this.#newest = to;
      else links[newer * 2] = to;
    }

    #growLinks(): void {
      const entries = Math.min(Math.max(8, this.#links.length), this.maxEntries);
      this.#links = this.#storage.resize(Int32Array, this.#links, entries * 2);
    }

    delete(key: K): boolean {
      const entry = this.#table.find(key);
      if (entry < 0) return false;
      this.#remove(entry);
      return true;
    }

    clear(): void {
      this.#table.clear();
      this.#cells?.clear();
      this.#oldest = this.#newest = -1;
      this.entryBytes = 0;
      this.#changes++;
    }

    reserve(capacity: number): void {
      const entries = Math.min(checkedCount("grow", capacity, "LruMap"), this.maxEntries);
      this.#table.reserve(entries);
      this.#cells?.reserve(entries);
      if (entries * 2 > this.#links.length) this.#links = this.#storage.resize(Int32Array, this.#links, entries * 2);
    }

    shrinkToFit(): void {
      this.#table.shrinkToFit();
      this.#cells?.shrinkToFit();
      this.#links = this.#storage.resize(Int32Array, this.#links, this.size * 2);
    }

    /** The entries from the newest to the oldest. */
    *#walk(): Generator<number> {
      this.#table.start();
      for (let entry = this.#newest; entry >= 0;) {
        const changes = this.#changes;
        yield entry;
        if (this.#changes !== changes) refuseOrder("LruMap");
        entry = this.#links[entry * 2]!;
      }
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      for (const entry of this.#walk()) visit(this.#valueAt(entry), this.#table.keyAt(entry), this);
    }

    *entries(): IterableIterator<[K, V]> {
      for (const entry of this.#walk()) yield [this.#table.keyAt(entry), this.#valueAt(entry)];
    }

    *keys(): IterableIterator<K> {
      for (const entry of this.#walk()) yield this.#table.keyAt(entry);
    }

    *values(): IterableIterator<V> {
      for (const entry of this.#walk()) yield this.#valueAt(entry);
    }

    [Symbol.iterator](): IterableIterator<[K, V]> {
      return this.entries();
    }

    toArray(): [K, V][] {
      return Array.from(this.entries());
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      // Oldest first: as they would be set again.
      const order = new Uint32Array(this.size);
      let place = order.length;
      for (const entry of this.#walk()) order[--place] = entry;
      return format.save(this.#table, this.#cells, order);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table, this.#cells);
      const { size } = this;
      this.#links = this.#storage.resize(Int32Array, this.#links, size * 2);
      for (let entry = 0; entry < size; entry++) {
        this.#linkNewest(entry);
        this.entryBytes += this.#byteLengthOf(entry);
      }
      while (this.size > this.maxEntries || this.entryBytes > this.maxBytes) this.#evict();
      return this.#storage;
    }

    dispose(): void {
      this.#storage.dispose(...this.#table.views, ...this.#cells?.views ?? [], this.#links);
      this.#table.forget();
      this.#cells?.forget();
      this.#links = noLinks;
      this.#oldest = this.#newest = -1;
      this.entryBytes = 0;
      this.#changes++;
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  };
}
