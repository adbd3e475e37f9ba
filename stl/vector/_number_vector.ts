import type { ByteReader } from "../bytes/byte_reader.ts";
import type { AnyView } from "../../heaps/allocator.ts";
import type { ElementFormat } from "../bytes/element_format.ts";
import type { boundAt, boundsAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { lengthOf, liveBufferOf, plainView } from "../core/plain_view.ts";
import type { requireFunction } from "../core/refuse.ts";
import type { listOf, Source } from "../core/sources.ts";
import type { ContainerOptions, Storage } from "../core/storage.ts";
import type { ValuesClass } from "../core/values.ts";
import type { AnyNumberElement, NumberElement, NumberViewConstructor } from "../elements/number_element.ts";
import type { VectorBase } from "./_vector_base.ts";
import type { NumberVector } from "./vector.ts";

type Compare<T> = (a: T, b: T) => number;

/** The typed array behind a vector, with the methods that number and bigint arrays share. */
interface NumberView<S> extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  [index: number]: S;
  fill(value: S, start?: number, end?: number): this;
  copyWithin(target: number, start: number, end?: number): this;
  set(source: ArrayLike<S>, offset?: number): void;
  sort(compare?: Compare<S>): this;
  subarray(start?: number, end?: number): this;
  slice(): this;
}

/** A class of vectors of numbers. */
export type NumberVectorClass = new (options: ContainerOptions) => NumberVector<AnyNumberElement>;

/** What the class uses besides globals. */
export interface NumberVectorParts<T> {
  readonly Base: typeof VectorBase;
  readonly Storage: typeof Storage;
  readonly Values: ValuesClass;
  readonly element: NumberElement<T, NumberViewConstructor>;
  /** Whether numbers are stored as they are given. */
  readonly keepsNumbers: boolean;
  readonly PARTS: typeof PARTS;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly boundAt: typeof boundAt;
  readonly boundsAt: typeof boundsAt;
  readonly checkedCount: typeof checkedCount;
  readonly elementAt: typeof elementAt;
  readonly format: ElementFormat;
  readonly lengthOf: typeof lengthOf;
  readonly listOf: typeof listOf;
  readonly liveBufferOf: typeof liveBufferOf;
  readonly plainView: typeof plainView;
  readonly refuseIndex: typeof refuseIndex;
  readonly requireFunction: typeof requireFunction;
}

