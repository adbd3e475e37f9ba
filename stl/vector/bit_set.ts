import { ByteReader } from "../bytes/byte_reader.ts";
import { writeColumns } from "../bytes/byte_writer.ts";
import { restored } from "../bytes/restored.ts";
import type { Container } from "../core/container.ts";
import { ContainerBase, showAs, showContents } from "../core/container_base.ts";
import { countBits } from "../core/count_bits.ts";
import { checkedCount } from "../core/indexes.ts";
import { type GivenParts, PARTS, type Parts, TAKE_OVER } from "../core/parts.ts";
import { shown } from "../core/refuse.ts";
import { type ContainerOptions, Storage } from "../core/storage.ts";

/** Options of a {@linkcode BitSet}. */
export interface BitSetOptions extends ContainerOptions {
  /** How many numbers, from 0 on, there is room for from the start. */
  readonly capacity?: number;
}

/** Numbers are below this. */
const LIMIT = 2 ** 32;

/**
 * A set of integers from 0 to 4,294,967,295, one bit for each number up to the greatest: what `Set` is to JavaScript,
 * for dense numbers. Members are iterated over in ascending order.
 *
 * | Call | Time, amortised | At worst |
 * | --- | --- | --- |
 * | `has`, `delete`, `size` | constant | constant |
 * | `add`, `toggle` | constant | u, when the block grows |
 * | `next`, a step of an iteration | words up to the next member | u |
 * | `and`, `or`, `xor`, `andNot`, `isSubsetOf`, `isDisjointFrom`, `clear` | u | u |
 * | `forEach`, `toArray` | u + members | u + members |
 * | `reserve`, `shrinkToFit`, `toBytes`, `fromBytes` | u | u |
 *
 * u are the words of 32 bits up to the greatest number that there is room for, whatever the number of members.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { BitSet } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "flags" });
 * const even = new BitSet({ allocator: heap });
 * const small = new BitSet({ allocator: heap });
 * for (let i = 0; i < 1000; i += 2) even.add(i);
 * for (let i = 0; i < 5; i++) small.add(i);
 * assert.deepEqual(small.and(even).toArray(), [0, 2, 4]);
 * assert.equal(even.size, 500);
 * assert.equal(even.bytes, 128);
 * ```
 */
export class BitSet extends ContainerBase implements Container, Iterable<number> {
  readonly #storage: Storage;
  // Bits above the greatest member are 0.
  #words: Int32Array<ArrayBuffer> = new Int32Array(0);
  #size = 0;

  /**
   * Makes an empty set, which takes no memory yet unless `capacity` asks for it.
   *
   * Throws `TypeError` without an allocator, `ClosedError` when it is closed, and like {@linkcode BitSet.reserve}.
   */
  constructor(options: BitSetOptions) {
    const storage = new Storage("BitSet", options);
    super(storage);
    this.#storage = storage;
    this.reserve(options.capacity ?? 0);
    showContents(this);
  }

