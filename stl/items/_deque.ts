import type { ByteReader } from "../bytes/byte_reader.ts";
import type { bytesOf, ElementFormat } from "../bytes/element_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { shown } from "../core/refuse.ts";
import type { listOf, Source } from "../core/sources.ts";
import type { Storage } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";
import type { Deque, DequeOptions } from "./deque.ts";
import type { Items, ItemsClass } from "./items.ts";

/** The typed array behind a deque of numbers. */
interface Numbers extends ArrayBufferView<ArrayBuffer> {
  readonly length: number;
  set(source: Numbers, offset: number): void;
  slice(): Numbers;
  subarray(start: number, end?: number): Numbers;
}

/** A class of deques. */
export type DequeClass = new (element: AnyElement, options: DequeOptions) => Deque<AnyElement>;

/** What the class uses besides globals. */
export interface DequeParts<T> {
  readonly Base: BaseClass;
  readonly Items: ItemsClass<T>;
  readonly PARTS: typeof PARTS;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly format: ElementFormat;
  readonly bytesOf: typeof bytesOf;
  readonly checkedCount: typeof checkedCount;
  /** What a typed array of numbers stores for one of them. */
  readonly encode: (value: T) => unknown;
  readonly listOf: typeof listOf;
  readonly elementAt: typeof elementAt;
  readonly refuseIndex: typeof refuseIndex;
  readonly shown: typeof shown;
}

