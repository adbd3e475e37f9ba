import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Growth } from "../core/grow_until.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { Storage } from "../core/storage.ts";
import type { Cells } from "./_cells.ts";
import type { EntryCursorClass } from "./entry_cursor_of.ts";
import type { EntryParts, MapBase } from "./_entry_parts.ts";
import type { TableIterators } from "./_table_iterator.ts";
import type { Keys, Place } from "../struct/memory.ts";
import type { HashMap, HashOptions } from "./hash_map.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import type { Table, TableClass } from "./table.ts";

/** What the class uses besides globals. */
export interface HashMapParts<K, V> extends EntryParts<V>, TableIterators<K, V>, Pick<Keys, "MEMORY" | "OFFSET"> {
  /** Where an accessor keeps those of its parts. */
  readonly OF_PARTS: Keys["PARTS"];
  readonly Base: abstract new (storage: Storage) => MapBase<K, V>;
  readonly Table: TableClass<K, unknown>;
  /** The class of tables that grow a little at a time; `undefined` for maps that grow at once. */
  readonly Incremental: (new (storage: Storage, Table: TableClass<K, unknown>) => Table<K, unknown>) | undefined;
  /** The cursors over values; `undefined` where those have no accessors. */
  readonly Cursor: EntryCursorClass<K> | undefined;
  readonly PARTS: typeof PARTS;
  readonly TAKE_OVER: typeof TAKE_OVER;
  /** Whether looking at a key may run code of the program. */
  readonly active: boolean;
}