  /**
   * The set that {@linkcode BitSet.toBytes} of another one wrote, made like a new one.
   *
   * Throws `FormatError` for bytes that no set wrote, and for what was cut or changed; `TypeError` for what is not a
   * Uint8Array; and like the constructor. Nothing is left of it then.
   */
  static fromBytes(bytes: Uint8Array, options: BitSetOptions): BitSet {
    const reader = new ByteReader("BitSet", "bits", 1, bytes);
    return restored(reader, options, (given) => new (this ?? BitSet)(given), (set) => set.#restore(reader));
  }

  /** Numbers below this fit before memory has to grow. */
  get capacity(): number {
    return this.#words.length * 32;
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.#words.byteLength;
  }

  /** Number of members. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds `value`.
   *
   * Throws `RangeError` for anything but an integer from 0 to 4,294,967,295, and like {@linkcode Container.reserve};
   * then nothing has changed.
   */
  add(value: number): this {
    while (typeof value !== "number" || value >>> 0 !== value || value >>> 5 >= this.#words.length) this.#grow(value);
    const place = value >>> 5;
    const word = this.#words[place]!;
    const bit = 1 << (value & 31);
    if ((word & bit) === 0) {
      this.#words[place] = word | bit;
      this.#size++;
    }
    return this;
  }

  #grow(value: number): void {
    this.#require("add to");
    if (typeof value !== "number" || value >>> 0 !== value) {
      throw new RangeError(`Cannot add ${shown(value)} to a BitSet: expected an integer from 0 to ${LIMIT - 1}`);
    }
    this.#growTo(Math.max((value >>> 5) + 1, 4));
  }

  #growTo(words: number): void {
    this.#words = this.#storage.replace(() => this.#words, (view) => {
      const before = view.length;
      return this.#storage.grow(Int32Array, view, words).fill(0, before);
    });
  }

  #require(action: string): void {
    this.#storage.requireOpen(action, this.#words, this.#size);
  }

  /**
   * Whether `value` is a member.
   *
   * Throws `ClosedError` when the set is closed.
   */
  has(value: number): boolean {
    if (typeof value === "number" && value >>> 0 === value) {
      const word = this.#words[value >>> 5];
      if (word !== undefined) return (word >>> (value & 31) & 1) === 1;
    }
    this.#require("read");
    return false;
  }

  /**
   * Removes `value`; whether it was a member.
   *
   * Throws like {@linkcode BitSet.has}.
   */
  delete(value: number): boolean {
    if (!this.has(value)) return false;
    this.#words[value >>> 5]! &= ~(1 << (value & 31));
    this.#size--;
    return true;
  }

  /**
   * Adds `value` when it is not a member, and removes it when it is; whether it is a member now.
   *
   * Throws like {@linkcode BitSet.add}.
   */
  toggle(value: number): boolean {
    // First of all: a listener of the heap may use the set while it grows.
    while (typeof value !== "number" || value >>> 0 !== value || value >>> 5 >= this.#words.length) this.#grow(value);
    if (this.delete(value)) return false;
    this.add(value);
    return true;
  }

  /** Removes every member; the memory stays for new ones. */
  clear(): void {
    this.#require("clear");
    this.#words.fill(0);
    this.#size = 0;
  }

  /**
   * The least member from `value` on, or -1.
   *
   * Throws like {@linkcode BitSet.has}, and `TypeError` for a bigint or symbol.
   */
  next(value: number): number {
    this.#require("read");
    if (typeof value === "bigint" || typeof value === "symbol") {
      throw new TypeError(`Cannot go on from ${shown(value)} in a BitSet: expected a number`);
    }
    const start = Math.max(0, Math.ceil(value));
    if (!(start < this.capacity)) return -1;
    let place = start >>> 5;
    let word = this.#words[place]! & -1 << (start & 31);
    while (word === 0 && ++place < this.#words.length) word = this.#words[place]!;
    return word === 0 ? -1 : place * 32 + 31 - Math.clz32(word & -word);
  }

  /**
   * Keeps only members that are members of `other`, too.
   *
   * Throws `ClosedError` when one of the sets is closed, `TypeError` when `other` is not a `BitSet`.
   */
  and(other: BitSet): this {
    return this.#combine(other, false, (a, b) => a & b);
  }

  /**
   * Adds every member of `other`.
   *
   * Throws like {@linkcode BitSet.and} and {@linkcode Container.reserve}; then nothing has changed.
   */
  or(other: BitSet): this {
    return this.#combine(other, true, (a, b) => a | b);
  }

  /**
   * Keeps what is a member of exactly one of both sets.
   *
   * Throws like {@linkcode BitSet.or}.
   */
  xor(other: BitSet): this {
    return this.#combine(other, true, (a, b) => a ^ b);
  }

  /**
   * Removes every member of `other`.
   *
   * Throws like {@linkcode BitSet.and}.
   */
  andNot(other: BitSet): this {
    return this.#combine(other, false, (a, b) => a & ~b);
  }

  static #requireSet(other: unknown): void {
    if (other instanceof BitSet) return;
    throw new TypeError(`Cannot compare a BitSet with ${shown(other)}: expected a BitSet`);
  }

  /** Combines every word with that of `other`; when it `grows`, there may be members in those that only `other` has. */
  #combine(other: BitSet, grows: boolean, combine: (a: number, b: number) => number): this {
    this.#require("change");
    BitSet.#requireSet(other);
    other.#require("read");
    while (grows && other.#usedWords() > this.#words.length) this.#growTo(other.#usedWords());
    const [mine, theirs] = [this.#words, other.#words];
    let size = 0;
    for (let place = 0; place < mine.length; place++) {
      const word = combine(mine[place]!, place < theirs.length ? theirs[place]! : 0);
      mine[place] = word;
      size += countBits(word);
    }
    this.#size = size;
    return this;
  }

  /**
   * Whether every member is a member of `other`.
   *
   * Throws like {@linkcode BitSet.and}.
   */
  isSubsetOf(other: BitSet): boolean {
    this.#require("read");
    BitSet.#requireSet(other);
    other.#require("read");
    const [mine, theirs] = [this.#words, other.#words];
    return mine.every((word, place) => (word & ~(theirs[place] ?? 0)) === 0);
  }

  /**
   * Whether no member is a member of `other`.
   *
   * Throws like {@linkcode BitSet.and}.
   */
  isDisjointFrom(other: BitSet): boolean {
    this.#require("read");
    BitSet.#requireSet(other);
    other.#require("read");
    const [mine, theirs] = [this.#words, other.#words];
    return mine.every((word, place) => (word & (theirs[place] ?? 0)) === 0);
  }

  /** Calls `visit` with every member, twice as `Set` does. */
  forEach(visit: (value: number, same: number, set: this) => void): void {
    this.#storage.requireVisitor(visit);
    for (let value = this.next(0); value >= 0; value = this.next(value + 1)) visit(value, value, this);
  }

  /** The members, each twice as in `Set`. */
  *entries(): IterableIterator<[number, number]> {
    for (const value of this.values()) yield [value, value];
  }

  /** The members. */
  keys(): IterableIterator<number> {
    return this.values();
  }

  /** The members. */
  *values(): IterableIterator<number> {
    for (let value = this.next(0); value >= 0; value = this.next(value + 1)) yield value;
  }

  /** The members. */
  [Symbol.iterator](): IterableIterator<number> {
    return this.values();
  }

  /** The members as an ordinary array. */
  toArray(): number[] {
    return Array.from(this.values());
  }

  /**
   * Makes room for the numbers below `capacity`.
   *
   * Throws `RangeError` for anything but an integer from 0 to 4,294,967,296, `AllocationError` when there is no memory,
   * `ClosedError` when it is closed.
   */
  reserve(capacity: number): void {
    this.#require("reserve memory for");
    const words = Math.ceil(checkedCount("reserve", capacity, "BitSet") / 32);
    if (capacity > LIMIT) {
      throw new RangeError(`Cannot reserve a BitSet to ${capacity}: its numbers are below ${LIMIT}`);
    }
    while (words > this.#words.length) {
      this.#words = this.#storage.replace(() => this.#words, (view) => {
        const before = view.length;
        return this.#storage.resize(Int32Array, view, words).fill(0, before);
      });
    }
  }

  /**
   * Every member as ordinary bytes for {@linkcode BitSet.fromBytes}.
   *
   * Throws like {@linkcode Container.toBytes}.
   */
  toBytes(): Uint8Array<ArrayBuffer> {
    this.#require("write");
    const words = this.#words.subarray(0, this.#usedWords());
    return writeColumns({ kind: "BitSet", layout: "bits", count: this.#size }, [words]);
  }

  #restore(reader: ByteReader): Storage {
    const used = reader.bytes(0).length / 4;
    const words = reader.column(0, Math.ceil(used), Int32Array);
    if (used > LIMIT / 32) reader.refuse(0, LIMIT / 8, `there are numbers above ${LIMIT - 1}`);
    let size = 0;
    for (let place = 0; place < words.length; place++) size += countBits(words[place]!);
    if (size !== reader.count) reader.refuseCount(`${size} bits are set`);
    this.reserve(used * 32);
    this.#words.set(words);
    this.#size = size;
    return this.#storage;
  }

  #usedWords(): number {
    let used = this.#words.length;
    while (used > 0 && this.#words[used - 1] === 0) used--;
    return used;
  }

  /**
   * Gives back the memory above the greatest member.
   *
   * Throws `ClosedError` when it is closed.
   */
  shrinkToFit(): void {
    this.#require("shrink");
    this.#storage.shrink(Int32Array, this.#words, this.#usedWords(), (words) => {
      this.#words = words;
    });
  }

  static {
    Object.defineProperties(BitSet.prototype, {
      [PARTS]: {
        value(this: BitSet): Parts {
          this.#require("hand over");
          return { shape: "BitSet", numbers: [this.#size], views: [this.#words] };
        },
      },
      [TAKE_OVER]: {
        value(this: BitSet, { numbers: [size], views: [words] }: GivenParts): void {
          this.#words = (words as Int32Array<ArrayBuffer> | undefined) ?? new Int32Array(0);
          this.#size = size!;
        },
      },
    });
  }

  /** Gives back all memory, and ends an allocator that it owns. The second call does nothing. */
  override dispose(): void {
    this.#storage.dispose(this.#words);
    this.#words = new Int32Array(0);
    this.#size = 0;
  }
}

showAs(BitSet, { shape: "set" });
