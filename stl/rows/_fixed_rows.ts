import type { AnyView, View } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { Storage } from "../core/storage.ts";
import type { Element } from "../elements/element.ts";
import type { StrongHashes } from "./hash.ts";
import type { Held, Rows, RowsClass } from "./rows.ts";

/** What the class uses besides globals. */
export interface FixedRowsParts<T> {
  readonly element: Pick<Element<T>, "byteLength" | "read" | "write">;
  /** Bytes of a value as programs count them, which may be fewer than are stored. */
  readonly byteLength: number;
  /** Whether a value is of the kind. */
  readonly fits: (value: T) => boolean;
  /** Whether the element is plain bytes, which are then copied without a DataView. */
  readonly plain: boolean;
  /** Whether every value that fits is stored without being refused, and fills all words. */
  readonly exact: boolean;
  /** Whether storing a value may run code of the program: a getter of its fields, `onTruncate`, an element of its own. */
  readonly active: boolean;
  /** Stores a value in memory that is thrown away when it throws. */
  readonly writeParts: Element<T>["write"];
  /** A view through which no part of a value is cut. */
  readonly soughtView: (memory: ArrayBuffer) => DataView<ArrayBuffer>;
  /** Whether all bytes are a value. */
  readonly all: boolean;
  /** Whether the texts in a value are UTF-8. */
  readonly validTexts: ((view: DataView<ArrayBuffer>, byteOffset: number) => boolean) | undefined;
  readonly isRefusal: (error: unknown) => boolean;
  /** The fast hash of numbers, which tables of numbers have too; of other values it is made of their words here. */
  readonly hashNumber: ((low: number, high: number, seed: number) => number) | undefined;
  readonly mix32: (bits: number) => number;
  readonly newSeed: () => number;
  readonly compileStrongHashes: () => StrongHashes;
}

