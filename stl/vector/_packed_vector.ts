import type { ByteReader } from "../bytes/byte_reader.ts";
import type { ElementFormat } from "../bytes/element_format.ts";
import type { boundAt, boundsAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { refuseNested, requireFunction } from "../core/refuse.ts";
import type { listOf, Source } from "../core/sources.ts";
import type { ContainerOptions, Storage } from "../core/storage.ts";
import type { ValuesClass } from "../core/values.ts";
import type { AnyElement, Element } from "../elements/element.ts";
import type { accessError, Memory, OFFSET, storeAgain } from "../struct/memory.ts";
import type { CompoundElement } from "../struct/property.ts";
import type { refuseSurplus } from "../struct/surplus.ts";
import type { partsWriterOf } from "../elements/parts_writer.ts";
import type { permuteRows } from "./_permute.ts";
import type { Order } from "./_radix_sort.ts";
import type { KeyColumn, KeySource, orderBy, orderOf, sortKeysOf } from "./_sort_keys.ts";
import type { VectorBase } from "./_vector_base.ts";
import type { Column, columnOf, fieldOf } from "./column.ts";
import type { createCursor, Cursor } from "./cursor.ts";
import type { SortBy, SortOptions } from "./sort_key.ts";
import type { Vector } from "./vector.ts";

/** A class of vectors of one element. */
export type PackedVectorClass = new (options: ContainerOptions) => Vector<AnyElement>;

/** What the class uses besides globals. */
export interface PackedVectorParts {
  readonly Base: typeof VectorBase;
  readonly Memory: typeof Memory;
  readonly NO_BYTES: DataView<ArrayBuffer>;
  readonly OFFSET: typeof OFFSET;
  readonly PARTS: typeof PARTS;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly Values: ValuesClass;
  readonly accessError: typeof accessError;
  readonly boundAt: typeof boundAt;
  readonly boundsAt: typeof boundsAt;
  readonly checkedCount: typeof checkedCount;
  readonly columnOf: typeof columnOf;
  readonly createCursor: typeof createCursor;
  readonly element: Element<unknown>;
  readonly elementAt: typeof elementAt;
  readonly format: ElementFormat;
  readonly listOf: typeof listOf;
  /** What makes an accessor of an element that has them. */
  readonly open: CompoundElement<unknown, unknown, unknown>["open"] | undefined;
  readonly fieldOf: typeof fieldOf;
  readonly orderBy: typeof orderBy;
  readonly orderOf: typeof orderOf;
  /** Whether some bytes of an element mean nothing, which are zero then. */
  readonly padded: boolean;
  readonly partsWriterOf: typeof partsWriterOf;
  readonly permuteRows: typeof permuteRows;
  readonly refuseIndex: typeof refuseIndex;
  readonly refuseNested: typeof refuseNested;
  readonly refuseSurplus: typeof refuseSurplus;
  readonly requireFunction: typeof requireFunction;
  readonly sortKeysOf: typeof sortKeysOf;
  readonly storeAgain: typeof storeAgain;
}

/** Makes the class of vectors of one element. */
export function definePackedVector(parts: PackedVectorParts): PackedVectorClass {
  const { Base, Memory, NO_BYTES, OFFSET, PARTS, Storage, TAKE_OVER, Values, accessError, boundAt, boundsAt } = parts;
  const {
    checkedCount,
    columnOf,
    createCursor,
    element,
    elementAt,
    format,
    listOf,
    fieldOf,
    open,
    orderBy,
    orderOf,
    padded,
    partsWriterOf,
    permuteRows,
    refuseIndex,
    refuseNested,
    refuseSurplus,
    requireFunction,
    sortKeysOf,
    storeAgain,
  } = parts;
  const { read, write, byteLength: rowBytes } = element;
  const writeParts = partsWriterOf(element as unknown as AnyElement);

  /** The capacity while a value is stored. */
  const BUSY = -1;
  const movement = { key: OFFSET, step: rowBytes };

  function same(a: unknown, b: unknown): boolean {
    return open === undefined ? a === b : (a as { equals(other: unknown): boolean }).equals(b);
  }

  function byValue(a: unknown, b: unknown): number {
    return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  }

  // As in vectors of numbers, also that methods on hot paths are not private.
  const SizeView = rowBytes === 1 ? Uint32Array : Int32Array;

  class PackedVector extends Base {
    readonly element = element;
    readonly #storage: Storage;
    readonly #memory: Memory;
    #last: Cursor<unknown> | undefined;
    // As many as the view has had room for; a view that lost its memory throws by itself.
    #capacity = 0;
    // As in vectors of numbers: faster than a private field that changes.
    readonly #size = new SizeView(1);

    constructor(options: ContainerOptions) {
      const storage = new Storage("Vector", options);
      super(storage);
      this.#storage = storage;
      this.#memory = new Memory(NO_BYTES, "Vector", false, storage);
    }

    // Private behind it: test libraries compare what is enumerable, and two of the same contents have not one memory.
    get memory(): Memory {
      return this.#memory;
    }

    get capacity(): number {
      return Math.max(this.#capacity, 0);
    }

    get bytes(): number {
      return this.capacity * rowBytes;
    }

    get length(): number {
      return this.#size[0]!;
    }

    set length(length: number) {
      this.requireOpen("resize");
      checkedCount("resize", length, "Vector");
      while (length > this.#capacity) this.makeRoom(length);
      // The bytes between fields too.
      if (length > this.#size[0]!) this.#bytes().fill(0, this.#size[0]! * rowBytes, length * rowBytes);
      this.#size[0] = length;
    }

    requireOpen(action: string): void {
      this.#storage.requireOpen(action, this.#memory.view, this.#size[0]!);
    }

    #bytes(): Uint8Array<ArrayBuffer> {
      const { view } = this.#memory;
      return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    }

    makeRoom(length: number): void {
      this.requireOpen("push onto");
      if (this.#capacity === BUSY) refuseNested("Vector");
      const room = Math.max(length, 8) * rowBytes;
      this.#use(
        this.#storage.replace(() => this.#memory.view, (view) => this.#storage.grow(DataView, view, room, rowBytes)),
      );
    }

    /** The same for `value`, which is looked at while there is time. */
    makeRoomFor(value: unknown): void {
      refuseSurplus(element as unknown as AnyElement, value);
      this.makeRoom(this.#size[0]! + 1);
    }

    #use(view: DataView<ArrayBuffer>): void {
      this.#memory.view = view;
      // Twice the bytes need not be whole rows where a block ends.
      this.#capacity = view.buffer.byteLength === 0 ? 0 : Math.floor(view.byteLength / rowBytes);
    }

    /** Makes room for one more element of zeros and returns its index. */
    extend(): number {
      while (this.#size[0]! >= this.#capacity) this.makeRoom(this.#size[0]! + 1);
      const index = this.#size[0]!;
      this.zeroRow(index * rowBytes);
      this.#size[0] = index + 1;
      return index;
    }

    zeroRow(start: number): void {
      const { view } = this.#memory;
      const end = start + rowBytes;
      try {
        let byte = start;
        for (; byte + 8 <= end; byte += 8) view.setFloat64(byte, 0);
        for (; byte < end; byte++) view.setUint8(byte, 0);
      } catch (error) {
        throw accessError(error, this.#memory);
      }
    }

    // Without a loop: with one, Bun 1.4 inlines it nowhere once a vector has grown, and makes an object of every row that
    // is given as a literal, which takes half as long again.
    push(value: unknown): number {
      const size = this.#size;
      if (size[0]! >= this.#capacity) this.makeRoomFor(value);
      const index = size[0]!;
      // A listener has used the room.
      if (index >= this.#capacity) return this.push(value);
      const capacity = this.#capacity;
      if (padded) this.zeroRow(index * rowBytes);
      // The value may have getters, which must not push onto the vector meanwhile.
      this.#capacity = BUSY;
      try {
        write(this.#memory.view, index * rowBytes, value);
        if (size[0] !== index || this.#capacity !== BUSY) refuseNested("Vector");
      } catch (error) {
        if (this.#capacity === BUSY) this.#capacity = capacity;
        throw accessError(error, this.#memory);
      }
      this.#capacity = capacity;
      return size[0] = index + 1;
    }

    pushMany(values: Source<unknown>): number {
      this.requireOpen("push onto");
      if (values instanceof PackedVector) return this.#append(values);
      const list = listOf(values, "Vector");
      const { length } = list;
      if (length > 0) refuseSurplus(element as unknown as AnyElement, list[0]);
      this.#reserveMore(length);
      // All of them first: one may be refused, and reading one may change the vector.
      const rows = new DataView(new ArrayBuffer(length * rowBytes));
      for (let index = 0; index < length; index++) writeParts(rows, index * rowBytes, list[index]);
      return this.#appendRows(new Uint8Array(rows.buffer), length);
    }

    #append(source: PackedVector): number {
      source.requireOpen("read");
      const { length } = source;
      this.#reserveMore(length);
      source.requireOpen("read");
      if (source.length < length) throw new Error("Cannot push onto a Vector: a listener took its values back");
      return this.#appendRows(source.#bytes().subarray(0, length * rowBytes), length);
    }

    #reserveMore(length: number): void {
      while (this.#size[0]! + length > this.#capacity) this.makeRoom(this.#size[0]! + length);
    }

    #appendRows(rows: Uint8Array, length: number): number {
      this.#reserveMore(length);
      this.requireOpen("push onto");
      const start = this.#size[0]!;
      if (length > 0) this.#bytes().set(rows, start * rowBytes);
      return this.#size[0] = start + length;
    }

    has(index: number): boolean {
      return typeof index === "number" && index >>> 0 === index && index < this.#size[0]!;
    }

    refuse(action: string, index: number): never {
      this.requireOpen(action);
      return refuseIndex(action, index, "Vector", this.#size[0]!);
    }

    readRow(index: number): unknown {
      try {
        return read(this.#memory.view, index * rowBytes);
      } catch (error) {
        throw accessError(error, this.#memory);
      }
    }

    get(index: number): unknown {
      if (!this.has(index)) this.refuse("read", index);
      return open === undefined ? this.readRow(index) : open(this.#memory, index * rowBytes);
    }

    set(index: number, value: unknown): void {
      if (!this.has(index)) this.refuse("set", index);
      const { view } = this.#memory;
      try {
        write(view, index * rowBytes, value);
      } catch (error) {
        if (view !== this.#memory.view && !this.closed) refuseNested("Vector");
        throw accessError(error, this.#memory);
      }
      // A getter of the value may have removed the element, or moved all.
      if (index >= this.#size[0]!) this.refuse("set", index);
      if (view !== this.#memory.view) storeAgain(view, this.#memory, index * rowBytes, rowBytes);
    }

    at(index: number): unknown {
      const place = elementAt(index, this.#size[0]!);
      return place < 0 ? this.requireOpen("read") : this.get(place);
    }

    pop(): unknown {
      if (this.#size[0]! === 0) return this.requireOpen("pop from");
      const value = this.readRow(this.#size[0]! - 1);
      this.#size[0]!--;
      return value;
    }

    insert(index: number, value: unknown): void {
      if (index !== this.#size[0]! && !this.has(index)) this.refuse("insert", index);
      // At the end first: it may be an accessor of what has to move.
      const last = this.push(value) - 1;
      if (index > last) {
        // A listener has removed what it was to be behind of.
        this.#size[0] = last;
        this.refuse("insert", index);
      }
      const bytes = this.#bytes();
      const row = bytes.slice(last * rowBytes, (last + 1) * rowBytes);
      bytes.copyWithin((index + 1) * rowBytes, index * rowBytes, last * rowBytes);
      bytes.set(row, index * rowBytes);
    }

    removeAt(index: number): unknown {
      if (!this.has(index)) this.refuse("remove", index);
      const value = this.readRow(index);
      this.#bytes().copyWithin(index * rowBytes, (index + 1) * rowBytes, this.#size[0]! * rowBytes);
      this.#size[0]!--;
      return value;
    }

    swapRemove(index: number): unknown {
      if (!this.has(index)) this.refuse("remove", index);
      const value = this.readRow(index);
      const last = --this.#size[0]!;
      this.#bytes().copyWithin(index * rowBytes, last * rowBytes, (last + 1) * rowBytes);
      return value;
    }

    deleteAt(index: number): void {
      if (!this.has(index)) this.refuse("delete", index);
      this.requireOpen("delete from");
      this.#bytes().copyWithin(index * rowBytes, (index + 1) * rowBytes, this.#size[0]! * rowBytes);
      this.#size[0]!--;
    }

    swapDelete(index: number): void {
      if (!this.has(index)) this.refuse("delete", index);
      const last = this.#size[0]! - 1;
      const { view } = this.#memory;
      try {
        // An array to copy by would cost more than the copy.
        const [to, from] = [index * rowBytes, last * rowBytes];
        let at = 0;
        for (; at + 4 <= rowBytes; at += 4) view.setInt32(to + at, view.getInt32(from + at));
        for (; at < rowBytes; at++) view.setInt8(to + at, view.getInt8(from + at));
      } catch (error) {
        throw accessError(error, this.#memory);
      }
      this.#size[0] = last;
    }

    clear(): void {
      this.requireOpen("clear");
      this.#size[0] = 0;
    }

    fill(value: unknown, start = 0, end = this.#size[0]!): this {
      this.requireOpen("fill");
      const { from, to, areSettled } = boundsAt(start, end, this.#size[0]!);
      if (!areSettled) return this.fill(value, from, to);
      if (from >= to) return this;
      this.set(from, value);
      const bytes = this.#bytes();
      for (let index = from + 1; index < to && index < this.#size[0]!; index++) {
        bytes.copyWithin(index * rowBytes, from * rowBytes, (from + 1) * rowBytes);
      }
      return this;
    }

    sort(compare?: (a: unknown, b: unknown) => number): this {
      this.requireOpen("sort");
      if (compare === undefined) return this.#arrange(orderOf(this.#size[0]!, (index) => this.readRow(index)));
      requireFunction("sort a Vector by", compare);
      const [one, other] = [this.#mover(), this.#mover()];
      const order = Uint32Array.from({ length: this.#size[0]! }, (_, index) => index);
      order.sort((a, b) => compare(one(a), other(b)));
      return this.#arrange({ order, spare: new Uint32Array(order.length) });
    }

    /** Finds elements without an object for each. */
    #mover(): (index: number) => unknown {
      if (open === undefined) return (index) => this.get(index);
      const cursor = this.cursor();
      return (index) => cursor.move(index);
    }

    #arrange(order: Order): this {
      const { length } = order.order;
      if (length !== this.#size[0]!) throw new Error("Cannot sort a Vector: its length has changed meanwhile");
      this.requireOpen("sort");
      if (length > 0) permuteRows(this.#bytes().subarray(0, length * rowBytes), rowBytes, order);
      return this;
    }

    sortBy(by: SortBy<string>, options?: SortOptions): this {
      return this.#arrange(this.#orderBy(by, options));
    }

    order(by: SortBy<string>, options?: SortOptions): Uint32Array<ArrayBuffer> {
      return this.#orderBy(by, options).order;
    }

    #orderBy(by: SortBy<string>, options: SortOptions | undefined): Order {
      const sources = sortKeysOf("Vector", by, options).map(({ by, descending }) => this.#source(by, descending));
      this.requireOpen("sort");
      const { order, spare } = orderBy(this.#size[0]!, sources);
      this.requireOpen("sort");
      if (order.length !== this.#size[0]!) throw new Error("Cannot sort a Vector: its length has changed meanwhile");
      return { order, spare };
    }

    #source(name: string, descending: boolean): KeySource {
      const column = this.column(name);
      const { element: field, byteOffset } = fieldOf(element, name);
      const bytes = (): KeyColumn => ({ bytes: this.#memory.view, byteOffset, rowBytes });
      return { element: field, descending, read: (index) => column.get(index), column: bytes };
    }

    cursor(start = 0, end?: number): Cursor<unknown> {
      this.requireOpen("walk over");
      if (open === undefined) throw new TypeError(`Cannot walk over a Vector of ${element.name}: it holds no structs`);
      const place = open(this.#memory, 0);
      return createCursor<unknown>(element, movement, place, this, [start, end]);
    }

    column(name: string): Column<unknown> {
      return columnOf(this, element, name);
    }

    append(): unknown {
      this.#last ??= this.cursor();
      const index = this.extend();
      return this.#last.move(index);
    }

    binarySearch(value: unknown, compare: (element: unknown, value: unknown) => number = byValue): number {
      this.requireOpen("search");
      requireFunction("search a Vector by", compare);
      if (compare === byValue) this.#storage.requireOrdered(value);
      const at = this.#mover();
      let [low, high] = [0, this.#size[0]!];
      while (low < high) {
        const middle = low + Math.floor((high - low) / 2);
        if (compare(at(middle), value) < 0) low = middle + 1;
        else high = middle;
      }
      return low < this.#size[0]! && compare(at(low), value) === 0 ? low : -1 - low;
    }

    indexOf(value: unknown, start = 0): number {
      this.requireOpen("search");
      for (let index = boundAt(start, this.#size[0]!); index < this.#size[0]!; index++) {
        if (same(this.get(index), value)) return index;
      }
      return -1;
    }

    includes(value: unknown): boolean {
      return this.indexOf(value) >= 0;
    }

    forEach(visit: (value: unknown, index: number, vector: this) => void): void {
      this.#storage.requireVisitor(visit);
      this.requireOpen("read");
      for (let index = 0; index < this.#size[0]!; index++) visit(this.get(index), index, this);
    }

    values(): IterableIterator<unknown> {
      this.requireOpen("read");
      return new Values(this);
    }

    [Symbol.iterator](): IterableIterator<unknown> {
      return this.values();
    }

    toArray(start = 0, end = this.#size[0]!): unknown[] {
      this.requireOpen("read");
      const { from, to, areSettled } = boundsAt(start, end, this.#size[0]!);
      if (!areSettled) return this.toArray(from, to);
      return Array.from({ length: Math.max(0, to - from) }, (_, index) => this.readRow(from + index));
    }

    reserve(capacity: number): void {
      this.requireOpen("reserve memory for");
      checkedCount("reserve", capacity, "Vector");
      while (capacity > this.#capacity) {
        if (this.#capacity === BUSY) refuseNested("Vector");
        const bytes = capacity * rowBytes;
        this.#use(
          this.#storage.replace(() => this.#memory.view, (view) => this.#storage.resize(DataView, view, bytes)),
        );
      }
    }

    shrinkToFit(): void {
      this.requireOpen("shrink");
      if (this.#capacity === BUSY) refuseNested("Vector");
      this.#storage.shrink(DataView, this.#memory.view, this.#size[0]! * rowBytes, (view) => this.#use(view));
    }

    lieOver(reader: ByteReader): void {
      const { count } = reader;
      const { buffer, byteOffset, byteLength } = reader.rows(0, count, rowBytes);
      this.#use(new DataView(buffer, byteOffset, byteLength));
      this.#size[0] = count;
    }

    [PARTS](): Parts {
      this.requireOpen("hand over");
      if (this.#capacity === BUSY) refuseNested("Vector");
      return { shape: format.shapeFor("hand over"), numbers: [this.#size[0]!], views: [this.#memory.view] };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      this.#use((views[0] ?? NO_BYTES) as DataView<ArrayBuffer>);
      this.#size[0] = numbers[0]!;
    }

    dispose(): void {
      this.#storage.dispose(this.#memory.view);
      this.#memory.view = NO_BYTES;
      this.#capacity = this.#size[0] = 0;
    }
  }
  return PackedVector as unknown as PackedVectorClass;
}