/** Makes the class of maps of one kind of keys and one of values. */
export function defineHashMap<K, V>(parts: HashMapParts<K, V>): new (options: HashOptions) => HashMap<K, V, unknown> {
  const { Base, Storage, Cells, Table, Incremental, active, ValueRows, format, encode, decode, keepsNumbers } = parts;
  const { Keys, Values, Entries, LentPlaces, refuseValue, refuseOrder, growOnce, growUntil, checkedCount } = parts;
  const MEMORY: Keys["MEMORY"] = parts.MEMORY;
  const OFFSET: Keys["OFFSET"] = parts.OFFSET;
  const OF_PARTS: Keys["PARTS"] = parts.OF_PARTS;
  const { Cursor, PARTS, TAKE_OVER, refuseNothing, refuseCursor, requireFunction } = parts;

  const ended = LentPlaces?.ended;
  const open = LentPlaces?.open;
  const end = LentPlaces?.end;

  function endRefused(place: Place, change: unknown): void {
    end!(place);
    requireFunction("update a HashMap with", change);
  }

  const nothingLent = { lent: undefined, rowBytes: 0 };

  /** Whether setting takes more than putting a number as it is given. */
  const rare = !keepsNumbers || active;

  return class HashMapOfKinds extends Base implements HashMap<K, V, unknown> {
    readonly #storage: Storage;
    readonly #table: Table<K, unknown>;
    readonly #cells: Cells<V> | undefined;
    /** The accessor that is lent first; none where values have none. */
    readonly #place = open?.();
    /** What it looks into; none where values have none. */
    readonly #lender: Pick<Cells<V>, "lent" | "rowBytes">;

    constructor(options: HashOptions) {
      const storage = new Storage("HashMap", options);
      super(storage);
      this.#storage = storage;
      this.#table = Incremental === undefined ? new Table(storage) : new Incremental(storage, Table);
      if (ValueRows !== undefined) this.#cells = new Cells(storage, ValueRows, Incremental !== undefined);
      this.#lender = this.#cells ?? nothingLent;
      if (options.capacity !== undefined) storage.reserveFirst(this, options.capacity);
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

    // Short, so that JavaScriptCore inlines it, with all below it, into loops: with every case in it, it did not, and
    // adding took a third longer in Bun 1.4.
    set(key: K, value: V): this {
      if (rare || typeof value !== "number" || !this.#table.put(key, value)) this.#setOther(key, value);
      return this;
    }

    #setOther(given: K, value: V): void {
      const table = this.#table;
      // First of all, because this may run code of the program; from then on only asking for memory does.
      const key = active ? table.settle(given) : given;
      if (ValueRows !== undefined) return this.#setCell(key, value);
      const raw = encode(value);
      let growth: Growth | undefined;
      while (!table.put(key, raw)) growth = growOnce("HashMap", table, growth);
    }

    #setCell(key: K, value: V, keeps = false): void {
      const cells = this.#cells!;
      const isNew = Incremental !== undefined && this.#table.advance!(key);
      cells.load(value, refuseValue);
      if (!this.#putCell(key, isNew, keeps)) this.#growAndPutCell(key, keeps);
      cells.unload();
    }

    /**
     * Keeps the loaded value, or what the key has already; false, and nothing has changed, when there is no room.
     */
    #putCell(key: K, isNew = false, keeps = false): boolean {
      const cells = this.#cells!;
      const table = this.#table;
      const present = table.get(key) as number | undefined;
      if (present !== undefined) {
        if (keeps) return true;
        const kept = cells.set(present);
        return kept === present || (kept >= 0 && table.put(key, kept));
      }
      const handle = cells.next();
      if (handle < 0 || !table.put(key, handle, isNew)) return false;
      cells.put();
      return true;
    }

    #growAndPutCell(key: K, keeps: boolean): void {
      const cells = this.#cells!;
      const value = cells.hold();
      const grow = (): void => {
        const present = this.#table.get(key) as number | undefined;
        if (present !== undefined || cells.next() < 0) cells.grow(present);
        else this.#table.grow();
      };
      growUntil("HashMap", grow, () => {
        cells.reload(value);
        return this.#putCell(key, false, keeps);
      });
    }

    getOrInsert(given: K, value: V): V {
      const present = this.get(given);
      if (present !== undefined) return present;
      const key = active ? this.#table.settle(given) : given;
      // A listener of the heap may have deleted it again.
      return this.set(key, value).get(key) ?? value;
    }

    getOrInsertComputed(given: K, compute: (key: K) => V): V {
      requireFunction("compute a value of a HashMap with", compute);
      const present = this.get(given);
      if (present !== undefined) return present;
      const key = active ? this.#table.settle(given) : given;
      const value = compute(key);
      return this.set(key, value).get(key) ?? value;
    }

    // All in one function, and little of it: V8 inlines 920 bytecodes into a loop, JavaScriptCore five calls one in the
    // other, of which the setters of an accessor and what those call are the last.
    update(given: K, change: (value: never) => unknown, initial?: V): boolean {
      const raw = this.#table.get(given);
      const lender = this.#lender;
      const memory = lender.lent;
      const place = this.#place!;
      // There is a place where there is memory.
      if (raw === undefined || memory === undefined || place[MEMORY] !== ended) {
        return this.#updateOther(given, raw, change, initial);
      }
      place[MEMORY] = memory;
      place[OFFSET] = raw as number * lender.rowBytes;
      try {
        (change as (place: unknown) => unknown)(place);
      } catch (error) {
        endRefused(place, change);
        throw error;
      }
      place[MEMORY] = ended!;
      if (place[OF_PARTS] !== undefined) end!(place);
      return true;
    }

    // All that is rare in one function, too, so that it is longer than any that V8 inlines (460 bytecodes): in short ones
    // it would take up what is left for the accessor, because calls of setters come last however frequent those are.
    #updateOther(given: K, found: unknown, change: (value: never) => unknown, initial: V | undefined): boolean {
      requireFunction("update a HashMap with", change);
      const table = this.#table;
      const cells = this.#cells;
      let key = given;
      let raw = found;
      if (raw === undefined) {
        if (initial === undefined) return false;
        // A getter of the key may tell another one now.
        if (active) raw = table.get(key = table.settle(given));
        // Looking for the key four times takes twice as long as the rest where the map is not in the cache.
        if (ValueRows !== undefined && Incremental === undefined && !active) {
          cells!.load(initial, refuseValue);
          const handle = cells!.next();
          if (handle >= 0 && !table.has(key) && table.put(key, handle)) {
            cells!.put();
            raw = handle;
          }
          cells!.unload();
        }
        if (raw === undefined) {
          if (ValueRows !== undefined) this.#setCell(key, initial, true);
          else {
            const encoded = encode(initial);
            let growth: Growth | undefined;
            while (!table.has(key) && !table.put(key, encoded)) growth = growOnce("HashMap", table, growth);
          }
          raw = table.get(key);
        }
        // A listener of the heap has deleted it again.
        if (raw === undefined) return false;
      }
      if (LentPlaces !== undefined) {
        // Further ones are for calls from within others.
        const place = this.#place![MEMORY] === ended ? this.#place! : open!();
        place[MEMORY] = cells!.memoryOf(raw as number);
        place[OFFSET] = cells!.offsetOf(raw as number);
        try {
          (change as (place: unknown) => unknown)(place);
        } finally {
          end!(place);
        }
        return true;
      }
      const value = ValueRows === undefined ? decode(raw) : cells!.get(raw as number);
      const changed = (change as (value: V) => V)(value);
      if (changed === undefined) refuseNothing("HashMap");
      this.set(key, changed);
      return true;
    }

    /** For containers that look a key up more than once: one that stays the same; throws as `set` does. */
    settled(key: K): K {
      return active ? this.#table.settle(key) : key;
    }

    /** The same of a key that is only looked for; `undefined` when no entry can have it. */
    sought(key: K): K | undefined {
      return active ? this.#table.sought(key) : key;
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

    cursor(): EntryCursor<K, unknown> {
      return Cursor === undefined ? refuseCursor() : new Cursor(this.#table, this.#cells!);
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      return format.saveIndexed(this.#storage, this.#table, this.#cells);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table, this.#cells);
      return this.#storage;
    }

    [PARTS](): Parts {
      const shape = format.shapeFor("hand over");
      // Both may run code of the program where they grow a little at a time.
      do this.#table.start(); while (this.#cells?.gather());
      const ofTable = this.#table.numbers;
      return {
        shape,
        numbers: [ofTable.length, this.#table.views.length, ...ofTable, ...this.#cells?.numbers ?? []],
        views: [...this.#table.views, ...this.#cells?.views ?? []],
      };
    }

    [TAKE_OVER]({ numbers: [count, blocks, ...numbers], views }: GivenParts): void {
      this.#table.takeOver(numbers.slice(0, count), views.slice(0, blocks));
      this.#cells?.takeOver(numbers.slice(count), views.slice(blocks));
    }

    dispose(): void {
      const views = this.#cells === undefined ? this.#table.views : [...this.#table.views, ...this.#cells.views];
      this.#table.forget();
      this.#cells?.forget();
      this.#storage.dispose(...views);
    }
  };
}
