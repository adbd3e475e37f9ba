import type { ByteReader } from "../bytes/byte_reader.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { Storage } from "../core/storage.ts";
import type { growOnce, Growth } from "../core/grow_until.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { EntryFormat } from "./entry_format.ts";
import type { HashOptions } from "./hash_map.ts";
import type { HashSet } from "./hash_set.ts";
import type { Table, TableClass } from "./table.ts";

/** What the class uses besides globals. */
export interface HashSetParts<K> {
  readonly Base: BaseClass;
  readonly Storage: typeof Storage;
  readonly Table: TableClass<K, undefined>;
  /** The class of tables that grow a little at a time; `undefined` for sets that grow at once. */
  readonly Incremental: (new (storage: Storage, Table: TableClass<K, undefined>) => Table<K, undefined>) | undefined;
  readonly PARTS: typeof PARTS;
  readonly TAKE_OVER: typeof TAKE_OVER;
  /** Whether looking at a key may run code of the program. */
  readonly active: boolean;
  readonly Keys: TableIterators<K, undefined>["Keys"];
  readonly format: EntryFormat;
  readonly refuseOrder: (label: string) => never;
  readonly growOnce: typeof growOnce;
  readonly checkedCount: (action: string, count: number, label: string) => number;
}

/** Makes the class of sets of one kind. */
export function defineHashSet<K>(parts: HashSetParts<K>): new (options: HashOptions) => HashSet<K> {
  const { Base, Storage, Table, Incremental, active, Keys, format, refuseOrder, growOnce } = parts;
  const { PARTS, TAKE_OVER, checkedCount } = parts;

  return class HashSetOfKind extends Base implements HashSet<K> {
    readonly #storage: Storage;
    readonly #table: Table<K, undefined>;

    constructor(options: HashOptions) {
      const storage = new Storage("HashSet", options);
      super(storage);
      this.#storage = storage;
      this.#table = Incremental === undefined ? new Table(storage) : new Incremental(storage, Table);
      if (options.capacity !== undefined) storage.reserveFirst(this, options.capacity);
      this.#storage.watch(this, () => this.#table.views);
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

    // Short, so that JavaScriptCore inlines it, as HashMap.set().
    add(key: K): this {
      if (active || !this.#table.put(key, undefined)) this.#addOther(key);
      return this;
    }

    #addOther(given: K): void {
      const table = this.#table;
      // First of all, because this may run code of the program; from then on only asking for memory does.
      const key = active ? table.settle(given) : given;
      let growth: Growth | undefined;
      while (!table.put(key, undefined)) growth = growOnce("HashSet", table, growth);
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
      this.#storage.requireVisitor(visit);
      const table = this.#table;
      const start = table.start();
      const { additions } = table;
      let { removals } = table;
      for (let at = table.next(start, start); at >= 0; at = table.next(at, start)) {
        const key = table.keyAt(at);
        visit(key, key, this);
        if (table.additions !== additions) refuseOrder("HashSet");
        if (table.removals === removals) continue;
        if (table.removals !== ++removals || table.removedAt !== at) refuseOrder("HashSet");
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
      return format.saveIndexed(this.#storage, this.#table);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table);
      return this.#storage;
    }

    [PARTS](): Parts {
      const shape = format.shapeFor("hand over");
      this.#table.start();
      return { shape, numbers: this.#table.numbers, views: this.#table.views };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      this.#table.takeOver(numbers, views);
    }

    dispose(): void {
      const { views } = this.#table;
      this.#table.forget();
      this.#storage.dispose(...views);
    }
  };
}