/** Makes the class of vectors of one kind of number. */
export function defineNumberVector<T, S>(parts: NumberVectorParts<T>): NumberVectorClass {
  const { Base, PARTS, Storage, TAKE_OVER, Values, element, format, keepsNumbers, boundAt, boundsAt, checkedCount } =
    parts;
  const { elementAt, lengthOf, listOf, liveBufferOf, plainView, refuseIndex, requireFunction } = parts;
  const { viewType, encode, decode } = element;
  const type = viewType as unknown as {
    new (buffer: ArrayBuffer, byteOffset?: number, length?: number): NumberView<S>;
    BYTES_PER_ELEMENT: number;
  };
  const zero = new type(new ArrayBuffer(8))[0]!;
  const toStored = encode as unknown as (value: T) => S;
  const fromStored = decode as unknown as (stored: S) => T;

  // Engines are faster at signed integers, which count every element of two bytes or more that a block has room for.
  const SizeView = viewType.BYTES_PER_ELEMENT === 1 ? Uint32Array : Int32Array;

  // Methods on the hot paths are not private: with a call of one of those, even if it is never reached, push takes
  // twice as long in Bun 1.4.
  class NumberVector extends Base {
    readonly element = element;
    readonly #storage: Storage;
    #view: NumberView<S> = new type(new ArrayBuffer(0));
    // One number, the length: an array of one element is read and stored faster than a field that is private.
    readonly #size = new SizeView(1);

    constructor(options: ContainerOptions) {
      const storage = new Storage("Vector", options);
      super(storage);
      this.#storage = storage;
    }

    get capacity(): number {
      return this.#view.length;
    }

    get bytes(): number {
      return this.#view.byteLength;
    }

    get length(): number {
      return this.#size[0]!;
    }

    set length(length: number) {
      this.requireOpen("resize");
      checkedCount("resize", length, "Vector");
      while (length > this.#view.length) this.makeRoom(length);
      const before = this.#size[0]!;
      if (length > before) this.#view.fill(zero, before, length);
      this.#size[0] = length;
    }

    // No longer than that: JavaScriptCore would not inline it into loops where vectors of several kinds grow.
    push(value: T): number {
      const size = this.#size;
      const view = this.#view;
      const index = size[0]!;
      if (index >= view.length) return this.growAndPush(value);
      // Without a call for what most are: all vectors share the function, and adding takes three times as long in Bun 1.4.
      if (keepsNumbers && typeof value === "number") view[index] = value as S & T;
      else view[index] = toStored(value);
      return size[0] = index + 1;
    }

    growAndPush(value: T): number {
      return this.makeRoom(this.#size[0]! + 1).push(value);
    }

    /** Never called with the memory alive and room left; afterwards there may be none again, for listeners use it. */
    makeRoom(length: number): this {
      this.requireOpen("push onto");
      const room = Math.max(length, 8);
      this.#view = this.#storage.replace(() => this.#view, (view) => this.#storage.grow(type, view, room));
      return this;
    }

    requireOpen(action: string): void {
      this.#storage.requireOpen(action, this.#view, this.#size[0]!);
    }

    pushMany(values: Source<T>): number {
      this.requireOpen("push onto");
      if (values instanceof NumberVector) return this.append(values.subarray());
      if (values instanceof type) return this.append(values as NumberView<S>);
      const list = listOf(values, "Vector");
      const { length } = list;
      if (this.#size[0]! + length > this.#view.length) this.makeRoom(this.#size[0]! + length);
      // All of them first: one may be refused, and reading one may change the vector.
      const stored = new type(new ArrayBuffer(length * type.BYTES_PER_ELEMENT));
      for (let index = 0; index < length; index++) stored[index] = toStored(list[index]!);
      return this.append(stored);
    }

    append(values: NumberView<S>): number {
      const length = lengthOf(values);
      // Its own elements end where they are when it grows.
      const source = liveBufferOf(values, "push onto a Vector the values of") === this.#view.buffer
        ? (plainView(values, "copy") as unknown as NumberView<S>).slice()
        : values;
      while (this.#size[0]! + length > this.#view.length) this.makeRoom(this.#size[0]! + length);
      if (lengthOf(source) !== length) throw new Error("Cannot push onto a Vector: a listener took its values back");
      const start = this.#size[0]!;
      this.#view.set(source, start);
      return this.#size[0] = start + length;
    }

    pop(): T | undefined {
      const index = this.#size[0]! - 1;
      if (index < 0) return this.none("pop from");
      const value = this.get(index);
      this.#size[0] = index;
      return value;
    }

    get(index: number): T {
      if (typeof index === "number" && index < this.#size[0]!) {
        const stored = this.#view[index];
        if (stored !== undefined) return fromStored(stored);
      }
      return this.refuse("read", index);
    }

    set(index: number, value: T): void {
      if (
        !(typeof index === "number" && index >>> 0 === index && index < this.#size[0]! && index < this.#view.length)
      ) this.refuse("set", index);
      this.#view[index] = keepsNumbers && typeof value === "number" ? value as S & T : toStored(value);
    }

    refuse(action: string, index: number): never {
      this.requireOpen(action);
      return refuseIndex(action, index, "Vector", this.#size[0]!);
    }

    at(index: number): T | undefined {
      const place = elementAt(index, this.#size[0]!);
      return place < 0 ? this.none("read") : this.get(place);
    }

    none(action: string): undefined {
      this.requireOpen(action);
    }

    insert(index: number, value: T): void {
      if (!(typeof index === "number" && index >>> 0 === index && index <= this.#size[0]!)) {
        this.refuse("insert", index);
      }
      const last = this.push(value) - 1;
      if (index > last) {
        // A listener has removed what it was to be behind of.
        this.#size[0] = last;
        this.refuse("insert", index);
      }
      const stored = this.#view[last]!;
      this.#view.copyWithin(index + 1, index, last);
      this.#view[index] = stored;
    }

    removeAt(index: number): T {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.#size[0]!)) this.refuse("remove", index);
      const value = this.get(index);
      this.#view.copyWithin(index, index + 1, this.#size[0]!);
      this.#size[0]!--;
      return value;
    }

    swapRemove(index: number): T {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.#size[0]!)) this.refuse("remove", index);
      const value = this.get(index);
      this.#view[index] = this.#view[--this.#size[0]!]!;
      return value;
    }

    deleteAt(index: number): void {
      this.removeAt(index);
    }

    swapDelete(index: number): void {
      this.swapRemove(index);
    }

    clear(): void {
      this.requireOpen("clear");
      this.#size[0] = 0;
    }

    fill(value: T, start = 0, end = this.#size[0]!): this {
      (this.subarray(start, end) as NumberView<S>).fill(toStored(value));
      return this;
    }

    sort(compare?: Compare<T>): this {
      if (compare !== undefined) requireFunction("sort a Vector by", compare);
      if (compare === undefined) this.subarray().sort();
      else this.#sortBy(compare);
      return this;
    }

    #sortBy(compare: Compare<T>): void {
      const before = this.subarray().slice();
      const sorted = before.slice().sort((a, b) => compare(fromStored(a), fromStored(b)));
      const view = this.subarray();
      let same = view.length === before.length;
      for (let index = 0; same && index < before.length; index++) same = Object.is(view[index], before[index]);
      if (!same) throw new Error("Cannot sort a Vector: its function has changed it meanwhile");
      view.set(sorted);
    }

    binarySearch(value: T, compare?: Compare<T>): number {
      const order = compare ?? ((a: T, b: T): number => a < b ? -1 : a > b ? 1 : 0);
      requireFunction("search a Vector by", order);
      if (compare === undefined) this.#storage.requireOrdered(value);
      this.requireOpen("search");
      let low = 0;
      let high = this.#size[0]!;
      while (low < high) {
        const middle = low + Math.floor((high - low) / 2);
        if (order(this.get(middle), value) < 0) low = middle + 1;
        else high = middle;
      }
      return low < this.#size[0]! && order(this.get(low), value) === 0 ? low : -1 - low;
    }

    indexOf(value: T, start = 0): number {
      this.requireOpen("search");
      for (let index = boundAt(start, this.#size[0]!); index < this.#size[0]!; index++) {
        if (this.get(index) === value) return index;
      }
      return -1;
    }

    includes(value: T): boolean {
      if (value === value) return this.indexOf(value) >= 0;
      for (let index = 0; index < this.#size[0]!; index++) if (this.get(index) !== this.get(index)) return true;
      return false;
    }

    subarray(start = 0, end = this.#size[0]!): NumberView<S> {
      this.requireOpen("view");
      const { from, to, areSettled } = boundsAt(start, end, this.#size[0]!);
      return areSettled ? this.#view.subarray(from, to) : this.subarray(from, to);
    }

    forEach(visit: (value: T, index: number, vector: this) => void): void {
      this.#storage.requireVisitor(visit);
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) visit(this.get(index), index, this);
    }

    values(): IterableIterator<T> {
      this.requireOpen("read");
      return new Values(this) as IterableIterator<T>;
    }

    [Symbol.iterator](): IterableIterator<T> {
      return this.values();
    }

    toArray(start = 0, end = this.#size[0]!): T[] {
      return Array.from(this.subarray(start, end) as ArrayLike<S>, fromStored);
    }

    reserve(capacity: number): void {
      this.requireOpen("reserve memory for");
      if (checkedCount("reserve", capacity, "Vector") <= this.#view.length) return;
      while (capacity > this.#view.length) {
        this.#view = this.#storage.replace(() => this.#view, (view) => this.#storage.resize(type, view, capacity));
      }
    }

    shrinkToFit(): void {
      this.requireOpen("shrink");
      this.#storage.shrink(type, this.#view, this.#size[0]!, (view) => {
        this.#view = view;
      });
    }

    lieOver(reader: ByteReader): void {
      const { count } = reader;
      const { buffer, byteOffset } = reader.rows(0, count, type.BYTES_PER_ELEMENT);
      this.#view = new type(buffer, byteOffset, count);
      this.#size[0] = count;
    }

    [PARTS](): Parts {
      this.requireOpen("hand over");
      return {
        shape: format.shapeFor("hand over"),
        numbers: [this.#size[0]!],
        views: [this.#view as unknown as AnyView],
      };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      this.#view = (views[0] ?? new type(new ArrayBuffer(0))) as unknown as NumberView<S>;
      this.#size[0] = numbers[0]!;
    }

    dispose(): void {
      this.#storage.dispose(this.#view);
      this.#view = new type(new ArrayBuffer(0));
      this.#size[0] = 0;
    }
  }
  return NumberVector as unknown as NumberVectorClass;
}
