import type { AnyView, View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Rows } from "../rows/rows.ts";
import type { SlotCount, TakenSlots } from "./_slots.ts";
import type { RawValues, RowTableParts, Table } from "./table.ts";

/** A table whose entries have numbers from 0 to below its size, for containers that know more of an entry. */
export interface RowTable<K, V> extends Table<K, V> {
  /** The keys. */
  readonly rows: Rows<K>;
  /** The entry of `key`, -1 when it is absent. */
  find(key: K): number;
  /** The entry of the value that is loaded in the rows, -1 when it is absent. */
  findLoaded(): number;
  /** Adds the loaded value as an entry, which `findLoaded` just did not find; -1 when there is no room. */
  addLoaded(value: V): number;
  /** Changes the raw value of an entry. */
  setAt(entry: number, value: V): void;
  /** Removes an entry; the last one gets its number. */
  removeAt(entry: number): void;
  /** Gives an entry another key, the loaded one, which `findLoaded` just did not find and for which there is room. */
  replaceAt(entry: number): void;
}

/** Makes tables of one kind. */
export type RowTableClass<K, V> = new (storage: Storage) => RowTable<K, V>;

/**
 * A table of keys that are no numbers: entries lie one after the other, and an
 * index of pairs (hash, entry + 1) leads to them by linear probing. Keys are
 * compared when all 32 bits of the hash are equal, and the index grows without
 * looking at them.
 */
