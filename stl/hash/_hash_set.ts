import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { EntryFormat } from "./entry_format.ts";
import type { HashOptions } from "./hash_map.ts";
import type { HashSet } from "./hash_set.ts";
import type { Table, TableClass } from "./table.ts";

/** What the class uses besides globals. */
export interface HashSetParts<K> {
  readonly Base: new () => object;
  readonly Storage: typeof Storage;
  readonly Table: TableClass<K, undefined>;
  readonly Incremental: new (storage: Storage, Table: TableClass<K, undefined>) => Table<K, undefined>;
  readonly Keys: TableIterators<K, undefined>["Keys"];
  readonly format: EntryFormat;
  readonly refuseOrder: (label: string) => never;
  readonly checkedCount: (action: string, count: number, label: string) => number;
}

/** Makes the class of sets of one kind. */
export function defineHashSet<K>(parts: HashSetParts<K>): new (options: HashOptions) => HashSet<K> {
  const { Base, Storage, Table, Incremental, Keys, format, refuseOrder, checkedCount } = parts;

  return class HashSetOfKind extends Base implements HashSet<K> {
    readonly #storage: Storage;
    readonly #table: Table<K, undefined>;

    constructor(options: HashOptions) {
      super();
      this.#storage = new Storage("HashSet", options);
      this.#table = options.incremental ? new Incremental(this.#storage, Table) : new Table(this.#storage);
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
      return this.#table.bytes;
    }

    has(key: K): boolean {
      return this.#table.has(key);
    }

    add(key: K): this {
      this.#table.set(key, undefined);
      return this;
    }

    delete(key: K): boolean {
      return this.#table.delete(key);
    }

    clear(): void {
      this.#table.clear();
    }

    reserve(capacity: number): void {
      this.#table.reserve(checkedCount("grow", capacity, "HashSet"));
    }

    shrinkToFit(): void {
      this.#table.shrinkToFit();
    }

    forEach(visit: (key: K, same: K, set: this) => void): void {
      const table = this.#table;
      const start = table.start();
      const { additions } = table;
      for (let at = table.next(start, start); at >= 0; at = table.next(at, start)) {
        const key = table.keyAt(at);
        visit(key, key, this);
        if (table.additions !== additions) refuseOrder("HashSet");
      }
    }

    values(): IterableIterator<K> {
      return new Keys(this.#table, undefined);
    }

    keys(): IterableIterator<K> {
      return this.values();
    }

    *entries(): IterableIterator<[K, K]> {
      for (const key of this.values()) yield [key, key];
    }

    [Symbol.iterator](): IterableIterator<K> {
      return this.values();
    }

    toArray(): K[] {
      return Array.from(this.values());
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      return format.save(this.#table);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table);
      return this.#storage;
    }

    dispose(): void {
      this.#storage.dispose(...this.#table.views);
      this.#table.forget();
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  };
}
