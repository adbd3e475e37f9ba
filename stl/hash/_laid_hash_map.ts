import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { EntryCursorClass } from "./entry_cursor_of.ts";
import type { MapBase } from "./_entry_parts.ts";
import type { LaidEntries, laidEntries, LaidKinds } from "./_laid_entries.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import type { HashMap, HashOptions } from "./hash_map.ts";

/** What the class uses besides globals. */
export interface LaidHashMapParts<K, V> extends TableIterators<K, V> {
  readonly Base: abstract new (storage: Storage) => MapBase<K, V>;
  readonly Storage: typeof Storage;
  readonly kinds: LaidKinds<K>;
  readonly laidEntries: typeof laidEntries;
  /** What makes values of numbers; `undefined` where the values are none. */
  readonly decode: ((raw: unknown) => V) | undefined;
  readonly Cursor: EntryCursorClass<K> | undefined;
  readonly refuseCursor: () => never;
  readonly refuseWrite: (label: string) => never;
}

/** Makes the class of maps of one kind of keys and one of values that lie over bytes. */
export function defineLaidHashMap<K, V>(
  parts: LaidHashMapParts<K, V>,
): new (options: HashOptions, reader: ByteReader) => HashMap<K, V, unknown> {
  const { Base, Storage, kinds, laidEntries, decode, Cursor, Keys, Values, Entries } = parts;
  const { refuseCursor, refuseWrite } = parts;

  return class LaidHashMap extends Base implements HashMap<K, V, unknown> {
    readonly #storage: Storage;
    readonly #reader: ByteReader;
    readonly #table: LaidEntries<K, V>["table"];
    readonly #cells: LaidEntries<K, V>["cells"];

    constructor(options: HashOptions, reader: ByteReader) {
      const storage = new Storage("HashMap", options);
      super(storage);
      const { table, cells } = laidEntries<K, V>(storage, reader, kinds);
      this.#storage = storage;
      this.#reader = reader;
      this.#table = table;
      this.#cells = cells;
    }

    get size(): number {
      return this.#storage.disposed ? 0 : this.#table.size;
    }

    get capacity(): number {
      return this.size;
    }

    get bytes(): number {
      return this.#storage.disposed ? 0 : this.#reader.byteLength;
    }

    #valueAt(entry: number): V {
      return decode === undefined ? this.#cells!.get(entry) : decode(this.#table.valueAt(entry));
    }

    get(key: K): V | undefined {
      const entry = this.#table.find(key);
      return entry < 0 ? undefined : this.#valueAt(entry);
    }

    has(key: K): boolean {
      return this.#table.find(key) >= 0;
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      this.#storage.requireVisitor(visit);
      const table = this.#table;
      for (let at = table.next(table.start()); at >= 0; at = table.next(at)) {
        visit(this.#valueAt(at), table.keyAt(at), this);
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

    cursor(): EntryCursor<K, unknown> {
      return Cursor === undefined ? refuseCursor() : new Cursor(this.#table, this.#cells!);
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.#table.start();
      return this.#reader.copy();
    }

    set(): never {
      return refuseWrite("HashMap");
    }

    getOrInsert(): never {
      return refuseWrite("HashMap");
    }

    getOrInsertComputed(): never {
      return refuseWrite("HashMap");
    }

    update(): never {
      return refuseWrite("HashMap");
    }

    delete(): never {
      return refuseWrite("HashMap");
    }

    clear(): never {
      return refuseWrite("HashMap");
    }

    reserve(): never {
      return refuseWrite("HashMap");
    }

    shrinkToFit(): never {
      return refuseWrite("HashMap");
    }

    dispose(): void {
      this.#table.forget();
      this.#cells?.forget();
      this.#storage.dispose();
    }
  };
}