/** Makes the class of deques of one element. */
export function defineDeque<T>(parts: DequeParts<T>): DequeClass {
  const { Base, Items, PARTS, Storage, TAKE_OVER, format, bytesOf, checkedCount, elementAt, encode } = parts;
  const { listOf, refuseIndex, shown } = parts;

  // As in vectors of numbers: methods on hot paths are not private, and numbers that change are in an array.
  class DequeOfElement extends Base {
    readonly element: AnyElement;
    readonly maxLength: number;
    readonly #storage: Storage;
    readonly #items: Items<T>;
    /** The place of the first element, below the capacity; those behind it go on at place 0. */
    readonly #first = new Uint32Array(1);
    readonly #size = new Uint32Array(1);
    /** Counts how often the memory has become another. */
    #widenings = 0;

    constructor(element: AnyElement, options: DequeOptions) {
      const storage = new Storage("Deque", options);
      super(storage);
      this.#storage = storage;
      this.element = element;
      this.#items = new Items(storage);
      const { maxLength = Infinity, capacity = 0 } = options;
      if (maxLength !== Infinity && !(Number.isSafeInteger(maxLength) && maxLength > 0)) {
        throw new RangeError(
          `Cannot make a Deque with maxLength ${shown(maxLength)}: expected an integer ≥ 1 or Infinity`,
        );
      }
      this.maxLength = maxLength;
      this.reserve(capacity);
    }

    get capacity(): number {
      return this.#items.capacity;
    }

    get bytes(): number {
      return this.#items.bytes;
    }

    get length(): number {
      return this.#size[0]!;
    }

    /** Stores a value, which is loaded already unless that is needless. */
    store(place: number, value: T): void {
      if (Items.direct) this.#items.set(place, value);
      else this.#items.put(place);
    }

    push(value: T): number {
      if (!Items.direct) this.#items.load(value);
      const length = this.#size[0]!;
      if (length === this.maxLength) return this.replaceFirst(value);
      if (length >= this.#items.capacity) return this.storeSlowly(value, true);
      const capacity = this.#items.capacity;
      const end = this.#first[0]! + length;
      this.store(end < capacity ? end : end - capacity, value);
      return this.#size[0] = length + 1;
    }

    pushMany(values: Source<T> | Numbers): number {
      this.requireOpen("push onto");
      const { view } = this.#items;
      const list = listOf(values as Source<T>, "Deque");
      if (Items.direct && list instanceof view.constructor) return this.#pushNumbers(list as unknown as Numbers);
      // All of them first: one may be refused, and reading one may change the deque.
      const { length } = list;
      if (Items.direct) {
        const type = view.constructor as unknown as new (length: number) => Numbers & T[];
        const stored = new type(length);
        for (let index = 0; index < length; index++) stored[index] = encode(list[index]!) as T;
        return this.#pushNumbers(stored);
      }
      const loaded: unknown[] = [];
      for (let index = 0; index < length; index++) {
        this.#items.load(list[index]!);
        loaded.push(this.#items.takeOut());
      }
      this.#makeRoomFor(length);
      for (const value of loaded) {
        this.#items.giveBack(value);
        // It is loaded already.
        if (this.#size[0] === this.maxLength) this.replaceFirst(undefined as T);
        else this.storeSlowly(undefined as T, true);
      }
      return this.#size[0]!;
    }

    /** Makes room for so many more, or for as many as there may be. */
    #makeRoomFor(added: number): void {
      const lengthWith = (): number => Math.min(this.maxLength, this.#size[0]! + added);
      while (this.#items.capacity < lengthWith()) {
        this.requireOpen("push onto");
        this.#widen(() => this.#items.grow(lengthWith()));
      }
    }

    /** In at most two copies; those that would be dropped at once are left out. */
    #pushNumbers(values: Numbers): number {
      // Its own elements end where they are when it grows.
      const own = values.buffer === this.#items.view.buffer ? values.slice() : values;
      const { length: added } = own;
      this.#makeRoomFor(added);
      if (own.length !== added) throw new Error("Cannot push onto a Deque: a listener took its values back");
      this.requireOpen("push onto");
      const source = own.subarray(Math.max(0, added - this.maxLength));
      const length = Math.min(this.maxLength, this.#size[0]! + source.length);
      const capacity = this.#items.capacity;
      const after = this.#first[0]! + this.#size[0]!;
      const end = after < capacity ? after : after - capacity;
      const stored = this.#items.view as unknown as Numbers;
      const first = Math.min(source.length, capacity - end);
      stored.set(source.subarray(0, first), end);
      stored.set(source.subarray(first), 0);
      const head = this.#first[0]! + this.#size[0]! + source.length - length;
      this.#first[0] = head < capacity ? head : head - capacity;
      return this.#size[0] = length;
    }

    unshift(value: T): number {
      if (!Items.direct) this.#items.load(value);
      const length = this.#size[0]!;
      if (length === this.maxLength) return this.replaceLast(value);
      if (length >= this.#items.capacity) return this.storeSlowly(value, false);
      const head = (this.#first[0]! === 0 ? this.#items.capacity : this.#first[0]!) - 1;
      this.store(head, value);
      this.#first[0] = head;
      return this.#size[0] = length + 1;
    }

    /** Puts a value behind the last one, in the place of the first. */
    replaceFirst(value: T): number {
      const capacity = this.#items.capacity;
      if (capacity === 0) this.requireOpen("push onto");
      const head = this.#first[0]!;
      const end = head + this.#size[0]!;
      this.store(end < capacity ? end : end - capacity, value);
      this.#first[0] = head + 1 < capacity ? head + 1 : 0;
      return this.#size[0]!;
    }

    /** Puts a value before the first one, in the place of the last. */
    replaceLast(value: T): number {
      const capacity = this.#items.capacity;
      if (capacity === 0) this.requireOpen("push onto");
      const head = (this.#first[0]! === 0 ? capacity : this.#first[0]!) - 1;
      this.store(head, value);
      this.#first[0] = head;
      return this.#size[0]!;
    }

    /** Makes room for a value that is loaded, and stores it; a listener may use the deque meanwhile. */
    storeSlowly(value: T, atEnd: boolean): number {
      const loaded = this.#items.takeOut();
      while (this.#size[0]! < this.maxLength && this.#size[0]! >= this.#items.capacity) this.makeRoom("push onto");
      this.#items.giveBack(loaded);
      if (this.#size[0] === this.maxLength) return atEnd ? this.replaceFirst(value) : this.replaceLast(value);
      const capacity = this.#items.capacity;
      const end = atEnd ? this.#first[0]! + this.#size[0]! : this.#first[0]! + capacity - 1;
      const place = end < capacity ? end : end - capacity;
      this.store(place, value);
      if (!atEnd) this.#first[0] = place;
      return ++this.#size[0]!;
    }

    // Never called with the memory alive and room left.
    makeRoom(action: string): void {
      this.requireOpen(action);
      this.#widen(() => {
        if (this.#items.capacity * 2 >= this.maxLength) this.#items.resize(this.maxLength);
        else this.#items.grow(Math.max(this.#size[0]! + 1, Math.min(8, this.maxLength)));
      });
    }

    /** Lets the memory grow, and closes the gap in the middle that it gets; what a listener does has closed its own. */
    #widen(grow: () => void): void {
      const widenings = this.#widenings;
      const before = this.#items.capacity;
      grow();
      if (this.#widenings === widenings) this.#spread(before);
    }

    /** Closes the gap in the middle that the memory got by growing from `before`. */
    #spread(before: number): void {
      this.#widenings++;
      if (this.#size[0]! === 0) this.#first[0] = 0;
      if (this.#first[0]! + this.#size[0]! <= before) return;
      const first = before - this.#first[0]!;
      const head = this.#items.capacity - first;
      this.#items.move(head, this.#first[0]!, first);
      this.#first[0] = head;
    }

    requireOpen(action: string): void {
      this.#storage.requireOpen(action, this.#items.view, this.#size[0]!);
    }

    pop(): T | undefined {
      const index = this.#size[0]! - 1;
      if (index < 0) return this.none("pop from");
      const value = this.get(index);
      this.#size[0] = index;
      return value;
    }

    shift(): T | undefined {
      const length = this.#size[0]!;
      if (length === 0) return this.none("shift");
      const value = this.get(0);
      const head = this.#first[0]! + 1;
      this.#first[0] = head < this.#items.capacity ? head : 0;
      this.#size[0] = length - 1;
      return value;
    }

    get(index: number): T {
      const capacity = this.#items.capacity;
      if (!(typeof index === "number" && index >>> 0 === index && index < this.#size[0]! && index < capacity)) {
        this.refuse("read", index);
      }
      const place = this.#first[0]! + index;
      return this.#items.get(place < capacity ? place : place - capacity);
    }

    set(index: number, value: T): void {
      this.#items.load(value);
      const capacity = this.#items.capacity;
      if (!(typeof index === "number" && index >>> 0 === index && index < this.#size[0]! && index < capacity)) {
        this.refuse("set", index);
      }
      const place = this.#first[0]! + index;
      this.#items.replace(place < capacity ? place : place - capacity);
    }

    refuse(action: string, index: number): never {
      this.requireOpen(action);
      return refuseIndex(action, index, "Deque", this.#size[0]!);
    }

    at(index: number): T | undefined {
      const place = elementAt(index, this.#size[0]!);
      return place < 0 ? this.none("read") : this.get(place);
    }

    none(action: string): undefined {
      this.requireOpen(action);
    }

    indexOf(value: T): number {
      this.requireOpen("search");
      for (let index = 0; index < this.#size[0]!; index++) if (this.get(index) === value) return index;
      return -1;
    }

    clear(): void {
      this.requireOpen("clear");
      this.#size[0] = this.#first[0] = 0;
    }

    forEach(visit: (value: T, index: number, deque: this) => void): void {
      this.#storage.requireVisitor(visit);
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) visit(this.get(index), index, this);
    }

    *entries(): IterableIterator<[number, T]> {
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) yield [index, this.get(index)];
    }

    *keys(): IterableIterator<number> {
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) yield index;
    }

    *values(): IterableIterator<T> {
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) yield this.get(index);
    }

    [Symbol.iterator](): IterableIterator<T> {
      return this.values();
    }

    slices(): Numbers[] {
      this.requireOpen("view");
      if (!Items.direct) throw new TypeError("Cannot view slices of this Deque: its elements are not numbers");
      const all = this.#items.view as unknown as Numbers;
      const head = this.#first[0]!;
      const first = Math.min(this.#size[0]!, this.#items.capacity - head);
      return [all.subarray(head, head + first), all.subarray(0, this.#size[0]! - first)];
    }

    toArray(): T[] {
      return Array.from(this.values());
    }

    reserve(capacity: number): void {
      this.requireOpen("reserve memory for");
      checkedCount("reserve", capacity, "Deque");
      while (capacity > this.#items.capacity) this.#widen(() => this.#items.resize(capacity));
    }

    shrinkToFit(): void {
      this.requireOpen("shrink");
      const [head, length, capacity] = [this.#first[0]!, this.#size[0]!, this.#items.capacity];
      // Elements that go on at place 0 are the end of the shorter ring, too.
      const first = Math.min(length, capacity - head);
      const target = length - first;
      if (length === capacity) return;
      this.#items.move(target, head, first);
      // Right for the shorter ring, which a listener finds already.
      this.#first[0] = length === 0 ? 0 : target;
      this.#widenings++;
      try {
        this.#items.shrink(length);
      } catch (error) {
        // A listener may have taken the memory away, as a rollback does.
        if (this.#items.view.byteLength > 0) this.#spread(length);
        throw error;
      }
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.requireOpen("write");
      const { byteLength } = this.element;
      const length = this.#size[0]!;
      const all = bytesOf(this.#items.view);
      const start = this.#first[0]! * byteLength;
      const first = Math.min(length, this.#items.capacity - this.#first[0]!) * byteLength;
      return format.save(length, (into) => {
        into.set(all.subarray(start, start + first));
        into.set(all.subarray(0, into.length - first), first);
      });
    }

    restore(reader: ByteReader): Storage {
      const values = format.values(reader);
      const length = Math.min(reader.count, this.maxLength);
      this.reserve(length);
      bytesOf(this.#items.view).set(values.subarray(values.length - length * this.element.byteLength));
      this.#size[0] = length;
      return this.#storage;
    }

    [PARTS](): Parts {
      this.requireOpen("hand over");
      return {
        shape: `${format.shapeFor("hand over")} up to ${this.maxLength}`,
        numbers: [this.#first[0]!, this.#size[0]!],
        views: [this.#items.view],
      };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      const [first, size] = numbers;
      this.#items.use(views[0] as Uint8Array<ArrayBuffer> | undefined);
      this.#first[0] = first!;
      this.#size[0] = size!;
      this.#widenings++;
    }

    dispose(): void {
      this.#storage.dispose(this.#items.view);
      this.#items.forget();
      this.#size[0] = this.#first[0] = 0;
      this.#widenings++;
    }
  }
  return DequeOfElement as unknown as DequeClass;
}
