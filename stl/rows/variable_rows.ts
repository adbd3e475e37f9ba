import type { AnyView, View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Coding } from "../elements/variable_element.ts";
import type { StrongHashes } from "./hash.ts";
import type { Held, Rows } from "./rows.ts";

/** Rows of bytes, for what compares them without decoding. */
export interface ByteRows<T> extends Rows<T> {
  /** Loads the bytes from `start` to `end` as they are. */
  loadBytes(bytes: Uint8Array, start: number, end: number): void;
  /** Whether the loaded value has the bytes from `start` to `end`. */
  matchesBytes(bytes: Uint8Array, start: number, end: number): boolean;
  /** The bytes of a row, over the memory of the rows. */
  view(row: number): Uint8Array<ArrayBuffer>;
  /** Below 0 when the bytes of row `a` come before those of row `b`, 0 when they are equal. */
  compare(a: number, b: number): number;
  /** Below 0 when the loaded bytes come before those of a row, 0 when they are equal. */
  compareLoaded(row: number): number;
  /** Loads a value to compare with; like {@linkcode Rows.load}, but nothing of it may be cut. */
  seek(value: T): boolean;
}

/** What the class uses besides globals. */
export interface VariableRowsParts<T> extends Coding<T> {
  /** Whether the coding is one of a program, whose code may use rows of this kind. */
  readonly active: boolean;
  /** Encodes a value of which nothing may be cut; it refuses what is not of the kind. */
  readonly encodeSought: Coding<T>["encode"];
  readonly newSeed: () => number;
  readonly hashBytes: (bytes: Uint8Array, start: number, end: number, seed: number) => number;
  readonly compileStrongHashes: () => StrongHashes;
}

/**
 * Rows of values of any length: where each lies, and one block of bytes for all.
 * What is dropped leaves a gap; when a block is full, and the gaps in it are half of it and
 * as many bytes as there are rows, the values move together: so each move is paid for by what was dropped before it.
 * They do for fewer gaps when there is no memory for a longer block, so that what was freed can be used again.
 */