/** Rows of values with a fixed number of bytes, which are hashed and compared in words of 32 bits. */
export function defineFixedRows<T>(parts: FixedRowsParts<T>): RowsClass<T> {
  const { element, byteLength, fits, plain, exact, active, all, validTexts, isRefusal, writeParts, soughtView } = parts;
  const { hashNumber, mix32, newSeed, compileStrongHashes } = parts;
  /** Compiled once a table has to use it, as few do. */
  let strongHashWords: StrongHashes["strongHashWords"] | undefined;
  const length = Math.ceil(element.byteLength / 4);
  const scratch = new ArrayBuffer(length * 4);
  const words = new Int32Array(scratch);
  const bytes = new Uint8Array(scratch);
  const view = new DataView(scratch);
  const nothing = new Int32Array(0);
  const spare = new Int32Array(length);
  const spareView = new DataView(spare.buffer);
  const spareSought = soughtView(spare.buffer);
  let collecting = false;

  /** The words of a value that runs code when it is stored. That may use rows of this kind, which need other memory. */
  function collect(value: T, sought: boolean): Int32Array {
    if (collecting) {
      const own = new Int32Array(length);
      writeParts(sought ? soughtView(own.buffer) : new DataView(own.buffer), 0, value);
      return own;
    }
    collecting = true;
    try {
      spare.fill(0);
      writeParts(sought ? spareSought : spareView, 0, value);
      return spare;
    } finally {
      collecting = false;
    }
  }

  return class FixedRows implements Rows<T> {
    readonly #storage: Storage;
    #seed: number;
    /** The other half of the key of the strong hash, once that is used. */
    #key = 0;
    #strong = false;
    #words: View<Int32ArrayConstructor> = nothing;
    readonly byteLength = byteLength;
    readonly rowBytes = length * 4;
    hash = 0;

    constructor(storage: Storage, seed: number) {
      this.#storage = storage;
      this.#seed = seed;
    }

    get bytes(): number {
      return this.#words.byteLength;
    }

    get views(): AnyView[] {
      return [this.#words];
    }

    get room(): number {
      return this.#words.length / length;
    }

    get data(): DataView<ArrayBuffer> {
      const { buffer, byteOffset, byteLength } = this.#words;
      return new DataView(buffer, byteOffset, byteLength);
    }

    load(value: T): boolean {
      if (!fits(value)) return false;
      if (plain) {
        const given = value as Uint8Array;
        for (let i = 0; i < byteLength; i++) bytes[i] = given[i]!;
      } else if (active) {
        const collected = collect(value, false);
        for (let i = 0; i < length; i++) words[i] = collected[i]!;
      } else {
        // Padding has to be equal too.
        if (!exact) words.fill(0);
        element.write(view, 0, value);
      }
      this.hash = this.#hash(words, 0);
      return true;
    }

    find(value: T): boolean {
      // What is refused throws nothing there; a try costs V8 half of the look-up.
      if (exact) return this.load(value);
      try {
        if (!active) return this.load(value);
        const collected = collect(value, true);
        for (let i = 0; i < length; i++) words[i] = collected[i]!;
        this.hash = this.#hash(words, 0);
        return true;
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    }

    settle(value: T): T {
      if (!active) return value;
      words.set(collect(value, false));
      return element.read(view, 0);
    }

    sought(value: T): T | undefined {
      return !active ? value : this.find(value) ? element.read(view, 0) : undefined;
    }

    hold(): Held {
      return words.slice();
    }

    reload(held: Held): void {
      words.set(held);
      this.hash = this.#hash(words, 0);
    }

    unload(): void {
      // All values have the same length.
    }

    loadRow(row: number): void {
      for (let i = 0, at = row * length; i < length; i++, at++) words[i] = this.#words[at]!;
      this.hash = this.#hash(words, 0);
    }

    #hash(from: Int32Array, at: number): number {
      if (this.#strong) return strongHashWords!(from, at, length, this.#seed, this.#key);
      if (hashNumber !== undefined) return hashNumber(from[at]!, length === 2 ? from[at + 1]! : 0, this.#seed);
      let hash = this.#seed;
      for (const end = at + length; at < end; at++) {
        // As hashBytes().
        let word = Math.imul(from[at]!, 0xcc9e2d51);
        word = Math.imul(word << 15 | word >>> 17, 0x1b873593);
        hash ^= word;
        hash = Math.imul(hash << 13 | hash >>> 19, 5) + 0xe6546b64 | 0;
      }
      return mix32(hash);
    }

    // No two words have the same fast hash: then the row need not be looked at, which is mostly not in the cache.
    matches(row: number): boolean {
      return (length === 1 && !this.#strong) || this.equals(row);
    }

    equals(row: number): boolean {
      const stored = this.#words;
      for (let i = 0, at = row * length; i < length; i++, at++) {
        if (stored[at] !== words[i]) return false;
      }
      return true;
    }

    strengthen(): void {
      this.#useStrong();
      // Both halves: the seed before may be known, because bytes with an index say it.
      this.#seed = newSeed();
      this.#key = newSeed();
    }

    hasRoomFor(): boolean {
      return true;
    }

    makeRoomFor(): void {
      // A row has room for every value.
    }

    store(row: number): void {
      const stored = this.#words;
      for (let i = 0, at = row * length; i < length; i++, at++) stored[at] = words[i]!;
    }

    get roomLeft(): number {
      return 1;
    }

    take(from: Rows<T>, row: number, to: number): void {
      const given = (from as unknown as FixedRows).#words;
      const stored = this.#words;
      for (let i = 0, at = row * length, into = to * length; i < length; i++, at++, into++) stored[into] = given[at]!;
    }

    reserveFor(): void {
      // As makeRoomFor().
    }

    move(from: number, to: number): void {
      this.#words.copyWithin(to * length, from * length, (from + 1) * length);
    }

    drop(): void {
      // The bytes stay until the row is used again.
    }

    note(row: number, number: number): void {
      this.#words[row * length] = number;
    }

    noted(row: number): number {
      return this.#words[row * length]!;
    }

    read(row: number): T {
      for (let i = 0, at = row * length; i < length; i++, at++) words[i] = this.#words[at]!;
      return element.read(view, 0);
    }

    hashOf(row: number): number {
      return this.#hash(this.#words, row * length);
    }

    byteLengthOf(): number {
      return byteLength;
    }

    resize(rows: number): void {
      this.#words = this.#storage.replace(
        () => this.#words,
        (given) => this.#storage.resize(Int32Array, given, rows * length),
      );
    }

    trim(): void {
      // As drop().
    }

    clear(): void {
      // As drop().
    }

    release(): void {
      this.resize(0);
    }

    forget(): void {
      this.#words = nothing;
    }

    get numbers(): number[] {
      return [this.#seed, this.#key, Number(this.#strong)];
    }

    #useStrong(): void {
      strongHashWords ??= compileStrongHashes().strongHashWords;
      this.#strong = true;
    }

    takeOver([seed, key, strong]: readonly number[], [words]: readonly (AnyView | undefined)[]): void {
      this.#seed = seed!;
      this.#key = key!;
      if (strong === 1) this.#useStrong();
      else this.#strong = false;
      this.#words = (words as View<Int32ArrayConstructor> | undefined) ?? nothing;
    }

    sizes(count: number): number[] {
      return [count * length * 4];
    }

    save([section]: readonly Uint8Array<ArrayBuffer>[], count: number, order?: Uint32Array): void {
      const { buffer, byteOffset } = section!;
      const into = new Int32Array(buffer, byteOffset, count * length);
      const stored = this.#words;
      if (order === undefined) return into.set(stored.subarray(0, into.length));
      for (let row = 0, to = 0; row < count; row++) {
        for (let i = 0, at = order[row]! * length; i < length; i++, at++, to++) into[to] = stored[at]!;
      }
    }

    restore(reader: ByteReader, section: number, keys: boolean): void {
      const { count } = reader;
      const given = reader.column(section, count * length, Int32Array);
      this.resize(count);
      this.#words.set(given);
      if (keys ? plain && byteLength % 4 === 0 : all && validTexts === undefined) return;
      for (let row = 0; row < count; row++) {
        if (keys ? this.#isKey(row) : this.#isValue(row)) continue;
        reader.refuse(section, row * length * 4, `there is no ${keys ? "key" : "value"} of its kind`);
      }
    }

    /** Whether storing the value of a row gives the same bytes, so that it can be found. */
    #isKey(row: number): boolean {
      if (plain) return this.#words[(row + 1) * length - 1]! >>> byteLength % 4 * 8 === 0;
      try {
        return this.load(this.read(row)) && this.equals(row);
      } catch {
        return false;
      }
    }

    #isValue(row: number): boolean {
      try {
        this.read(row);
        return validTexts === undefined || validTexts(view, 0);
      } catch {
        return false;
      }
    }
  };
}
