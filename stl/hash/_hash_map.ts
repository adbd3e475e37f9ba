import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Cells } from "./_cells.ts";
import type { EntryParts } from "./_entry_parts.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { HashMap, HashOptions } from "./hash_map.ts";
import type { Table, TableClass } from "./table.ts";

/** What the class uses besides globals. */
export interface HashMapParts<K, V> extends EntryParts<V>, TableIterators<K, V> {
  readonly Base: new () => object;
  readonly Table: TableClass<K, unknown>;
  readonly Incremental: new (storage: Storage, Table: TableClass<K, unknown>) => Table<K, unknown>;
}

/** Makes the class of maps of one kind of keys and one of values. */
export function defineHashMap<K, V>(parts: HashMapParts<K, V>): new (options: HashOptions) => HashMap<K, V> {
  const { Base, Storage, Cells, Table, Incremental, ValueRows, format, encode, decode } = parts;
  const { Keys, Values, Entries, refuseValue, refuseOrder, checkedCount } = parts;

  return class HashMapOfKinds extends Base implements HashMap<K, V> {
    readonly #storage: Storage;
    readonly #table: Table<K, unknown>;
    readonly #cells: Cells<V> | undefined;

    constructor(options: HashOptions) {
      super();
      this.#storage = new Storage("HashMap", options);
      this.#table = options.incremental ? new Incremental(this.#storage, Table) : new Table(this.#storage);
      if (ValueRows !== undefined) this.#cells = new Cells(this.#storage, ValueRows, options.incremental ?? false);
      if (options.capacity !== undefined) this.reserve(options.capacity);
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
      return this.#table.capacity;
    }

    get bytes(): number {
      return this.#table.bytes + (this.#cells?.bytes ?? 0);
    }

    get(key: K): V | undefined {
      const raw = this.#table.get(key);
      if (raw === undefined) return undefined;
      return ValueRows === undefined ? decode(raw) : this.#cells!.get(raw as number);
    }

    has(key: K): boolean {
      return this.#table.has(key);
    }

    set(key: K, value: V): this {
      if (ValueRows === undefined) this.#table.set(key, encode(value));
      else this.#setCell(key, value);
      return this;
    }

    #setCell(given: K, value: V): void {
      const cells = this.#cells!;
      // First of all, because reading a struct may run code of the program.
      const key = this.#table.settle(given);
      cells.load(value, refuseValue);
      const present = this.#table.get(key) as number | undefined;
      if (present !== undefined) {
        const kept = cells.set(present);
        if (kept !== present) this.#table.set(key, kept);
        return;
      }
      cells.prepareDrop();
      const handle = cells.put();
      try {
        this.#table.set(key, handle);
      } catch (error) {
        cells.drop(handle);
        throw error;
      }
    }

    delete(given: K): boolean {
      if (ValueRows === undefined) return this.#table.delete(given);
      const cells = this.#cells!;
      const key = this.#table.settle(given);
      const handle = this.#table.get(key) as number | undefined;
      if (handle === undefined) return false;
      cells.prepareDrop();
      this.#table.delete(key);
      cells.drop(handle);
      return true;
    }

    clear(): void {
      this.#table.clear();
      this.#cells?.clear();
    }

    reserve(capacity: number): void {
      const count = checkedCount("grow", capacity, "HashMap");
      this.#table.reserve(count);
      this.#cells?.reserve(count);
    }

    shrinkToFit(): void {
      this.#table.shrinkToFit();
      this.#cells?.shrinkToFit();
    }

    #valueAt(position: number): V {
      const raw = this.#table.valueAt(position);
      return ValueRows === undefined ? decode(raw) : this.#cells!.get(raw as number);
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      const table = this.#table;
      const start = table.start();
      const { additions } = table;
      for (let at = table.next(start, start); at >= 0; at = table.next(at, start)) {
        visit(this.#valueAt(at), table.keyAt(at), this);
        if (table.additions !== additions) refuseOrder("HashMap");
      }
    }

    entries(): IterableIterator<[K, V]> {
      return new Entries(this.#table, this.#cells);
    }

    keys(): IterableIterator<K> {
      return new Keys(this.#table, this.#cells);
    }

    values(): IterableIterator<V> {
      return new Values(this.#table, this.#cells);
    }

    [Symbol.iterator](): IterableIterator<[K, V]> {
      return this.entries();
    }

    toArray(): [K, V][] {
      return Array.from(this.entries());
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      return format.save(this.#table, this.#cells);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table, this.#cells);
      return this.#storage;
    }

    dispose(): void {
      const views = this.#cells === undefined ? this.#table.views : [...this.#table.views, ...this.#cells.views];
      this.#storage.dispose(...views);
      this.#table.forget();
      this.#cells?.forget();
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  };
}
