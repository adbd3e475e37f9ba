import type { ByteReader } from "../bytes/byte_reader.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { Storage } from "../core/storage.ts";
import type { LaidEntries, laidEntries, LaidKinds } from "./_laid_entries.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { HashOptions } from "./hash_map.ts";
import type { HashSet } from "./hash_set.ts";

/** What the class uses besides globals. */
export interface LaidHashSetParts<K> {
  readonly Base: BaseClass;
  readonly Storage: typeof Storage;
  readonly kinds: LaidKinds<K>;
  readonly laidEntries: typeof laidEntries;
  readonly Keys: TableIterators<K, undefined>["Keys"];
  readonly refuseWrite: (label: string) => never;
}

/** Makes the class of sets of one kind that lie over bytes. */
export function defineLaidHashSet<K>(
  parts: LaidHashSetParts<K>,
): new (options: HashOptions, reader: ByteReader) => HashSet<K> {
  const { Base, Storage, kinds, laidEntries, Keys, refuseWrite } = parts;

  return class LaidHashSet extends Base implements HashSet<K> {
    readonly #storage: Storage;
    readonly #reader: ByteReader;
    readonly #table: LaidEntries<K, undefined>["table"];

    constructor(options: HashOptions, reader: ByteReader) {
      const storage = new Storage("HashSet", options);
      super(storage);
      this.#storage = storage;
      this.#reader = reader;
      this.#table = laidEntries<K, undefined>(storage, reader, kinds).table;
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

    has(key: K): boolean {
      return this.#table.find(key) >= 0;
    }

    forEach(visit: (key: K, same: K, set: this) => void): void {
      this.#storage.requireVisitor(visit);
      for (const key of this.values()) visit(key, key, this);
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
      this.#table.start();
      return this.#reader.copy();
    }

    add(): never {
      return refuseWrite("HashSet");
    }

    delete(): never {
      return refuseWrite("HashSet");
    }

    clear(): never {
      return refuseWrite("HashSet");
    }

    reserve(): never {
      return refuseWrite("HashSet");
    }

    shrinkToFit(): never {
      return refuseWrite("HashSet");
    }

    dispose(): void {
      this.#table.forget();
      this.#storage.dispose();
    }
  };
}