export function defineRowTable<K, V>(parts: RowTableParts<K>): RowTableClass<K, V> {
  const { Rows, valueType, newSeed, slotsFor, nextSlots, entriesIn, takenSlots, orderByHash, refuseKey, Strain } =
    parts;
  const valueBytes = valueType?.BYTES_PER_ELEMENT ?? 0;
  const slotLimit = Math.floor((2 ** 32 - 1) / 8);
  /** Bytes of a key whose memory is given back at once. */
  const LONG = 1024;
  /** Probes from which on an addition is told of. */
  const FAR = 16;
  /** Probes that another key with all of the hash stands for: two of a million keys have the same one 116 times. */
  const COLLISION_PROBES = 256;
  const noIndex = new Int32Array(0);
  type Values = Float64Array<ArrayBuffer>;
  // The kind of the column is one per class; the types speak of the most frequent one.
  const columnType = valueType as Float64ArrayConstructor;
  const noValues = new (valueType ?? Uint8Array)(0) as unknown as Values;

  return class HashedRows implements RowTable<K, V> {
    readonly #storage: Storage;
    readonly rows: Rows<K>;
    #index: View<Int32ArrayConstructor> = noIndex;
    #values: Values = noValues;
    #multiplier = 1;
    #shift = 30;
    /** Elements of the index, two for each slot. */
    #end = 0;
    #limit = 0;
    /** Entries that the columns of keys and values have room for. */
    #room = 0;
    /** Entries that there may be while columns become shorter. */
    #most = Infinity;
    /** Other keys with the hash of the loaded one that the last search has met. */
    #collisions = 0;
    readonly #strain = new Strain();
    strong = false;
    /** Elements of the index that clean() has done. */
    #cleaned = 0;
    size = 0;
    additions = 0;
    removals = 0;
    removedAt = 0;

    constructor(storage: Storage) {
      this.#storage = storage;
      this.rows = new Rows(storage, newSeed());
    }

    get capacity(): number {
      return Math.min(this.#limit, this.#room);
    }

    get bytes(): number {
      return this.#index.byteLength + this.#values.byteLength + this.rows.bytes;
    }

    get views(): AnyView[] {
      return [this.#index, this.#values, ...this.rows.views];
    }

    #home(hash: number): number {
      return (Math.imul(hash >>> 2, this.#multiplier) >>> this.#shift) << 1;
    }

    #absent(): -1 {
      if (this.#index.length === 0) this.#storage.requireOpen("use", this.#index, this.#end);
      return -1;
    }

    find(key: K): number {
      const { rows } = this;
      if (!rows.find(key)) return this.#absent();
      const entry = this.findLoaded();
      if (rows.byteLength > LONG) rows.unload();
      return entry;
    }

    findLoaded(): number {
      const { rows } = this;
      const index = this.#index;
      const end = this.#end;
      const hash = rows.hash;
      this.#collisions = 0;
      let at = (Math.imul(hash >>> 2, this.#multiplier) >>> this.#shift) << 1;
      while (true) {
        const entry = index[at + 1];
        // A view whose memory is gone reads `undefined`.
        if (!entry) return entry === undefined ? this.#absent() : -1;
        // Behind the last entry are those that drain() has moved away.
        if (index[at] === hash && entry <= this.size) {
          if (rows.matches(entry - 1)) return entry - 1;
          this.#collisions++;
        }
        at += 2;
        if (at === end) at = 0;
      }
    }

    get(key: K): V | undefined {
      const entry = this.find(key);
      return entry < 0 ? undefined : this.#values[entry] as V;
    }

    has(key: K): boolean {
      return this.find(key) >= 0;
    }

    settle(key: K): K {
      return this.rows.settle(key);
    }

    sought(key: K): K | undefined {
      return this.rows.sought(key);
    }

    put(key: K, value: V): boolean {
      const { rows } = this;
      if (!rows.load(key)) refuseKey(key, this.#storage.label);
      const entry = this.findLoaded();
      if (entry < 0) {
        if (this.addLoaded(value) < 0) return false;
      } else if (valueBytes !== 0) this.#values[entry] = value as number;
      if (rows.byteLength > LONG) rows.unload();
      return true;
    }

    setAt(entry: number, value: V): void {
      if (valueBytes !== 0) this.#values[entry] = value as number;
    }

    addLoaded(value: V): number {
      const { rows } = this;
      const entry = this.size;
      if (entry >= this.#limit || entry >= this.#room || this.#index.length === 0) return -1;
      if (!rows.hasRoomFor(rows.byteLength)) return -1;
      rows.store(entry);
      if (valueBytes !== 0) this.#values[entry] = value as number;
      this.size = entry + 1;
      this.additions++;
      this.#link(rows.hash, entry);
      return entry;
    }

    /** Adds a copy of an entry of `from`, whose key is not here; false when there is no room. */
    #adopt(from: HashedRows, row: number): boolean {
      const entry = this.size;
      if (entry >= this.#limit || entry >= this.#room) return false;
      if (!this.rows.hasRoomFor(from.rows.byteLengthOf(row))) return false;
      this.rows.take(from.rows, row, entry);
      if (valueBytes !== 0) this.#values[entry] = from.#values[row]!;
      this.size = entry + 1;
      this.additions++;
      this.#link(this.rows.hashOf(entry), entry);
      return true;
    }

    #link(hash: number, entry: number): void {
      const index = this.#index;
      const home = this.#home(hash);
      let at = home;
      while (index[at + 1] !== 0) {
        at += 2;
        if (at === this.#end) at = 0;
      }
      index[at] = hash;
      index[at + 1] = entry + 1;
      if ((at - home) >>> 0 > FAR * 2 || this.#collisions > 0) this.#tellOfProbes(home, at);
    }

    #tellOfProbes(home: number, at: number): void {
      const distance = at < home ? at + this.#end - home : at - home;
      const probes = (distance >> 1) + this.#collisions * COLLISION_PROBES;
      this.#collisions = 0;
      if (!this.strong && this.#strain.add(probes, this.additions)) this.strengthen();
    }

    strengthen(): void {
      this.strong = true;
      this.rows.strengthen();
      if (this.size > 0) this.#index.fill(0);
      for (let entry = 0; entry < this.size; entry++) this.#link(this.rows.hashOf(entry), entry);
    }

    /** Where in the index an entry is. */
    #slotOf(entry: number): number {
      const index = this.#index;
      let at = this.#home(this.rows.hashOf(entry));
      while (index[at + 1] !== entry + 1) {
        at += 2;
        if (at === this.#end) at = 0;
      }
      return at;
    }

    #unlink(hole: number): void {
      const index = this.#index;
      let at = hole;
      while (true) {
        at += 2;
        if (at === this.#end) at = 0;
        const entry = index[at + 1]!;
        if (entry === 0) break;
        const home = this.#home(index[at]!);
        // Whether the pair's own slot lies behind the hole and up to where it is, around the end.
        if (hole <= at ? hole < home && home <= at : hole < home || home <= at) continue;
        index[hole] = index[at]!;
        index[hole + 1] = entry;
        hole = at;
      }
      index[hole + 1] = 0;
    }

    delete(key: K): boolean {
      const entry = this.find(key);
      if (entry < 0) return false;
      this.removeAt(entry);
      return true;
    }

    take(key: K): V | undefined {
      const entry = this.find(key);
      if (entry < 0) return undefined;
      const value = this.#values[entry] as V;
      this.removeAt(entry);
      return value;
    }

    removeAt(entry: number): void {
      const { rows } = this;
      this.removals++;
      this.removedAt = entry;
      this.#unlink(this.#slotOf(entry));
      rows.drop(entry);
      const last = --this.size;
      if (entry === last) return;
      this.#index[this.#slotOf(last) + 1] = entry + 1;
      rows.move(last, entry);
      if (valueBytes !== 0) this.#values[entry] = this.#values[last]!;
    }

    replaceAt(entry: number): void {
      const { rows } = this;
      this.#unlink(this.#slotOf(entry));
      rows.drop(entry);
      rows.store(entry);
      this.additions++;
      this.#link(rows.hash, entry);
    }

    clear(): void {
      this.#absent();
      this.#index.fill(0);
      this.rows.clear(this.size);
      this.size = 0;
      this.additions++;
    }

    get nearlyFull(): boolean {
      return this.#roomLeft <= 1 / 8;
    }

    get full(): boolean {
      return this.#roomLeft <= 0;
    }

    get #roomLeft(): number {
      // A sixteenth is for keys that are longer than others.
      return this.capacity === 0 ? 0 : Math.min(1 - this.size / this.capacity, this.rows.roomLeft - 1 / 16);
    }

    reserveFor(table: Table<K, V>): void {
      const { size, capacity } = table;
      // When only the bytes of deleted keys fill it, there is room for entries.
      const entries = size < capacity / 2 ? capacity : Math.max(8, capacity * 2);
      const { slots, multiplier, shift } = slotsFor(entries, slotLimit, this.#storage.label);
      this.#index = this.#storage.resize(Int32Array, this.#index, slots * 2);
      this.#end = slots * 2;
      this.#multiplier = multiplier;
      this.#shift = shift;
      this.#limit = entriesIn(slots);
      this.#resizeEntries(entries);
      this.rows.reserveFor((table as unknown as HashedRows).rows);
    }

    clean(bytes: number): boolean {
      const to = Math.min(this.#cleaned + Math.ceil(bytes / 4), this.#end);
      this.#index.fill(0, this.#cleaned, to);
      this.#cleaned = to;
      return to === this.#end;
    }

    reserve(entries: number): void {
      this.#absent();
      if (entries > this.#limit) this.#resizeIndex(slotsFor(entries, slotLimit, this.#storage.label));
      if (entries > this.#room) this.#resizeEntries(entries);
    }

    shrinkToFit(): void {
      this.#absent();
      if (this.size === 0) return this.release();
      const fewest = slotsFor(this.size, slotLimit, this.#storage.label);
      if (fewest.slots < this.#end >> 1) this.#resizeIndex(fewest);
      this.#resizeEntries(this.size);
      this.rows.trim();
    }

    get numbers(): number[] {
      const own = [this.strong, this.#multiplier, this.#shift, this.#end, this.#limit, this.#room, this.size];
      return [...own.map(Number), ...this.rows.numbers];
    }

    takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void {
      const [strong, multiplier, shift, end, limit, room, size, ...ofRows] = numbers;
      const [index, values, ...blocks] = views;
      this.strong = strong === 1;
      this.#multiplier = multiplier!;
      this.#shift = shift!;
      this.#end = this.#cleaned = end!;
      this.#limit = limit!;
      this.#room = room!;
      this.size = size!;
      this.#index = (index as View<Int32ArrayConstructor> | undefined) ?? noIndex;
      this.#values = (values as Values | undefined) ?? noValues;
      this.rows.takeOver(ofRows, blocks);
      this.additions++;
    }

    release(): void {
      const { allocator } = this.#storage;
      for (const view of this.views) if (view.byteLength > 0) allocator.free(view, true);
      this.forget();
    }

    forget(): void {
      this.#index = noIndex;
      this.#values = noValues;
      this.rows.forget();
      this.#end = this.#limit = this.#room = 0;
      this.size = 0;
      this.additions++;
    }

    grow(): void {
      this.#growFor(this.rows.byteLength);
    }

    /** Makes room for one more entry with a key of so many bytes. */
    #growFor(byteLength: number): void {
      this.#absent();
      if (this.size >= this.#limit) this.#resizeIndex(nextSlots(this.#end >> 1, slotLimit, this.#storage.label));
      if (this.size >= this.#room) this.#resizeEntries(Math.min(this.#limit, Math.max(8, Math.ceil(this.size * 1.5))));
      this.rows.makeRoomFor(byteLength);
    }

    #resizeEntries(room: number): void {
      const most = this.#most;
      // What a listener of the heap adds meanwhile must not use what is about to go.
      if (room < Math.max(this.rows.room, this.#values.length)) this.#most = Math.min(most, room);
      this.#room = Math.min(this.#room, this.#most);
      try {
        this.rows.resize(room);
        // Otherwise a listener has made them longer, and may have added what a shorter column would lose.
        if (valueBytes !== 0 && this.rows.room === room) {
          this.#values = this.#storage.replace(
            () => this.#values,
            (values) => this.#storage.resize(columnType, values, room),
          );
        }
      } finally {
        this.#most = most;
        // When one column cannot be made longer, the others may be longer than they need.
        const columns = valueBytes === 0 ? this.rows.room : Math.min(this.rows.room, this.#values.length);
        this.#room = Math.min(columns, most);
      }
    }

    #resizeIndex({ slots, multiplier, shift }: SlotCount): void {
      const { allocator } = this.#storage;
      const old = this.#index;
      const index = allocator.allocateZeroed(Int32Array, slots * 2);
      // A listener of the heap may have changed the table meanwhile: then the caller looks again.
      if (this.#index !== old || this.#storage.disposed || entriesIn(slots) < this.size) {
        if (index.length > 0) allocator.free(index, true);
        return;
      }
      const end = slots * 2;
      this.#multiplier = multiplier;
      this.#shift = shift;
      this.#limit = entriesIn(slots);
      for (let from = 0; from < old.length; from += 2) {
        const entry = old[from + 1]!;
        if (entry === 0) continue;
        const hash = old[from]!;
        let at = (Math.imul(hash >>> 2, multiplier) >>> shift) << 1;
        while (index[at + 1] !== 0) {
          at += 2;
          if (at === end) at = 0;
        }
        index[at] = hash;
        index[at + 1] = entry;
      }
      this.#index = index;
      this.#end = end;
      if (old.length !== 0) allocator.free(old, true);
    }

    start(): number {
      this.#absent();
      return this.size;
    }

    // Downwards, because removing an entry gives its number to the last one, which is visited already.
    next(position: number): number {
      this.#absent();
      return Math.min(position, this.size) - 1;
    }

    keyAt(position: number): K {
      return this.rows.read(position);
    }

    valueAt(position: number): V {
      return this.#values[position] as V;
    }

    drain(table: Table<K, V>, positions: number): boolean | undefined {
      const target = table as unknown as HashedRows;
      // Entries lie close together, so that fewer of them are as many as the places of other tables hold.
      for (let left = positions >>> 2 || 1; left > 0 && this.size > 0; left--) {
        const last = this.size - 1;
        if (!target.#adopt(this, last)) return undefined;
        this.size = last;
      }
      return this.size === 0;
    }

    taken(): TakenSlots {
      const { size } = this;
      const index = this.#index;
      const slots = this.#end >> 1;
      const { words, order } = takenSlots({ slots, size, step: 2, first: 1, second: 1 }, index);
      for (let place = 0; place < size; place++) order[place] = index[order[place]! + 1]! - 1;
      return { slots, words, order: order.subarray(0, size), seed: this.rows.numbers[0]! };
    }

    makeRoomFor(table: Table<K, V>): void {
      const { rows, size } = table as unknown as HashedRows;
      this.#growFor(rows.byteLengthOf(size - 1));
    }

    keySizes(): number[] {
      return this.rows.sizes(this.size);
    }

    saveKeys(sections: readonly Uint8Array<ArrayBuffer>[], order?: Uint32Array): void {
      this.rows.save(sections, this.size, order);
    }

    saveValues(into: RawValues<V>, order?: Uint32Array): void {
      const values = this.#values as RawValues<unknown>;
      for (let place = 0; place < this.size; place++) {
        into[place] = values[order === undefined ? place : order[place]!] as V;
      }
    }

    restore(reader: ByteReader, values: RawValues<V> | undefined): void {
      const { count } = reader;
      this.rows.restore(reader, 0, true);
      this.#resizeEntries(Math.max(this.#room, count));
      this.reserve(count);
      for (let entry = 0; entry < count; entry++) this.setAt(entry, values === undefined ? entry as V : values[entry]!);
      this.size = count;
      this.#linkAll(reader);
      this.rows.unload();
    }

    /** Links every entry; throws `FormatError` for a key that is equal to another one. */
    #linkAll(reader: ByteReader): void {
      const { rows, size, strong } = this;
      const hashes = new Int32Array(size);
      for (let entry = 0; entry < size; entry++) hashes[entry] = rows.hashOf(entry);
      const order = orderByHash(hashes);
      for (let place = 0; place < size; place++) {
        const entry = order[place]!;
        const hash = hashes[entry]!;
        this.#refuseEqual(reader, hash, entry);
        this.additions++;
        this.#link(hash, entry);
        if (this.strong === strong) continue;
        // Chosen keys: all of them are linked by now, and not one was looked at.
        this.#index.fill(0);
        return this.#linkAll(reader);
      }
    }

    #refuseEqual(reader: ByteReader, hash: number, entry: number): void {
      const { rows } = this;
      const index = this.#index;
      this.#collisions = 0;
      for (let at = this.#home(hash); index[at + 1] !== 0; at = at + 2 === this.#end ? 0 : at + 2) {
        if (index[at] !== hash) continue;
        const other = index[at + 1]! - 1;
        rows.loadRow(entry);
        if (rows.matches(other)) reader.refuse(0, 0, `key ${Math.max(entry, other)} is equal to one before it`);
        this.#collisions++;
      }
    }
  };
}
