import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Cells } from "./_cells.ts";
import type { EntryParts, MapBase } from "./_entry_parts.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { HashMap, HashOptions } from "./hash_map.ts";
import type { Table, TableClass } from "./table.ts";

/** What the class uses besides globals. */
export interface HashMapParts<K, V> extends EntryParts<V>, TableIterators<K, V> {
  readonly Base: abstract new (storage: Storage) => MapBase<K, V>;
  readonly Table: TableClass<K, unknown>;
  /** The class of tables that grow a little at a time; `undefined` for maps that grow at once. */
  readonly Incremental: (new (storage: Storage, Table: TableClass<K, unknown>) => Table<K, unknown>) | undefined;
  /** Whether looking at a key may run code of the program. */
  readonly active: boolean;
}

/** Makes the class of maps of one kind of keys and one of values. */
export function defineHashMap<K, V>(parts: HashMapParts<K, V>): new (options: HashOptions) => HashMap<K, V> {
  const { Base, Storage, Cells, Table, Incremental, active, ValueRows, format, encode, decode, keepsNumbers } = parts;
  const { Keys, Values, Entries, refuseValue, refuseOrder, growUntil, checkedCount } = parts;

  return class HashMapOfKinds extends Base implements HashMap<K, V> {
    readonly #storage: Storage;
    readonly #table: Table<K, unknown>;
    readonly #cells: Cells<V> | undefined;

    constructor(options: HashOptions) {
      const storage = new Storage("HashMap", options);
      super(storage);
      this.#storage = storage;
      this.#table = Incremental === undefined ? new Table(storage) : new Incremental(storage, Table);
      if (ValueRows !== undefined) this.#cells = new Cells(storage, ValueRows, Incremental !== undefined);
      if (options.capacity !== undefined) this.reserve(options.capacity);
      this.#storage.watch(this, () => [...this.#table.views, ...this.#cells?.views ?? []]);
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

    set(given: K, value: V): this {
      const table = this.#table;
      // First of all, because this may run code of the program; from then on only asking for memory does.
      const key = active ? table.settle(given) : given;
      if (ValueRows !== undefined) this.#setCell(key, value);
      else {
        const raw = keepsNumbers && typeof value === "number" ? value : encode(value);
        if (Incremental !== undefined) table.advance!(key);
        if (!table.put(key, raw)) this.#growAndPut(key, raw);
      }
      return this;
    }

    #growAndPut(key: K, raw: unknown): void {
      const table = this.#table;
      growUntil("HashMap", () => table.grow(), () => table.put(key, raw));
    }

    #setCell(key: K, value: V): void {
      const cells = this.#cells!;
      if (Incremental !== undefined) this.#table.advance!(key);
      cells.load(value, refuseValue);
      if (!this.#putCell(key)) this.#growAndPutCell(key);
      cells.unload();
    }

    /** Keeps the loaded value; false, and nothing has changed, when there is no room. */
    #putCell(key: K): boolean {
      const cells = this.#cells!;
      const table = this.#table;
      const present = table.get(key) as number | undefined;
      if (present !== undefined) {
        const kept = cells.set(present);
        return kept === present || (kept >= 0 && table.put(key, kept));
      }
      const handle = cells.next();
      if (handle < 0 || !table.put(key, handle)) return false;
      cells.put();
      return true;
    }

    #growAndPutCell(key: K): void {
      const cells = this.#cells!;
      const value = cells.hold();
      const grow = (): void => {
        const present = this.#table.get(key) as number | undefined;
        if (present !== undefined || cells.next() < 0) cells.grow(present);
        else this.#table.grow();
      };
      growUntil("HashMap", grow, () => {
        cells.reload(value);
        return this.#putCell(key);
      });
    }

    delete(key: K): boolean {
      if (ValueRows === undefined) return this.#table.delete(key);
      const handle = this.#table.take(key) as number | undefined;
      if (handle === undefined) return false;
      this.#cells!.drop(handle);
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
      this.#storage.requireVisitor(visit);
      const table = this.#table;
      const start = table.start();
      const { additions } = table;
      let { removals } = table;
      for (let at = table.next(start, start); at >= 0; at = table.next(at, start)) {
        visit(this.#valueAt(at), table.keyAt(at), this);
        if (table.additions !== additions) refuseOrder("HashMap");
        if (table.removals === removals) continue;
        if (table.removals !== ++removals || table.removedAt !== at) refuseOrder("HashMap");
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

    toBytes(): Uint8Array<ArrayBuffer> {
      return format.save(this.#table, this.#cells);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table, this.#cells);
      return this.#storage;
    }

    dispose(): void {
      const views = this.#cells === undefined ? this.#table.views : [...this.#table.views, ...this.#cells.views];
      this.#table.forget();
      this.#cells?.forget();
      this.#storage.dispose(...views);
    }
  };
}
