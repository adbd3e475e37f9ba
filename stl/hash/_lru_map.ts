import type { View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { GivenParts, PARTS, Parts, refuseFunctionOf, TAKE_OVER } from "../core/parts.ts";
import type { Storage } from "../core/storage.ts";
import type { Held } from "../rows/rows.ts";
import type { Cells } from "./_cells.ts";
import type { EntryParts, MapBase } from "./_entry_parts.ts";
import type { now } from "./_clock.ts";
import type { EntryCursor } from "./entry_cursor.ts";
import type { EntryCursorClass, walkedInOrder } from "./entry_cursor_of.ts";
import type { Flights } from "./_flights.ts";
import type { EvictReason, LruMap, LruOptions, LruSetOptions } from "./lru_map.ts";
import type { RowTable, RowTableClass } from "./row_table.ts";

/** What the class uses besides globals. */
export interface LruMapParts<K, V> extends EntryParts<V> {
  readonly Base: abstract new (storage: Storage) => MapBase<K, V>;
  /** The cursors over values; `undefined` where those have no accessors. */
  readonly Cursor: EntryCursorClass<K> | undefined;
  readonly walkedInOrder: typeof walkedInOrder;
  readonly Table: RowTableClass<K, unknown>;
  /** Bytes of a value that is a single number. */
  readonly valueBytes: number;
  /** Whether looking at a key may run code of the program. */
  readonly active: boolean;
  readonly refuseKey: (value: unknown, label: string) => never;
  readonly refuseSize: (bytes: number, maxBytes: number) => never;
  readonly checkedLimits: (options: LruOptions<K, V>) => { entries: number; bytes: number };
  readonly checkedTtl: (ttl: number) => number;
  readonly refuseTtl: () => never;
  readonly Flights: typeof Flights;
  readonly PARTS: typeof PARTS;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly refuseFunctionOf: typeof refuseFunctionOf;
  readonly now: typeof now;
}

/** Makes the class of least-recently-used maps of one kind of keys and one of values. */
export function defineLruMap<K, V>(parts: LruMapParts<K, V>): new (options: LruOptions<K, V>) => LruMap<K, V, unknown> {
  const { Base, Storage, Cells, Table, active, ValueRows, valueBytes, format, encode, decode, keepsNumbers } = parts;
  const { LentPlaces, Cursor, refuseNothing, refuseCursor, requireFunction, walkedInOrder } = parts;
  const { refuseKey, refuseValue, refuseOrder, growUntil, refuseSize, checkedCount, checkedLimits } = parts;
  const { Flights, PARTS, TAKE_OVER, checkedTtl, now, refuseFunctionOf, refuseTtl } = parts;
  const noLinks = new Int32Array(0);
  const noEnds = new Float64Array(0);

  return class LruMapOfKinds extends Base implements LruMap<K, V, unknown> {
    readonly #storage: Storage;
    readonly #table: RowTable<K, unknown>;
    readonly #cells: Cells<V> | undefined;
    readonly #lent = LentPlaces === undefined ? undefined : new LentPlaces();
    readonly #onEvict: ((key: K, value: V, reason: EvictReason) => void) | undefined;
    readonly ttl: number | undefined;
    /** When each entry expires, by the clock of the process; empty without `ttl`. */
    #ends: View<Float64ArrayConstructor> = noEnds;
    /** How far the clock by which they do is ahead of that of this thread, which began at another time. */
    #ahead = 0;
    /** What getOrFetch() is loading, once it has loaded anything. */
    #flights: Flights<V> | undefined;
    readonly maxEntries: number;
    readonly maxBytes: number;
    /** Of each entry the one used next before it and the one used next after it; -1 at the ends. */
    #links: View<Int32ArrayConstructor> = noLinks;
    /** Entries that there may be links of. */
    #linkRoom = 0;
    /** Entries that there may be links of while links become fewer. */
    #mostLinks = Infinity;
    #oldest = -1;
    #newest = -1;
    /** Counts what changes the order of entries. */
    #changes = 0;
    entryBytes = 0;

    constructor(options: LruOptions<K, V>) {
      const { entries, bytes } = checkedLimits(options);
      const storage = new Storage("LruMap", options);
      super(storage);
      this.#storage = storage;
      this.#table = new Table(storage);
      if (ValueRows !== undefined) this.#cells = new Cells(storage, ValueRows, false);
      this.#onEvict = options.onEvict;
      if (this.#onEvict !== undefined) requireFunction("let an LruMap tell", this.#onEvict);
      this.maxEntries = entries;
      this.maxBytes = bytes;
      this.ttl = options.ttl === undefined ? undefined : checkedTtl(options.ttl);
      this.#storage.watch(this, () => [...this.#table.views, ...this.#cells?.views ?? [], this.#links, this.#ends]);
    }

    get size(): number {
      return this.#table.size;
    }

    get capacity(): number {
      return Math.min(this.#table.capacity, this.#links.length >> 1);
    }

    get bytes(): number {
      return this.#table.bytes + this.#links.byteLength + this.#ends.byteLength + (this.#cells?.bytes ?? 0);
    }

    has(key: K): boolean {
      if (this.ttl === undefined) return this.#table.has(key);
      const entry = this.#table.find(key);
      return entry >= 0 && !this.#isStale(entry);
    }

    get(key: K): V | undefined {
      const entry = this.#table.find(key);
      if (entry < 0) return undefined;
      if (this.ttl !== undefined && this.#isStale(entry)) return this.#expire(entry);
      this.#touch(entry);
      return this.#valueAt(entry);
    }

    peek(key: K): V | undefined {
      const entry = this.#table.find(key);
      return entry < 0 || (this.ttl !== undefined && this.#isStale(entry)) ? undefined : this.#valueAt(entry);
    }

    #isStale(entry: number): boolean {
      return this.#ends[entry]! <= this.#now();
    }

    #now(): number {
      return now() + this.#ahead;
    }

    #expire(entry: number): undefined {
      this.#letGo(entry, "expire");
    }

    getRemainingTTL(key: K): number {
      const entry = this.#table.find(key);
      if (entry < 0) return 0;
      return this.ttl === undefined ? Infinity : Math.max(0, this.#ends[entry]! - this.#now());
    }

    purgeStale(): boolean {
      this.#table.start();
      if (this.ttl === undefined) return false;
      const { size } = this;
      // Downwards: an entry that goes leaves its number to the last one.
      for (let entry = size - 1; entry >= 0; entry--) {
        if (entry < this.size && this.#isStale(entry)) this.#expire(entry);
      }
      return this.size < size;
    }

    async getOrFetch(given: K, load: (key: K) => V | PromiseLike<V>): Promise<V> {
      requireFunction("fetch a value of an LruMap with", load);
      const present = this.get(given);
      if (present !== undefined) return present;
      const settled = active ? this.#table.settle(given) : given;
      const { rows } = this.#table;
      if (!rows.load(settled)) refuseKey(settled, "LruMap");
      const name = rows.hold().join();
      // The bytes may have changed when the load ends.
      const key = settled instanceof Uint8Array ? new Uint8Array(settled) as K : settled;
      this.#flights ??= new Flights();
      return await this.#flights.join(name, () => load(key), (value) => {
        if (this.#storage.closed) return value;
        return this.set(key, value).peek(key) ?? value;
      });
    }

    /** Lets nothing be kept of a load of a key that is set or deleted meanwhile. */
    #cancel(key: K): void {
      const { rows } = this.#table;
      if (rows.find(key)) this.#flights!.cancel(rows.hold().join());
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

    set(given: K, value: V, options?: LruSetOptions): this {
      const asked = options?.ttl;
      if (asked !== undefined && this.ttl === undefined) refuseTtl();
      const ttl = asked === undefined ? this.ttl : checkedTtl(asked);
      // This may run code of the program; from then on only onEvict and asking for memory do.
      const key = active ? this.#table.settle(given) : given;
      let raw: unknown;
      if (ValueRows === undefined) raw = keepsNumbers && typeof value === "number" ? value : encode(value);
      else this.#cells!.load(value, refuseValue);
      const { rows } = this.#table;
      if (!rows.load(key)) refuseKey(key, "LruMap");
      const entry = this.#table.findLoaded();
      if (!this.#store(entry, raw)) this.#makeRoomAndStore(entry, raw);
      if (ttl !== undefined) this.#ends[this.#newest] = this.#now() + ttl;
      rows.unload();
      this.#cells?.unload();
      if (this.#flights !== undefined && this.#flights.size > 0) this.#cancel(key);
      return this;
    }

    getOrInsert(given: K, value: V): V {
      const present = this.get(given);
      if (present !== undefined) return present;
      const key = active ? this.#table.settle(given) : given;
      // A listener of the heap may have deleted it again.
      return this.set(key, value).get(key) ?? value;
    }

    getOrInsertComputed(given: K, compute: (key: K) => V): V {
      requireFunction("compute a value of an LruMap with", compute);
      const present = this.get(given);
      if (present !== undefined) return present;
      const key = active ? this.#table.settle(given) : given;
      const value = compute(key);
      return this.set(key, value).get(key) ?? value;
    }

    update(given: K, change: (value: never) => unknown, initial?: V): boolean {
      requireFunction("update an LruMap with", change);
      let key = given;
      let entry = this.#table.find(given);
      if (entry >= 0 && this.ttl !== undefined && this.#isStale(entry)) {
        this.#expire(entry);
        entry = -1;
      }
      if (entry < 0) {
        if (initial === undefined) return false;
        // A getter of the key may tell another one now.
        if (active) entry = this.#table.find(key = this.#table.settle(given));
        if (entry < 0) entry = this.set(key, initial).#table.find(key);
        // A listener has deleted it again.
        if (entry < 0) return false;
      }
      this.#touch(entry);
      if (LentPlaces === undefined) {
        const changed = (change as (value: V) => V)(this.#valueAt(entry));
        if (changed === undefined) refuseNothing("LruMap");
        const left = this.ttl === undefined ? undefined : this.getRemainingTTL(key);
        this.set(key, changed, left === undefined || left === 0 ? undefined : { ttl: left });
      } else {
        const handle = this.#table.valueAt(entry) as number;
        this.#lent!.lend(this.#cells!, handle, change as (place: unknown) => unknown);
      }
      return true;
    }

    /** Stores the loaded key and value; false, and nothing has changed, when there is no room. */
    #store(entry: number, raw: unknown): boolean {
      if (this.#exceeds(entry)) return this.#replaces(entry) && this.#replace(this.#oldest, raw);
      return entry < 0 ? this.#add(raw) : this.#change(entry, raw);
    }

    /** Whether a new entry takes the place of the oldest one, which nobody is told of. */
    #replaces(entry: number): boolean {
      return entry < 0 && this.#onEvict === undefined && !this.#exceedsBytes(this.#oldest);
    }

    /** Lets entries go until the loaded one fits; returns the entry that it changes. */
    #makeRoom(found: number): number {
      let entry = found;
      while (this.#exceeds(entry) && !this.#replaces(entry)) {
        if (entry >= 0) this.#touch(entry);
        this.#evict();
        entry = this.#table.findLoaded();
      }
      return entry;
    }

    #makeRoomAndStore(found: number, raw: unknown): void {
      let entry = found;
      if (this.#onEvict === undefined) {
        entry = this.#makeRoom(entry);
        if (this.#store(entry, raw)) return;
      }
      const key = this.#table.rows.hold();
      const value = this.#cells?.hold();
      const put = (): boolean => {
        entry = this.#reload(key, value);
        while (this.#exceeds(entry) && !this.#replaces(entry)) {
          if (entry >= 0) this.#touch(entry);
          this.#evict();
          entry = this.#reload(key, value);
        }
        return this.#store(entry, raw);
      };
      if (!put()) growUntil("LruMap", () => this.#grow(entry), put);
    }

    /** Loads a key and a value again and finds the entry. */
    #reload(key: Held, value: Held | undefined): number {
      if (value !== undefined) this.#cells!.reload(value);
      this.#table.rows.reload(key);
      return this.#table.findLoaded();
    }

    #touch(entry: number): void {
      if (entry === this.#newest) return;
      this.#unlink(entry);
      this.#linkNewest(entry);
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

    #change(entry: number, raw: unknown): boolean {
      if (ValueRows === undefined) this.#table.setAt(entry, raw);
      else {
        const handle = this.#table.valueAt(entry) as number;
        const before = this.#cells!.byteLengthOf(handle);
        if (this.#cells!.set(handle) < 0) return false;
        this.entryBytes += this.#cells!.byteLength - before;
      }
      this.#touch(entry);
      return true;
    }

    #add(raw: unknown): boolean {
      const table = this.#table;
      if (table.size >= this.#linkRoom) return false;
      const handle = ValueRows === undefined ? raw : this.#cells!.next();
      if (ValueRows !== undefined && (handle as number) < 0) return false;
      const entry = table.addLoaded(handle);
      if (entry < 0) return false;
      this.#cells?.put();
      this.entryBytes += this.#byteLengthOf(entry);
      this.#linkNewest(entry);
      return true;
    }

    /** Gives the loaded key and value the place of an entry. */
    #replace(entry: number, raw: unknown): boolean {
      const table = this.#table;
      const { rows } = table;
      if (!rows.hasRoomFor(rows.byteLength)) return false;
      const before = this.#byteLengthOf(entry);
      if (ValueRows === undefined) table.setAt(entry, raw);
      else if (this.#cells!.set(table.valueAt(entry) as number) < 0) return false;
      table.replaceAt(entry);
      this.entryBytes += this.#byteLengthOf(entry) - before;
      this.#touch(entry);
      return true;
    }

    /** Asks for the memory that {@linkcode LruMapOfKinds.#store} was short of. */
    #grow(entry: number): void {
      const table = this.#table;
      const { byteLength } = table.rows;
      const replaces = this.#exceeds(entry);
      const replaced = replaces ? this.#oldest : entry;
      if (ValueRows !== undefined) this.#cells!.grow(replaced < 0 ? undefined : table.valueAt(replaced) as number);
      if (replaces) table.rows.makeRoomFor(byteLength);
      else if (entry < 0) {
        if (table.size >= this.#linkRoom) this.#growLinks();
        table.grow();
      }
    }

    #byteLengthOf(entry: number): number {
      const key = this.#table.rows.byteLengthOf(entry);
      if (ValueRows === undefined) return key + valueBytes;
      return key + this.#cells!.byteLengthOf(this.#table.valueAt(entry) as number);
    }

    #evict(): void {
      const entry = this.#oldest;
      this.#letGo(entry, this.ttl !== undefined && this.#isStale(entry) ? "expire" : "evict");
    }

    #letGo(entry: number, reason: EvictReason): void {
      if (this.#onEvict === undefined) return this.#remove(entry);
      const key = this.#table.keyAt(entry);
      const value = this.#valueAt(entry);
      this.#remove(entry);
      this.#onEvict(key, value, reason);
    }

    #remove(entry: number): void {
      const table = this.#table;
      const raw = table.valueAt(entry);
      this.entryBytes -= this.#byteLengthOf(entry);
      this.#unlink(entry);
      table.removeAt(entry);
      this.#cells?.drop(raw as number);
      if (entry !== table.size) this.#renumber(table.size, entry);
    }

    /** Tells the neighbours of an entry its new number. */
    #renumber(from: number, to: number): void {
      const links = this.#links;
      if (this.ttl !== undefined) this.#ends[to] = this.#ends[from]!;
      const older = links[to * 2] = links[from * 2]!;
      const newer = links[to * 2 + 1] = links[from * 2 + 1]!;
      if (older < 0) this.#oldest = to;
      else links[older * 2 + 1] = to;
      if (newer < 0) this.#newest = to;
      else links[newer * 2] = to;
    }

    #growLinks(): void {
      this.#resizeLinks(Math.min(Math.max(8, this.size * 2), this.maxEntries));
    }

    #resizeLinks(entries: number): void {
      const most = this.#mostLinks;
      // What a listener of the heap adds meanwhile must not use what is about to go.
      if (entries * 2 < this.#links.length) this.#mostLinks = Math.min(most, entries);
      this.#linkRoom = Math.min(this.#linkRoom, this.#mostLinks);
      try {
        this.#links = this.#storage.replace(
          () => this.#links,
          (links) => this.#storage.resize(Int32Array, links, entries * 2),
        );
        // Otherwise a listener has made them longer, and may have added what a shorter column would lose.
        if (this.ttl !== undefined && this.#links.length >> 1 === entries) {
          this.#ends = this.#storage.replace(
            () => this.#ends,
            (ends) => this.#storage.resize(Float64Array, ends, entries),
          );
        }
      } finally {
        this.#mostLinks = most;
        const room = this.ttl === undefined ? Infinity : this.#ends.length;
        this.#linkRoom = Math.min(this.#links.length >> 1, room, most);
      }
    }

    delete(key: K): boolean {
      if (this.#flights !== undefined && this.#flights.size > 0) this.#cancel(key);
      const entry = this.#table.find(key);
      if (entry < 0) return false;
      this.#remove(entry);
      return true;
    }

    clear(): void {
      this.#table.clear();
      this.#flights?.cancelAll();
      this.#cells?.clear();
      this.#oldest = this.#newest = -1;
      this.entryBytes = 0;
      this.#changes++;
    }

    reserve(capacity: number): void {
      const entries = Math.min(checkedCount("grow", capacity, "LruMap"), this.maxEntries);
      this.#table.reserve(entries);
      this.#cells?.reserve(entries);
      if (entries * 2 > this.#links.length) this.#resizeLinks(entries);
    }

    shrinkToFit(): void {
      this.#table.shrinkToFit();
      this.#cells?.shrinkToFit();
      this.#resizeLinks(Math.min(this.#table.capacity, this.#links.length >> 1));
    }

    /** The entries from the newest to the oldest. */
    *#walk(): Generator<number> {
      this.#table.start();
      for (let entry = this.#fresh(this.#newest); entry >= 0; entry = this.#fresh(this.#links[entry * 2]!)) {
        const changes = this.#changes;
        yield entry;
        if (this.#changes !== changes) refuseOrder("LruMap");
      }
    }

    /** The entry from `entry` on that is not stale, towards the oldest; -1 when there is none. */
    #fresh(entry: number): number {
      while (entry >= 0 && this.ttl !== undefined && this.#isStale(entry)) entry = this.#links[entry * 2]!;
      return entry;
    }

    cursor(): EntryCursor<K, unknown> {
      if (Cursor === undefined) return refuseCursor();
      const next = (entry: number, start: number): number =>
        this.#fresh(entry === start ? this.#newest : this.#links[entry * 2]!);
      return new Cursor(walkedInOrder(this.#table, () => this.#changes, next), this.#cells!);
    }

    forEach(visit: (value: V, key: K, map: this) => void): void {
      this.#storage.requireVisitor(visit);
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

    toBytes(): Uint8Array<ArrayBuffer> {
      this.purgeStale();
      // Oldest first: as they would be set again.
      const order = new Uint32Array(this.size);
      let place = order.length;
      for (let entry = this.#newest; entry >= 0; entry = this.#links[entry * 2]!) order[--place] = entry;
      return format.save(this.#table, this.#cells, order);
    }

    restore(reader: ByteReader): Storage {
      format.restore(reader, this.#table, this.#cells);
      const { size } = this;
      if (size * 2 > this.#links.length) this.#resizeLinks(size);
      for (let entry = 0; entry < size; entry++) {
        this.#linkNewest(entry);
        this.entryBytes += this.#byteLengthOf(entry);
        if (this.ttl !== undefined) this.#ends[entry] = this.#now() + this.ttl;
      }
      while (this.size > this.maxEntries || this.entryBytes > this.maxBytes) this.#evict();
      return this.#storage;
    }

    [PARTS](): Parts {
      const shape = format.shapeFor("hand over");
      if (this.#onEvict !== undefined) refuseFunctionOf("LruMap", "onEvict");
      if (this.#flights !== undefined && this.#flights.size > 0) refuseFunctionOf("LruMap", "load in getOrFetch()");
      do this.#table.start(); while (this.#cells?.gather());
      const ofTable = this.#table.numbers;
      const began = performance.timeOrigin - this.#ahead;
      const own = [this.#oldest, this.#newest, this.entryBytes, began, ofTable.length, this.#table.views.length];
      return {
        shape: `${shape} up to ${this.maxEntries} of ${this.maxBytes} bytes${
          this.ttl === undefined ? "" : " for a time"
        }`,
        numbers: [...own, ...ofTable, ...this.#cells?.numbers ?? []],
        views: [this.#links, this.#ends, ...this.#table.views, ...this.#cells?.views ?? []],
      };
    }

    [TAKE_OVER]({ numbers, views: [links, ends, ...views] }: GivenParts): void {
      const [oldest, newest, entryBytes, began, count, blocks, ...others] = numbers;
      this.#table.takeOver(others.slice(0, count), views.slice(0, blocks));
      this.#cells?.takeOver(others.slice(count), views.slice(blocks));
      this.#links = (links as View<Int32ArrayConstructor> | undefined) ?? noLinks;
      this.#ends = (ends as View<Float64ArrayConstructor> | undefined) ?? noEnds;
      this.#linkRoom = Math.min(this.#links.length >> 1, this.ttl === undefined ? Infinity : this.#ends.length);
      this.#oldest = oldest!;
      this.#newest = newest!;
      this.entryBytes = entryBytes!;
      this.#ahead = performance.timeOrigin - began!;
      this.#changes++;
    }

    dispose(): void {
      const views = [...this.#table.views, ...this.#cells?.views ?? [], this.#links, this.#ends];
      this.#table.forget();
      this.#cells?.forget();
      this.#links = noLinks;
      this.#ends = noEnds;
      this.#flights?.cancelAll();
      this.#linkRoom = 0;
      this.#oldest = this.#newest = -1;
      this.entryBytes = 0;
      this.#changes++;
      this.#storage.dispose(...views);
    }
  };
}
