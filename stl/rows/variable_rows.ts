import type { AnyView, View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Coding } from "../elements/variable_element.ts";
import type { Rows } from "./rows.ts";

/** Rows of bytes, for what compares them without decoding. */
export interface ByteRows<T> extends Rows<T> {
  /** Loads the bytes from `start` to `end` as they are. */
  loadBytes(bytes: Uint8Array, start: number, end: number): void;
  /** The bytes of a row, over the memory of the rows. */
  view(row: number): Uint8Array<ArrayBuffer>;
  /** Below 0 when the bytes of row `a` come before those of row `b`, 0 when they are equal. */
  compare(a: number, b: number): number;
  /** Below 0 when the loaded bytes come before those of a row, 0 when they are equal. */
  compareLoaded(row: number): number;
}

/** What the class uses besides globals. */
export interface VariableRowsParts<T> extends Coding<T> {
  readonly hashBytes: (bytes: Uint8Array, start: number, end: number, seed: number) => number;
}

/**
 * Rows of values of any length: where each lies, and one block of bytes for all.
 * What is dropped leaves a gap; when a block is full and half of it is gaps, the
 * values move together.
 */
export function defineVariableRows<T>(
  { fits, encode, decode, valid, hashBytes }: VariableRowsParts<T>,
): new (storage: Storage, seed: number) => ByteRows<T> {
  const noPlaces = new Uint32Array(0);
  const noBytes = new Uint8Array(0);

  return class VariableRows implements ByteRows<T> {
    readonly #storage: Storage;
    readonly #seed: number;
    readonly #scratch = { bytes: new Uint8Array(64) };
    /** Of each row the first byte and the count of bytes. */
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

    load(value: T): boolean {
      if (!fits(value)) return false;
      this.byteLength = encode(value, this.#scratch);
      this.hash = hashBytes(this.#scratch.bytes, 0, this.byteLength, this.#seed);
      return true;
    }

    settle(value: T): T {
      return value;
    }

    loadRow(row: number): void {
      const start = this.#places[row * 2]!;
      const length = this.#places[row * 2 + 1]!;
      if (length > this.#scratch.bytes.length) this.#scratch.bytes = new Uint8Array(length * 2);
      this.#scratch.bytes.set(this.#block.subarray(start, start + length));
      this.byteLength = length;
      this.hash = hashBytes(this.#scratch.bytes, 0, length, this.#seed);
    }

    loadBytes(bytes: Uint8Array, start: number, end: number): void {
      const length = end - start;
      if (length > this.#scratch.bytes.length) this.#scratch.bytes = new Uint8Array(length * 2);
      const scratch = this.#scratch.bytes;
      for (let i = 0; i < length; i++) scratch[i] = bytes[start + i]!;
      this.byteLength = length;
      this.hash = hashBytes(scratch, 0, length, this.#seed);
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

    prepare(): void {
      this.#makeRoom(this.byteLength);
    }

    #makeRoom(length: number): void {
      if (length <= this.#block.length - this.#top) return;
      if (this.#used + length > this.#block.length / 2) {
        this.#block = this.#storage.grow(Uint8Array, this.#block, this.#top + length);
      } else this.#pack(this.#block.length);
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
    }

    get roomLeft(): number {
      const { length } = this.#block;
      return length === 0 ? 1 : 1 - this.#top / length;
    }

    take(from: Rows<T>, row: number, to: number): void {
      const other = from as unknown as VariableRows;
      const start = other.#places[row * 2]!;
      const length = other.#places[row * 2 + 1]!;
      this.#makeRoom(length);
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
    }

    reserveFor(rows: Rows<T>): void {
      const bytes = Math.min(Math.ceil((rows as unknown as VariableRows).#used * 2.25), 2 ** 32 - 1);
      if (bytes > this.#block.length) this.#block = this.#storage.resize(Uint8Array, this.#block, bytes);
    }

    /** Moves all values together in a block of `capacity` bytes. */
    #pack(capacity: number): void {
      const { allocator } = this.#storage;
      const block = capacity === 0 ? noBytes : allocator.allocate(Uint8Array, capacity);
      const old = this.#block;
      const places = this.#places;
      let top = 0;
      for (let at = 0; at < places.length; at += 2) {
        const start = places[at]!;
        const length = places[at + 1]!;
        if (length === 0) continue;
        block.set(old.subarray(start, start + length), top);
        places[at] = top;
        top += length;
      }
      this.#block = block;
      this.#top = top;
      if (old.length !== 0) allocator.free(old);
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

    read(row: number): T {
      const start = this.#places[row * 2]!;
      return decode(this.#block, start, start + this.#places[row * 2 + 1]!);
    }

    hashOf(row: number): number {
      const start = this.#places[row * 2]!;
      return hashBytes(this.#block, start, start + this.#places[row * 2 + 1]!, this.#seed);
    }

    byteLengthOf(row: number): number {
      return this.#places[row * 2 + 1]!;
    }

    resize(rows: number, used: number): void {
      if (this.#places.length > 0 || rows === 0 || rows * 8 > 2 ** 32 - 1) {
        this.#places = this.#storage.resize(Uint32Array, this.#places, rows * 2);
        this.#places.fill(0, used * 2);
        // What comes fresh from the system is zero and needs no write.
      } else this.#places = this.#storage.allocator.allocateZeroed(Uint32Array, rows * 2);
      // Only shrinkToFit() makes fewer rows than there are.
      if (rows === used && this.#block.length > this.#used) this.#pack(this.#used);
    }

    clear(rows: number): void {
      this.#places.fill(0, 0, rows * 2);
      this.#top = this.#used = 0;
    }

    release(): void {
      this.#places = this.#storage.resize(Uint32Array, this.#places, 0);
      this.#block = this.#storage.resize(Uint8Array, this.#block, 0);
      this.#top = this.#used = 0;
    }

    forget(): void {
      this.#places = noPlaces;
      this.#block = noBytes;
      this.#top = this.#used = 0;
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
      this.resize(lengths.length, 0);
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
        top = end;
      }
      if (top < bytes.length) reader.refuse(section + 1, top, "the values end, and their section does not");
      this.#top = this.#used = top;
    }
  };
}