export function defineVariableRows<T>(
  parts: VariableRowsParts<T>,
): new (storage: Storage, seed: number) => ByteRows<T> {
  const { fits, encode, decode, valid, shortest, active, encodeSought, newSeed, hashBytes, compileStrongHashes } =
    parts;
  /** Compiled once a table has to use it, as few do. */
  let strongHashBytes: StrongHashes["strongHashBytes"] | undefined;
  const noPlaces = new Uint32Array(0);
  const noBytes = new Uint8Array(0);
  /** The most bytes that are kept for values to come; longer ones take memory for themselves. */
  const MOST_KEPT = 4096;

  return class VariableRows implements ByteRows<T> {
    readonly #storage: Storage;
    #seed: number;
    /** The other half of the key of the strong hash, once that is used. */
    #key = 0;
    #strong = false;
    #scratch = { bytes: new Uint8Array(64) };
    /** The most bytes that a row has had since all were empty. */
    #longest = 0;
    /** Of each row the first byte and the count of bytes; of an empty row a noted number + 1, and 0. */
    #places: View<Uint32ArrayConstructor> = noPlaces;
    #block: View<Uint8ArrayConstructor> = noBytes;
    #top = 0;
    #used = 0;
    hash = 0;
    byteLength = 0;

    constructor(storage: Storage, seed: number) {
      this.#storage = storage;
      this.#seed = seed;
    }

    get bytes(): number {
      return this.#places.byteLength + this.#block.byteLength;
    }

    get views(): AnyView[] {
      return [this.#places, this.#block];
    }

    get room(): number {
      return this.#places.length >>> 1;
    }

    load(value: T): boolean {
      if (!fits(value)) return false;
      // Code of the program could load another value meanwhile.
      const scratch = active ? { bytes: new Uint8Array(64) } : this.#scratch;
      const length = encode(value, scratch);
      if (active) this.#scratch = scratch;
      this.byteLength = length;
      this.hash = this.#hash(scratch.bytes, 0, length);
      return true;
    }

    seek(value: T): boolean {
      if (encodeSought === encode) return this.load(value);
      const scratch = { bytes: new Uint8Array(64) };
      this.byteLength = encodeSought(value, scratch);
      this.#scratch = scratch;
      this.hash = this.#hash(scratch.bytes, 0, this.byteLength);
      return true;
    }

    find(value: T): boolean {
      if (!fits(value)) return false;
      if (shortest !== undefined && shortest(value) > this.#longest) return false;
      return this.load(value);
    }

    hold(): Held {
      return this.#scratch.bytes.slice(0, this.byteLength);
    }

    reload(held: Held): void {
      this.loadBytes(held as Uint8Array, 0, held.length);
    }

    unload(): void {
      if (this.#scratch.bytes.length > MOST_KEPT) this.#scratch.bytes = new Uint8Array(64);
    }

    strengthen(): void {
      this.#useStrong();
      // Both halves: the seed before may be known, because bytes with an index say it.
      this.#seed = newSeed();
      this.#key = newSeed();
    }

    #hash(bytes: Uint8Array, start: number, end: number): number {
      if (this.#strong) return strongHashBytes!(bytes, start, end, this.#seed, this.#key);
      return hashBytes(bytes, start, end, this.#seed);
    }

    settle(value: T): T {
      return value;
    }

    sought(value: T): T {
      return value;
    }

    loadRow(row: number): void {
      const start = this.#places[row * 2]!;
      this.loadBytes(this.#block, start, start + this.#places[row * 2 + 1]!);
    }

    loadBytes(bytes: Uint8Array, start: number, end: number): void {
      const length = end - start;
      if (length > this.#scratch.bytes.length) this.#scratch.bytes = new Uint8Array(Math.max(length, 64));
      const scratch = this.#scratch.bytes;
      if (length < 64) {
        for (let i = 0; i < length; i++) scratch[i] = bytes[start + i]!;
      } else scratch.set(bytes.subarray(start, end));
      this.byteLength = length;
      this.hash = this.#hash(scratch, 0, length);
    }

    view(row: number): Uint8Array<ArrayBuffer> {
      const start = this.#places[row * 2]!;
      return this.#block.subarray(start, start + this.#places[row * 2 + 1]!);
    }

    compare(a: number, b: number): number {
      const places = this.#places;
      const block = this.#block;
      const [startA, startB] = [places[a * 2]!, places[b * 2]!];
      const [lengthA, lengthB] = [places[a * 2 + 1]!, places[b * 2 + 1]!];
      for (let i = 0; i < lengthA && i < lengthB; i++) {
        const difference = block[startA + i]! - block[startB + i]!;
        if (difference !== 0) return difference;
      }
      return lengthA - lengthB;
    }

    compareLoaded(row: number): number {
      const block = this.#block;
      const given = this.#scratch.bytes;
      const start = this.#places[row * 2]!;
      const length = this.#places[row * 2 + 1]!;
      const shorter = Math.min(length, this.byteLength);
      for (let i = 0; i < shorter; i++) {
        const difference = given[i]! - block[start + i]!;
        if (difference !== 0) return difference;
      }
      return this.byteLength - length;
    }

    matches(row: number): boolean {
      const length = this.byteLength;
      if (this.#places[row * 2 + 1] !== length) return false;
      const given = this.#scratch.bytes;
      const block = this.#block;
      for (let i = 0, at = this.#places[row * 2]!; i < length; i++, at++) {
        if (block[at] !== given[i]) return false;
      }
      return true;
    }

    equals(row: number): boolean {
      return this.matches(row);
    }

    matchesBytes(bytes: Uint8Array, start: number, end: number): boolean {
      const given = this.#scratch.bytes;
      if (end - start !== this.byteLength) return false;
      for (let i = 0, at = start; at < end; i++, at++) {
        if (bytes[at] !== given[i]) return false;
      }
      return true;
    }

    hasRoomFor(bytes: number): boolean {
      return bytes <= this.#block.length - this.#top;
    }

    makeRoomFor(bytes: number): void {
      if (this.hasRoomFor(bytes)) return;
      if (this.#hasGapsFor(bytes)) return this.#pack(this.#block.length);
      try {
        this.#block = this.#storage.replace(
          () => this.#block,
          (block) => this.#storage.grow(Uint8Array, block, this.#top + bytes),
        );
      } catch (error) {
        // Where there is no memory, every byte that was freed counts, by a listener of the heap too.
        if (this.#used + bytes > this.#block.length) throw error;
        this.#pack(this.#block.length);
      }
    }

    #hasGapsFor(bytes: number): boolean {
      const { length } = this.#block;
      const gaps = this.#top - this.#used;
      return gaps >= length / 2 && gaps >= this.room && this.#used + bytes <= length;
    }

    store(row: number): void {
      const length = this.byteLength;
      const block = this.#block;
      const given = this.#scratch.bytes;
      const top = this.#top;
      if (length < 64) {
        for (let i = 0; i < length; i++) block[top + i] = given[i]!;
      } else block.set(given.subarray(0, length), top);
      this.#places[row * 2] = top;
      this.#places[row * 2 + 1] = length;
      this.#top = top + length;
      this.#used += length;
      if (length > this.#longest) this.#longest = length;
    }

    get roomLeft(): number {
      const { length } = this.#block;
      return length === 0 ? 1 : 1 - this.#top / length;
    }

    take(from: Rows<T>, row: number, to: number): void {
      const other = from as unknown as VariableRows;
      const start = other.#places[row * 2]!;
      const length = other.#places[row * 2 + 1]!;
      if (length === 0) return this.note(to, start - 1);
      const top = this.#top;
      if (length < 64) {
        const block = this.#block;
        const given = other.#block;
        for (let i = 0; i < length; i++) block[top + i] = given[start + i]!;
      } else this.#block.set(other.#block.subarray(start, start + length), top);
      this.#places[to * 2] = top;
      this.#places[to * 2 + 1] = length;
      this.#top = top + length;
      this.#used += length;
      if (length > this.#longest) this.#longest = length;
    }

    reserveFor(rows: Rows<T>): void {
      const other = rows as unknown as VariableRows;
      const bytes = Math.min(Math.ceil(other.#used * 2.25), 2 ** 32 - 1);
      if (bytes > this.#block.length) this.#block = this.#storage.resize(Uint8Array, this.#block, bytes);
    }

    /** Moves all values together in a block of `capacity` bytes, unless code of the program has changed them meanwhile. */
    #pack(capacity: number): void {
      const old = this.#block;
      const block = this.#blockToPackInto(capacity);
      if (this.#block !== old || this.#used > capacity) {
        if (block !== this.#block && block.length > 0) this.#storage.allocator.free(block, true);
        return;
      }
      // What moves within the block is copied out of it first.
      const from = block === old ? old.slice(0, this.#top) : old;
      const places = this.#places;
      let top = 0;
      for (let at = 0; at < places.length; at += 2) {
        const start = places[at]!;
        const length = places[at + 1]!;
        if (length === 0) continue;
        block.set(from.subarray(start, start + length), top);
        places[at] = top;
        top += length;
      }
      this.#block = block;
      this.#top = top;
      if (block !== old && old.length !== 0) this.#storage.allocator.free(old, true);
    }

    /** Another block of `capacity` bytes; where there is no memory for it, the present one if that has as many. */
    #blockToPackInto(capacity: number): View<Uint8ArrayConstructor> {
      if (capacity === 0) return noBytes;
      try {
        return this.#storage.allocator.allocate(Uint8Array, capacity);
      } catch (error) {
        if (this.#block.length !== capacity) throw error;
        return this.#block;
      }
    }

    move(from: number, to: number): void {
      const places = this.#places;
      places[to * 2] = places[from * 2]!;
      places[to * 2 + 1] = places[from * 2 + 1]!;
      places[from * 2] = places[from * 2 + 1] = 0;
    }

    drop(row: number): void {
      const places = this.#places;
      this.#used -= places[row * 2 + 1]!;
      places[row * 2] = places[row * 2 + 1] = 0;
    }

    note(row: number, number: number): void {
      this.#places[row * 2] = number + 1;
    }

    noted(row: number): number {
      return this.#places[row * 2]! - 1;
    }

    read(row: number): T {
      const start = this.#places[row * 2]!;
      return decode(this.#block, start, start + this.#places[row * 2 + 1]!);
    }

    hashOf(row: number): number {
      const start = this.#places[row * 2]!;
      return this.#hash(this.#block, start, start + this.#places[row * 2 + 1]!);
    }

    byteLengthOf(row: number): number {
      return this.#places[row * 2 + 1]!;
    }

    resize(rows: number): void {
      this.#places = this.#storage.replace(() => this.#places, (places) => this.#resized(places, rows));
    }

    #resized(places: View<Uint32ArrayConstructor>, rows: number): View<Uint32ArrayConstructor> {
      const { length } = places;
      // What comes fresh from the system is zero and needs no write.
      if (length === 0 && rows > 0 && rows * 8 < 2 ** 32) {
        return this.#storage.allocator.allocateZeroed(Uint32Array, rows * 2);
      }
      return this.#storage.resize(Uint32Array, places, rows * 2).fill(0, length);
    }

    trim(): void {
      if (this.#block.length > this.#used) this.#pack(this.#used);
    }

    clear(rows: number): void {
      this.#places.fill(0, 0, rows * 2);
      this.#top = this.#used = this.#longest = 0;
    }

    release(): void {
      this.#places = this.#storage.resize(Uint32Array, this.#places, 0);
      this.#storage.resize(Uint8Array, this.#block, 0);
      // Another view even after an empty one, by which a call that was asking for its block sees that nobody wants it.
      this.#block = new Uint8Array(0);
      this.#top = this.#used = this.#longest = 0;
    }

    forget(): void {
      this.#places = noPlaces;
      this.#block = noBytes;
      this.#top = this.#used = this.#longest = 0;
    }

    get numbers(): number[] {
      return [this.#seed, this.#key, Number(this.#strong), this.#longest, this.#top, this.#used];
    }

    #useStrong(): void {
      strongHashBytes ??= compileStrongHashes().strongHashBytes;
      this.#strong = true;
    }

    takeOver(numbers: readonly number[], [places, block]: readonly (AnyView | undefined)[]): void {
      const [seed, key, strong, longest, top, used] = numbers;
      this.#seed = seed!;
      this.#key = key!;
      if (strong === 1) this.#useStrong();
      else this.#strong = false;
      this.#longest = longest!;
      this.#top = top!;
      this.#used = used!;
      this.#places = (places as View<Uint32ArrayConstructor> | undefined) ?? noPlaces;
      this.#block = (block as View<Uint8ArrayConstructor> | undefined) ?? noBytes;
    }

    sizes(count: number, order?: Uint32Array): number[] {
      const places = this.#places;
      let bytes = 0;
      for (let i = 0; i < count; i++) bytes += places[(order === undefined ? i : order[i]!) * 2 + 1]!;
      return [count * 4, bytes];
    }

    save([lengths, bytes]: readonly Uint8Array<ArrayBuffer>[], count: number, order?: Uint32Array): void {
      const into = new Uint32Array(lengths!.buffer, lengths!.byteOffset, count);
      const block = this.#block;
      let top = 0;
      for (let i = 0; i < count; i++) {
        const row = order === undefined ? i : order[i]!;
        const start = this.#places[row * 2]!;
        const length = into[i] = this.#places[row * 2 + 1]!;
        if (length < 64) {
          for (let at = 0; at < length; at++) bytes![top + at] = block[start + at]!;
        } else bytes!.set(block.subarray(start, start + length), top);
        top += length;
      }
    }

    restore(reader: ByteReader, section: number): void {
      const lengths = reader.column(section, reader.count, Uint32Array);
      const bytes = reader.bytes(section + 1);
      this.resize(lengths.length);
      this.#block = this.#storage.resize(Uint8Array, this.#block, bytes.length);
      this.#block.set(bytes);
      let top = 0;
      for (let row = 0; row < lengths.length; row++) {
        const end = top + lengths[row]!;
        if (end > bytes.length) reader.refuse(section, row * 4, `value ${row} ends behind its section`);
        if (valid !== undefined && !valid(bytes, top, end)) {
          reader.refuse(section + 1, top, "there is no text in UTF-8");
        }
        this.#places[row * 2] = top;
        this.#places[row * 2 + 1] = end - top;
        this.#longest = Math.max(this.#longest, end - top);
        top = end;
      }
      if (top < bytes.length) reader.refuse(section + 1, top, "the values end, and their section does not");
      this.#top = this.#used = top;
    }
  };
}
