import { checkedCount, refuseIndex } from "./_refuse.ts";
import { specialise } from "./_specialise.ts";
import { type ContainerOptions, Storage } from "./_storage.ts";
import { type ValuesClass, valuesClass } from "./_values.ts";
import { VectorBase } from "./_vector_base.ts";
import type { AnyNumberElement, NumberElement, NumberViewConstructor } from "./number_element.ts";
import type { NumberVector } from "./vector.ts";

type Compare<T> = (a: T, b: T) => number;

/** The typed array behind a vector, with the methods that number and bigint arrays share. */
interface Column<S> extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  [index: number]: S;
  fill(value: S, start?: number, end?: number): this;
  copyWithin(target: number, start: number, end?: number): this;
  set(source: ArrayLike<S>, offset?: number): void;
  sort(compare?: Compare<S>): this;
  subarray(start?: number, end?: number): this;
}

/** What the factory below may use beside globals. */
const TOOLS = { Storage, checkedCount, refuseIndex, VectorBase };

type VectorClass = new (element: AnyNumberElement, options: ContainerOptions) => NumberVector<AnyNumberElement>;

/** Makes the class of vectors of one kind of number; see {@linkcode specialise} for its limits. */
function makeClass<T, S>(
  { Storage, checkedCount, refuseIndex, VectorBase }: typeof TOOLS,
  { viewType, encode, decode }: NumberElement<T, NumberViewConstructor>,
  Values: ValuesClass,
): VectorClass {
  const type = viewType as unknown as { new (buffer: ArrayBuffer): Column<S>; prototype: Column<S> };
  const zero = new type(new ArrayBuffer(8))[0]!;
  const toStored = encode as unknown as (value: T) => S;
  const fromStored = decode as unknown as (stored: S) => T;

  class NumberVector extends VectorBase {
    readonly element: NumberElement<T, NumberViewConstructor>;
    readonly #storage: Storage;
    #view: Column<S> = new type(new ArrayBuffer(0));
    #length = 0;

    constructor(element: NumberElement<T, NumberViewConstructor>, options: ContainerOptions) {
      super();
      this.element = element;
      this.#storage = new Storage("Vector", options);
    }

    get allocator(): Storage["allocator"] {
      return this.#storage.allocator;
    }

    get capacity(): number {
      return this.#view.length;
    }

    get bytes(): number {
      return this.#view.byteLength;
    }

    get closed(): boolean {
      return this.#storage.disposed || this.#storage.allocator.closed;
    }

    get length(): number {
      return this.#length;
    }

    set length(length: number) {
      const before = this.#length;
      this.#require("resize");
      if (checkedCount("resize", length, "Vector") > this.#view.length) this.#grow(length);
      if (length > before) this.#view.fill(zero, before, length);
      this.#length = length;
    }

    push(value: T): number {
      const index = this.#length;
      if (index >= this.#view.length) this.#grow(index + 1);
      this.#view[index] = toStored(value);
      return this.#length = index + 1;
    }

    // Never called with the memory alive and room left.
    #grow(length: number): void {
      this.#require("push onto");
      this.#view = this.#storage.grow(type, this.#view, Math.max(length, 8));
    }

    #require(action: string): void {
      this.#storage.requireOpen(action, this.#view, this.#length);
    }

    pushMany(values: Iterable<T> | ArrayLike<T>): number {
      if (values instanceof type) return this.#append(values as Column<S>);
      const list = "length" in values ? values : Array.from(values);
      const start = this.#length;
      if (start + list.length > this.#view.length) this.#grow(start + list.length);
      this.#require("push onto");
      for (let index = 0; index < list.length; index++) this.#view[start + index] = toStored(list[index]!);
      return this.#length = start + list.length;
    }

    #append(values: Column<S>): number {
      const start = this.#length;
      if (start + values.length > this.#view.length) this.#grow(start + values.length);
      this.#require("push onto");
      this.#view.set(values, start);
      return this.#length = start + values.length;
    }

    pop(): T | undefined {
      const index = this.#length - 1;
      if (index < 0) return this.#none("pop from");
      const value = this.get(index);
      this.#length = index;
      return value;
    }

    get(index: number): T {
      if (index < this.#length) {
        const stored = this.#view[index];
        if (stored !== undefined) return fromStored(stored);
      }
      return this.#refuse("read", index);
    }

    set(index: number, value: T): void {
      if (!(index >>> 0 === index && index < this.#length && index < this.#view.length)) this.#refuse("set", index);
      this.#view[index] = toStored(value);
    }

    #refuse(action: string, index: number): never {
      this.#require(action);
      return refuseIndex(action, index, "Vector", this.#length);
    }

    at(index: number): T | undefined {
      const whole = Math.trunc(index) || 0;
      const place = whole < 0 ? whole + this.#length : whole;
      return place >= 0 && place < this.#length ? this.get(place) : this.#none("read");
    }

    #none(action: string): undefined {
      this.#require(action);
    }

    insert(index: number, value: T): void {
      const length = this.#length;
      if (!(index >>> 0 === index && index <= length)) this.#refuse("insert", index);
      const stored = toStored(value);
      this.push(value);
      this.#view.copyWithin(index + 1, index, length);
      this.#view[index] = stored;
    }

    removeAt(index: number): T {
      const value = this.get(index);
      this.#view.copyWithin(index, index + 1, this.#length);
      this.#length--;
      return value;
    }

    swapRemove(index: number): T {
      const value = this.get(index);
      this.#view[index] = this.#view[--this.#length]!;
      return value;
    }

    clear(): void {
      this.#require("clear");
      this.#length = 0;
    }

    fill(value: T, start = 0, end = this.#length): this {
      (this.subarray(start, end) as Column<S>).fill(toStored(value));
      return this;
    }

    sort(compare?: Compare<T>): this {
      const view = this.subarray() as Column<S>;
      if (compare === undefined) view.sort();
      else view.sort((a, b) => compare(fromStored(a), fromStored(b)));
      return this;
    }

    binarySearch(value: T, compare?: Compare<T>): number {
      const order = compare ?? ((a: T, b: T): number => a < b ? -1 : a > b ? 1 : 0);
      this.#require("search");
      let low = 0;
      let high = this.#length;
      while (low < high) {
        const middle = low + Math.floor((high - low) / 2);
        if (order(this.get(middle), value) < 0) low = middle + 1;
        else high = middle;
      }
      return low < this.#length && order(this.get(low), value) === 0 ? low : -1 - low;
    }

    indexOf(value: T, start = 0): number {
      this.#require("search");
      const from = start < 0 ? Math.max(0, start + this.#length) : start;
      for (let index = from; index < this.#length; index++) if (this.get(index) === value) return index;
      return -1;
    }

    includes(value: T): boolean {
      if (value === value) return this.indexOf(value) >= 0;
      for (let index = 0; index < this.#length; index++) if (this.get(index) !== this.get(index)) return true;
      return false;
    }

    subarray(start = 0, end = this.#length): Column<S> {
      this.#require("view");
      const length = this.#length;
      return this.#view.subarray(0, length).subarray(start, end);
    }

    forEach(visit: (value: T, index: number, vector: this) => void): void {
      this.#require("read");
      for (let index = 0; index < this.#length; index++) visit(this.get(index), index, this);
    }

    *entries(): IterableIterator<[number, T]> {
      this.#require("read");
      for (let index = 0; index < this.#length; index++) yield [index, this.get(index)];
    }

    *keys(): IterableIterator<number> {
      this.#require("read");
      for (let index = 0; index < this.#length; index++) yield index;
    }

    values(): IterableIterator<T> {
      this.#require("read");
      return new Values(this) as IterableIterator<T>;
    }

    [Symbol.iterator](): IterableIterator<T> {
      return this.values();
    }

    toArray(start = 0, end = this.#length): T[] {
      return Array.from(this.subarray(start, end) as ArrayLike<S>, fromStored);
    }

    reserve(capacity: number): void {
      this.#require("reserve memory for");
      if (checkedCount("reserve", capacity, "Vector") <= this.#view.length) return;
      this.#view = this.#storage.resize(type, this.#view, capacity);
    }

    shrinkToFit(): void {
      this.#require("shrink");
      this.#view = this.#storage.resize(type, this.#view, this.#length);
    }

    dispose(): void {
      const view = this.#view;
      this.#view = new type(new ArrayBuffer(0));
      this.#length = 0;
      this.#storage.dispose(view);
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  }
  return NumberVector as unknown as VectorClass;
}

const classes = new WeakMap<AnyNumberElement, VectorClass>();

/** An empty vector of numbers. */
export function createNumberVector(
  element: AnyNumberElement,
  options: ContainerOptions,
): NumberVector<AnyNumberElement> {
  let Class = classes.get(element);
  if (Class === undefined) {
    Class = specialise(makeClass, `Vector of ${element.name}`)(
      TOOLS,
      element,
      valuesClass(element.name),
    ) as VectorClass;
    classes.set(element, Class);
  }
  return new Class(element, options);
}
