import type { AnyView, View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { KeyBits } from "../rows/key_bits.ts";
import type { SlotCount, TakenSlots } from "./_slots.ts";
import type { RawValues, Table, TableClass, TableParts } from "./table.ts";

/** What the class uses besides globals. */
export interface NumberTableParts<K> extends KeyBits<K>, TableParts {
  readonly mix32: (bits: number) => number;
  readonly strongHashPair: (low: number, high: number, key0: number, key1: number) => number;
}

/**
 * A table of numbers: linear probing through one column of keys, a column of
 * values beside it. All bits zero mean a free slot; the key with that pattern has
 * the place behind the last slot. Deleting moves the entries that follow back, so
 * that no search meets a grave.
 */
export function defineNumberTable<K, V>(parts: NumberTableParts<K>): TableClass<K, V> {
  const { all, wide, fits, low, high, read, hash, strongHashPair, valueType, newSeed } = parts;
  const { slotsFor, nextSlots, entriesIn, takenSlots, refuseKey, Strain, mix32 } = parts;
  const step = wide ? 2 : 1;
  const bits = wide ? 1 : 0;
  const wideValues = valueType === BigInt64Array || valueType === BigUint64Array;
  const valueBytes = valueType?.BYTES_PER_ELEMENT ?? 0;
  const slotLimit = Math.floor((2 ** 32 - 1) / Math.max(4 * step, valueBytes)) - 1;
  const noKeys = new Int32Array(0);
  type Values = Float64Array<ArrayBuffer>;
  // The kind of the column is one per class; the types speak of the most frequent one.
  const columnType = valueType as Float64ArrayConstructor;
  const noValues = new (valueType ?? Uint8Array)(0) as unknown as Values;

  class NumberTable implements Table<K, V> {
    readonly #storage: Storage;
    #seed = newSeed();
    /** The other half of the key of the strong hash. */
    #key = 0;
    readonly #strain = new Strain();
    /** The size from which on an addition is looked at; at most the limit. */
    #pause = 0;
    strong = false;
    #keys: View<Int32ArrayConstructor> = noKeys;
    #values: Values = noValues;
    #multiplier = 1;
    #shift = 30;
    /** The key index behind the last slot, where the key zero is. */
    #end = 0;
    #limit = 0;
    #holdsZero = false;
    #drained = -1;
    size = 0;
    additions = 0;
    removals = 0;
    removedAt = 0;

    constructor(storage: Storage) {
      this.#storage = storage;
    }

    get capacity(): number {
      return this.#keys.length === 0 ? 0 : this.#limit;
    }

    get bytes(): number {
      return this.#keys.byteLength + this.#values.byteLength;
    }

    // The slot of a key is worked out wherever it is needed: through a method a hit takes a quarter longer in Bun 1.4.

    // Most methods that are given keys leave all but reading them to others, so that JavaScriptCore inlines them: in a
    // function of its own, telling integers from other numbers takes as long as the search in Bun 1.4.

    // A view whose memory is gone reads `undefined`, which ends the search like a free slot: what finds
    // a key pays nothing for that check.
    #find(lower: number, upper: number): number {
      if ((lower | upper) === 0) return this.#holdsZero && this.#keys.length !== 0 ? this.#end : this.#absent();
      const keys = this.#keys;
      const end = this.#end;
      let at = (Math.imul(
        (this.strong ? strongHashPair(lower, upper, this.#seed, this.#key) : hash(lower, upper, this.#seed)) >>> 2,
        this.#multiplier,
      ) >>> this.#shift) << bits;
      while (true) {
        const found = keys[at];
        if (found === lower && (!wide || keys[at + 1] === upper)) return at;
        if (!found && (!wide || !keys[at + 1])) return found === undefined ? this.#absent() : -1;
        at += step;
        if (at === end) at = 0;
      }
    }

    #absent(): -1 {
      if (this.#keys.length === 0) this.#storage.requireOpen("use", this.#keys, this.#end);
      return -1;
    }

    // The same search once more: through #find() it takes twice as long in Bun. Once for keys of one word and once for
    // those of two, because V8 inlines only so many bytecodes into a loop, of which a method for both takes a third.
    get(key: K): V | undefined {
      if (!fits(key)) return this.#nothing();
      const lower = low(key);
      if (lower === 0) return this.#zeroValue();
      if (this.strong) return this.#strongValue(lower, 0);
      const keys = this.#keys;
      const end = this.#end;
      // As hash() of one word.
      let bits = lower ^ this.#seed;
      bits = Math.imul(bits ^ bits >>> 16, 0x21f0aaad);
      bits = Math.imul(bits ^ bits >>> 15, 0x735a2d97);
      let at = Math.imul((bits ^ bits >>> 15) >>> 2, this.#multiplier) >>> this.#shift;
      while (true) {
        const found = keys[at];
        if (found === lower) return this.#values[at] as V;
        if (!found) return found === undefined ? this.#nothing() : undefined;
        if (++at === end) at = 0;
      }
    }

    /** {@linkcode NumberTable.get} of keys of two words. */
    getOfTwo(key: K): V | undefined {
      if (!fits(key)) return this.#nothing();
      const lower = low(key);
      const upper = high();
      if ((lower | upper) === 0) return this.#zeroValue();
      if (this.strong) return this.#strongValue(lower, upper);
      const keys = this.#keys;
      const end = this.#end;
      let at = (Math.imul(hash(lower, upper, this.#seed) >>> 2, this.#multiplier) >>> this.#shift) << 1;
      while (true) {
        const found = keys[at];
        if (found === lower && keys[at + 1] === upper) return this.#values[at >> 1] as V;
        if (!found && !keys[at + 1]) return found === undefined ? this.#nothing() : undefined;
        at += 2;
        if (at === end) at = 0;
      }
    }

    #nothing(): undefined {
      this.#absent();
    }

    #zeroValue(): V | undefined {
      const value = this.#holdsZero ? this.#values[this.#end >> bits] : undefined;
      return value === undefined ? this.#nothing() : value as V;
    }

    #strongValue(lower: number, upper: number): V | undefined {
      const at = this.#find(lower, upper);
      return at < 0 ? undefined : this.#values[at >> bits] as V;
    }

    has(key: K): boolean {
      return (fits(key) ? this.#find(low(key), wide ? high() : 0) : this.#absent()) >= 0;
    }

    settle(key: K): K {
      return key;
    }

    sought(key: K): K {
      return key;
    }

    put(key: K, value: V): boolean {
      if (!fits(key)) refuseKey(key, this.#storage.label);
      return this.#put(low(key), wide ? high() : 0, value as number);
    }

    #put(lower: number, upper: number, value: number): boolean {
      const keys = this.#keys;
      if ((lower | upper) === 0) return this.#putZero(value);
      const end = this.#end;
      let at = (Math.imul(
        (this.strong ? strongHashPair(lower, upper, this.#seed, this.#key) : hash(lower, upper, this.#seed)) >>> 2,
        this.#multiplier,
      ) >>> this.#shift) << bits;
      while (true) {
        const found = keys[at];
        if (found === lower && (!wide || keys[at + 1] === upper)) {
          if (valueBytes !== 0) this.#values[at >> bits] = value;
          return true;
        }
        if (!found && (!wide || !keys[at + 1])) break;
        at += step;
        if (at === end) at = 0;
      }
      if (this.size >= this.#pause || keys.length === 0) return this.#putAfterLook(at, lower, upper, value);
      keys[at] = lower;
      if (wide) keys[at + 1] = upper;
      if (valueBytes !== 0) this.#values[at >> bits] = value;
      this.size++;
      this.additions++;
      return true;
    }

    #putZero(value: number): boolean {
      if (this.#keys.length === 0) return false;
      if (valueBytes !== 0) this.#values[this.#end >> bits] = value;
      if (this.#holdsZero) return true;
      this.#holdsZero = true;
      this.size++;
      this.additions++;
      return true;
    }

    /**
     * Looks how far the free slot `at` of a key that is to be added lies from its own, and goes on. That is done for one
     * of 64 additions, and nobody can foretell for which: to look at each makes every `set` in Bun 1.4 a quarter slower,
     * even of keys that are there. Where it is done, no addition pays for it: each compares the size with a limit anyway.
     */
    #putAfterLook(at: number, lower: number, upper: number, value: number): boolean {
      if (this.size >= this.#limit || this.#keys.length === 0) return false;
      this.#pause = this.#limit;
      if (!this.strong) {
        const home = (Math.imul(hash(lower, upper, this.#seed) >>> 2, this.#multiplier) >>> this.#shift) << bits;
        const distance = at < home ? at + this.#end - home : at - home;
        const { additions } = this;
        // Only what is looked at counts, as additions do elsewhere.
        if (this.#strain.add(distance >> bits, additions >>> 6)) this.strengthen();
        else this.#pause = Math.min(this.#limit, this.size + 1 + (mix32(additions ^ this.#seed) & 127));
      }
      return this.#put(lower, upper, value);
    }

    strengthen(): void {
      this.strong = true;
      // The one before may be known: bytes with an index say it.
      this.#seed = newSeed();
      this.#key = newSeed();
      // In memory of the garbage-collected heap: asking the allocator could run code of the program.
      const keys = this.#keys.slice(0, this.#end);
      const values = this.#values.slice(0, this.#end >> bits);
      this.#keys.fill(0, 0, this.#end);
      this.additions++;
      this.#moveAll(keys, values, this.#end);
    }

    #moveAll(oldKeys: Int32Array, oldValues: Values, oldEnd: number): void {
      if (wideValues) this.#move(oldKeys, halves(oldValues), oldEnd, halves(this.#values));
      else this.#move(oldKeys, oldValues, oldEnd, this.#values);
    }

    delete(key: K): boolean {
      const at = fits(key) ? this.#find(low(key), wide ? high() : 0) : this.#absent();
      if (at < 0) return false;
      this.#remove(at);
      return true;
    }

    take(key: K): V | undefined {
      const at = fits(key) ? this.#find(low(key), wide ? high() : 0) : this.#absent();
      if (at < 0) return undefined;
      const value = this.#values[at >> bits] as V;
      this.#remove(at);
      return value;
    }

    #remove(at: number): void {
      this.size--;
      this.#pause--;
      this.removals++;
      this.removedAt = at;
      if (at === this.#end) this.#holdsZero = false;
      else this.#close(at);
    }

    /** Fills the hole at a key index with what was pushed past it. */
    #close(hole: number): void {
      const keys = this.#keys;
      const values = this.#values;
      let at = hole;
      while (true) {
        at += step;
        if (at === this.#end) at = 0;
        const lower = keys[at]!;
        const upper = wide ? keys[at + 1]! : 0;
        if ((lower | upper) === 0) break;
        const home = (Math.imul(
          (this.strong ? strongHashPair(lower, upper, this.#seed, this.#key) : hash(lower, upper, this.#seed)) >>> 2,
          this.#multiplier,
        ) >>> this.#shift) << bits;
        // Whether the entry's own slot lies behind the hole and up to where it is, around the end.
        if (hole <= at ? hole < home && home <= at : hole < home || home <= at) continue;
        keys[hole] = lower;
        if (wide) keys[hole + 1] = upper;
        if (valueBytes !== 0) values[hole >> bits] = values[at >> bits]!;
        hole = at;
      }
      keys[hole] = 0;
      if (wide) keys[hole + 1] = 0;
    }

    clear(): void {
      this.#absent();
      this.#keys.fill(0);
      this.#holdsZero = false;
      this.size = this.#pause = 0;
      this.additions++;
    }

    get nearlyFull(): boolean {
      return this.size * 8 >= this.#limit * 7;
    }

    get full(): boolean {
      return this.size >= this.#limit || this.#keys.length === 0;
    }

    reserve(entries: number): void {
      this.#absent();
      if (entries > this.capacity) this.#resize(slotsFor(entries, slotLimit, this.#storage.label));
    }

    shrinkToFit(): void {
      this.#absent();
      if (this.size === 0) return this.release();
      const fewest = slotsFor(this.size, slotLimit, this.#storage.label);
      if (fewest.slots < this.#end >> bits) this.#resize(fewest);
    }

    get views(): AnyView[] {
      return [this.#keys, this.#values];
    }

    get numbers(): number[] {
      const flags = Number(this.strong) + 2 * Number(this.#holdsZero);
      return [flags, this.#seed, this.#key, this.#multiplier, this.#shift, this.#end, this.#limit, this.size];
    }

    takeOver(numbers: readonly number[], [keys, values]: readonly (AnyView | undefined)[]): void {
      const [flags, seed, key, multiplier, shift, end, limit, size] = numbers;
      this.strong = flags! % 2 === 1;
      this.#holdsZero = flags! >= 2;
      this.#seed = seed!;
      this.#key = key!;
      this.#multiplier = multiplier!;
      this.#shift = shift!;
      this.#end = end!;
      this.#limit = limit!;
      this.size = size!;
      this.#keys = (keys as View<Int32ArrayConstructor> | undefined) ?? noKeys;
      this.#values = (values as Values | undefined) ?? noValues;
      this.additions++;
    }

    release(): void {
      this.#free(this.#keys, this.#values);
      this.forget();
    }

    forget(): void {
      this.#keys = noKeys;
      this.#values = noValues;
      this.#end = this.#limit = this.#pause = 0;
      this.size = 0;
      this.#holdsZero = false;
      this.additions++;
    }

    #free(keys: View<Int32ArrayConstructor>, values: Values): void {
      if (keys.length !== 0) this.#storage.allocator.free(keys, true);
      if (values.length !== 0) this.#storage.allocator.free(values, true);
    }

    grow(): void {
      this.#absent();
      if (this.size < this.#limit) return;
      this.#resize(nextSlots(this.#end >> bits, slotLimit, this.#storage.label));
    }

    #resize({ slots, multiplier, shift }: SlotCount): void {
      const oldKeys = this.#keys;
      const { keys, values } = this.#allocate(slots);
      // A listener of the heap may have changed the table meanwhile, or taken the keys back: then the caller looks again.
      if (this.#keys !== oldKeys || keys.length === 0 || this.#storage.disposed || entriesIn(slots) < this.size) {
        return this.#free(keys, values);
      }
      const oldValues = this.#values;
      const oldEnd = this.#end;
      if (this.#holdsZero && valueBytes !== 0) values[slots] = oldValues[oldEnd >> bits]!;
      this.#multiplier = multiplier;
      this.#shift = shift;
      this.#end = slots * step;
      this.#limit = entriesIn(slots);
      this.#pause = 0;
      this.#keys = keys;
      this.#values = values;
      this.additions++;
      this.#moveAll(oldKeys, oldValues, oldEnd);
      this.#free(oldKeys, oldValues);
    }

    #allocate(slots: number): { keys: View<Int32ArrayConstructor>; values: Values } {
      const { allocator } = this.#storage;
      const keys = allocator.allocateZeroed(Int32Array, (slots + 1) * step);
      if (valueBytes === 0) return { keys, values: noValues };
      try {
        return { keys, values: allocator.allocate(columnType, slots + 1) };
      } catch (error) {
        allocator.free(keys, true);
        throw error;
      }
    }

    #move(oldKeys: Int32Array, oldValues: Values | Int32Array, oldEnd: number, values: Values | Int32Array): void {
      const keys = this.#keys;
      const end = this.#end;
      for (let from = 0; from < oldEnd; from += step) {
        const lower = oldKeys[from]!;
        const upper = wide ? oldKeys[from + 1]! : 0;
        if ((lower | upper) === 0) continue;
        let at = (Math.imul(
          (this.strong ? strongHashPair(lower, upper, this.#seed, this.#key) : hash(lower, upper, this.#seed)) >>> 2,
          this.#multiplier,
        ) >>> this.#shift) << bits;
        while (keys[at] !== 0 || (wide && keys[at + 1] !== 0)) {
          at += step;
          if (at === end) at = 0;
        }
        keys[at] = lower;
        if (wide) keys[at + 1] = upper;
        if (wideValues) {
          values[at >> bits << 1] = oldValues[from >> bits << 1]!;
          values[(at >> bits << 1) + 1] = oldValues[(from >> bits << 1) + 1]!;
        } else if (valueBytes !== 0) values[at >> bits] = oldValues[from >> bits]!;
      }
    }

    start(): number {
      this.#absent();
      const keys = this.#keys;
      for (let at = 0; at < this.#end; at += step) {
        if (!keys[at] && (!wide || !keys[at + 1])) return at;
      }
      return 0;
    }

    // Downwards, because deleting moves entries down: into places that are visited already.
    next(position: number, start: number): number {
      const keys = this.#keys;
      if (keys.length === 0) return this.#absent();
      if (position === this.#end) return -1;
      do {
        position = position === 0 ? this.#end - step : position - step;
        if (position === start) return this.#holdsZero ? this.#end : -1;
      } while (!keys[position] && (!wide || !keys[position + 1]));
      return position;
    }

    keyAt(position: number): K {
      return position === this.#end ? read(0, 0) : read(this.#keys[position]!, wide ? this.#keys[position + 1]! : 0);
    }

    valueAt(position: number): V {
      return this.#values[position >> bits] as V;
    }

    drain(table: Table<K, V>, positions: number): boolean | undefined {
      const target = table as unknown as NumberTable;
      if (target.size + this.size > target.#limit) return undefined;
      if (this.#holdsZero) {
        target.#putZero(this.#values[this.#end >> bits]!);
        this.#holdsZero = false;
        this.size--;
      }
      // The entries from slot 0 up to the first free one may have been pushed around the end.
      let at = this.#drained < 0 ? 0 : this.#drained;
      const last = at + positions * step;
      for (; at < this.#end; at += step) {
        const lower = this.#keys[at]!;
        const upper = wide ? this.#keys[at + 1]! : 0;
        if ((lower | upper) === 0) {
          if (at >= last) break;
          continue;
        }
        target.#put(lower, upper, this.#values[at >> bits]!);
        this.#keys[at] = 0;
        if (wide) this.#keys[at + 1] = 0;
        this.size--;
      }
      this.#drained = at;
      return at >= this.#end;
    }

    taken(): TakenSlots {
      const { size } = this;
      const slots = this.#end >> bits;
      const { words, order } = takenSlots({ slots, size, step, first: 0, second: bits }, this.#keys);
      if (this.#holdsZero) order[size - 1] = this.#end;
      return { slots, words, order: order.subarray(0, size), seed: this.#seed };
    }

    makeRoomFor(table: Table<K, V>): void {
      this.reserve(this.size + table.size);
    }

    keySizes(): number[] {
      return [this.size * step * 4];
    }

    saveKeys([section]: readonly Uint8Array<ArrayBuffer>[], order: Uint32Array): void {
      const into = new Int32Array(section!.buffer, section!.byteOffset, order.length * step);
      const keys = this.#keys;
      for (let entry = 0, to = 0; entry < order.length; entry++, to += step) {
        const at = order[entry]!;
        into[to] = keys[at]!;
        if (wide) into[to + 1] = keys[at + 1]!;
      }
    }

    saveValues(into: RawValues<V>, order: Uint32Array): void {
      const values = this.#values as RawValues<unknown>;
      for (let entry = 0; entry < order.length; entry++) into[entry] = values[order[entry]! >> bits] as V;
    }

    /** Whether a key with these bits is stored with the same bits, so that it can be found. */
    #isKey(lower: number, upper: number): boolean {
      const key = read(lower, upper);
      return fits(key) && low(key) === lower && (!wide || high() === upper);
    }

    restore(reader: ByteReader, values: RawValues<V> | undefined): void {
      const { count } = reader;
      const keys = reader.column(0, count * step, Int32Array);
      this.reserve(count);
      // Not in the order of their hashes, as tables of rows are restored: 4 million then take 1.1 to 1.3 times as long,
      // because keys and values are read from all over the bytes.
      for (let entry = 0; entry < count; entry++) {
        const lower = keys[entry * step]!;
        const upper = wide ? keys[entry * step + 1]! : 0;
        if (!all && !this.#isKey(lower, upper)) reader.refuse(0, entry * step * 4, "there is no key of its kind");
        this.#put(lower, upper, (values === undefined ? entry : values[entry]) as number);
        if (this.size === entry) reader.refuse(0, entry * step * 4, `key ${entry} is equal to one before it`);
      }
    }
  }

  if (wide) NumberTable.prototype.get = NumberTable.prototype.getOfTwo;
  return NumberTable;

  /** The bits of a column of bigints: moving those as they are makes no bigint. */
  function halves(values: Values): Int32Array {
    return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  }
}
