import type { ByteReader } from "./_byte_reader.ts";
import { bytesOf } from "./_element_format.ts";
import { permuteRows } from "./_permute.ts";
import { checkedCount, refuseIndex, refuseNested } from "./_refuse.ts";
import { INDEX, type NumberColumn, type RowCode, rowCode, type RowPlace } from "./_soa_rows.ts";
import { filledFrom, restored } from "./_restored.ts";
import { SoaFormat } from "./_soa_format.ts";
import { orderOf } from "./_sort_keys.ts";
import { specialise } from "./_specialise.ts";
import { type ContainerOptions, Storage } from "./_storage.ts";
import { type ValuesClass, valuesClass } from "./_values.ts";
import { createCursor, type Cursor, type Movement } from "./cursor.ts";
import { type AnyNumberElement, NumberElement } from "./number_element.ts";
import type { Columns, SoaVector } from "./soa_vector.ts";

/** What every vector of rows inherits from, so that `instanceof SoaVector` holds. */
export class SoaBase {}

type RowObject = Record<string, unknown>;
type SoaClass = new (columns: Columns, options: ContainerOptions) => SoaVector<Columns>;

const MOVEMENT: Movement = { key: INDEX, step: 1 };
const TOOLS = {
  MOVEMENT,
  SoaBase,
  SoaFormat,
  Storage,
  bytesOf,
  checkedCount,
  createCursor,
  orderOf,
  permuteRows,
  refuseIndex,
  refuseNested,
};

/** Makes the class of vectors with one set of columns; see {@linkcode specialise} for its limits. */
function makeClass(tools: typeof TOOLS, columns: Columns, code: RowCode, Values: ValuesClass): SoaClass {
  const { MOVEMENT, SoaBase, SoaFormat, Storage, checkedCount, createCursor, orderOf, permuteRows, refuseIndex } =
    tools;
  const { bytesOf, refuseNested } = tools;
  /** The capacity while a row is stored. */
  const BUSY = -1;
  const { Row, read, write } = code;
  const names = Object.keys(columns);
  const elements: readonly AnyNumberElement[] = Object.values(columns);
  const types = elements.map(({ viewType }) => viewType as new (buffer: ArrayBuffer) => NumberColumn);

  class RowVector extends SoaBase {
    readonly columns = columns;
    readonly #storage: Storage;
    // Always the same list: accessors find columns that have moved in it.
    readonly #views: NumberColumn[] = types.map((Type) => new Type(new ArrayBuffer(0)));
    // What every column has room for; one that was taken back has none, whatever this says.
    #capacity = 0;
    #length = 0;

    constructor(_columns: Columns, options: ContainerOptions) {
      super();
      this.#storage = new Storage("SoaVector", options);
    }

    get allocator(): Storage["allocator"] {
      return this.#storage.allocator;
    }

    get capacity(): number {
      return Math.max(this.#capacity, 0);
    }

    get bytes(): number {
      // A column may be longer than the others when memory ran out.
      return this.#views.reduce((sum, { byteLength }) => sum + byteLength, 0);
    }

    get closed(): boolean {
      return this.#storage.closed;
    }

    get length(): number {
      return this.#length;
    }

    set length(length: number) {
      const before = this.#length;
      this.requireOpen("resize");
      if (checkedCount("resize", length, "SoaVector") > this.#capacity) this.#grow(length);
      types.forEach((Type, place) => this.#views[place]!.fill(new Type(new ArrayBuffer(8))[0], before, length));
      this.#length = length;
    }

    requireOpen(action: string): void {
      this.#storage.requireOpen(action, this.#views[0]!, this.#length);
    }

    #grow(length: number): void {
      this.requireOpen("push onto");
      if (this.#capacity === BUSY) refuseNested("SoaVector");
      types.forEach((Type, place) => {
        this.#views[place] = this.#storage.grow(Type, this.#views[place]!, Math.max(length, 8));
      });
      this.#capacity = Math.min(...this.#views.map(({ length }) => length));
    }

    push(row: RowObject): number {
      const index = this.#length;
      if (index >= this.#capacity || index >= this.#views[0]!.length) this.#grow(index + 1);
      const capacity = this.#capacity;
      // The row may have getters, which must not push onto the vector meanwhile.
      this.#capacity = BUSY;
      try {
        write(this.#views, index, row);
        if (this.#length !== index || this.#capacity !== BUSY) refuseNested("SoaVector");
      } finally {
        if (this.#capacity === BUSY) this.#capacity = capacity;
      }
      return this.#length = index + 1;
    }

    pushMany(rows: Iterable<RowObject>): number {
      for (const row of rows) this.push(row);
      this.requireOpen("push onto");
      return this.#length;
    }

    #check(action: string, index: number): void {
      if (index >>> 0 === index && index < this.#length && index < this.#views[0]!.length) return;
      this.requireOpen(action);
      refuseIndex(action, index, "SoaVector", this.#length);
    }

    get(index: number): RowPlace {
      this.#check("read", index);
      return new Row(this.#views, index);
    }

    set(index: number, row: RowObject): void {
      this.#check("set", index);
      write(this.#views, index, row);
    }

    at(index: number): RowPlace | undefined {
      this.requireOpen("read");
      const whole = Math.trunc(index) || 0;
      const place = whole < 0 ? whole + this.#length : whole;
      return place >= 0 && place < this.#length ? this.get(place) : undefined;
    }

    pop(): RowObject | undefined {
      this.requireOpen("pop from");
      return this.#length === 0 ? undefined : this.removeAt(this.#length - 1);
    }

    insert(index: number, row: RowObject): void {
      const length = this.#length;
      if (index !== length) this.#check("insert", index);
      // At the end first: it may be an accessor of what has to move.
      this.push(row);
      for (const view of this.#views) {
        const value = view[length]!;
        view.copyWithin(index + 1, index, length);
        view[index] = value;
      }
    }

    removeAt(index: number): RowObject {
      this.#check("remove", index);
      const row = read(this.#views, index);
      for (const view of this.#views) view.copyWithin(index, index + 1, this.#length);
      this.#length--;
      return row;
    }

    swapRemove(index: number): RowObject {
      this.#check("remove", index);
      const row = read(this.#views, index);
      const last = --this.#length;
      for (const view of this.#views) view[index] = view[last]!;
      return row;
    }

    clear(): void {
      this.requireOpen("clear");
      this.#length = 0;
    }

    column(name: string): NumberColumn {
      this.requireOpen("view a column of");
      const place = names.indexOf(name);
      if (place < 0) throw new RangeError(`Cannot view column ${name} of a SoaVector: it has ${names.join(", ")}`);
      return this.#views[place]!.subarray(0, this.#length);
    }

    cursor(start = 0, end = Infinity): Cursor<RowPlace> {
      this.requireOpen("walk over");
      return createCursor(columns, MOVEMENT, new Row(this.#views, 0), this, [start, end]);
    }

    sortBy(name: string, { descending = false }: { readonly descending?: boolean } = {}): this {
      const column = this.column(name);
      const { decode } = columns[name]!;
      return this.#arrange(orderOf(this.#length, (index) => decode(column[index]!), descending));
    }

    sort(compare: (a: RowPlace, b: RowPlace) => number): this {
      const [one, other] = [this.cursor(), this.cursor()];
      const order = Uint32Array.from({ length: this.#length }, (_, index) => index);
      return this.#arrange(order.sort((a, b) => compare(one.move(a), other.move(b))));
    }

    #arrange(order: Uint32Array): this {
      this.requireOpen("sort");
      if (order.length !== this.#length) throw new Error("Cannot sort a SoaVector: its length has changed meanwhile");
      for (const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } of this.#views) {
        // The order is spent by each column.
        permuteRows(new DataView(buffer, byteOffset, byteLength), BYTES_PER_ELEMENT, order.slice());
      }
      return this;
    }

    forEach(visit: (row: RowPlace, index: number, vector: this) => void): void {
      this.requireOpen("read");
      for (let index = 0; index < this.#length; index++) visit(this.get(index), index, this);
    }

    *entries(): IterableIterator<[number, RowPlace]> {
      this.requireOpen("read");
      for (let index = 0; index < this.#length; index++) yield [index, this.get(index)];
    }

    *keys(): IterableIterator<number> {
      this.requireOpen("read");
      for (let index = 0; index < this.#length; index++) yield index;
    }

    values(): IterableIterator<RowPlace> {
      this.requireOpen("read");
      return new Values(this) as IterableIterator<RowPlace>;
    }

    [Symbol.iterator](): IterableIterator<RowPlace> {
      return this.values();
    }

    toArray(start = 0, end = this.#length): RowObject[] {
      this.requireOpen("read");
      const clamp = (index: number): number =>
        Math.min(Math.max(index < 0 ? index + this.#length : index, 0), this.#length);
      const rows: RowObject[] = [];
      for (let index = clamp(start); index < clamp(end); index++) rows.push(read(this.#views, index));
      return rows;
    }

    #resize(capacity: number): void {
      if (this.#capacity === BUSY) refuseNested("SoaVector");
      types.forEach((Type, place) => {
        this.#views[place] = this.#storage.resize(Type, this.#views[place]!, capacity);
      });
      this.#capacity = capacity;
    }

    reserve(capacity: number): void {
      this.requireOpen("reserve memory for");
      if (checkedCount("reserve", capacity, "SoaVector") > this.#capacity) this.#resize(capacity);
    }

    shrinkToFit(): void {
      this.requireOpen("shrink");
      this.#resize(this.#length);
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.requireOpen("write");
      return new SoaFormat(columns).save(this.#length, this.#views.map((view) => view.subarray(0, this.#length)));
    }

    restore(reader: ByteReader): Storage {
      this.reserve(reader.count);
      this.#views.forEach((view, place) => bytesOf(view).set(reader.bytes(place)));
      this.#length = reader.count;
      return this.#storage;
    }

    dispose(): void {
      const views = types.map((Type, place) => this.#views.splice(place, 1, new Type(new ArrayBuffer(0)))[0]!);
      this.#capacity = this.#length = 0;
      this.#storage.dispose(...views);
    }

    [Symbol.dispose](): void {
      this.dispose();
    }
  }
  return RowVector as unknown as SoaClass;
}

const classes = new WeakMap<Columns, SoaClass>();

function checkColumns(columns: Columns): void {
  const pairs = Object.entries(Object(columns) as Columns);
  if (pairs.length === 0) throw new TypeError("Cannot make a SoaVector without columns");
  for (const [name, element] of pairs) {
    if (!(element instanceof NumberElement)) {
      throw new TypeError(`Cannot make a SoaVector with column ${name}: it is no number element like f64`);
    }
    if (name === "assign" || name === "toObject" || name === "__proto__") {
      throw new TypeError(`Cannot make a SoaVector with column ${name}: every row has that itself`);
    }
  }
}

/** An empty vector of rows. */
export function createSoaVector(columns: Columns, options: ContainerOptions): SoaVector<Columns> {
  let Class = classes.get(columns);
  if (Class === undefined) {
    checkColumns(columns);
    // Later changes of the object do not matter.
    const fixed = { ...columns };
    Class = specialise(makeClass, "SoaVector")(TOOLS, fixed, rowCode(fixed), valuesClass("SoaVector"));
    classes.set(columns, Class);
  }
  return new Class(columns, options);
}

/** The vector that `toBytes` of another one wrote. */
export function soaVectorFromBytes(
  columns: Columns,
  bytes: Uint8Array,
  options: ContainerOptions,
): SoaVector<Columns> {
  checkColumns(columns);
  const reader = new SoaFormat(columns).read(bytes);
  return restored(options, (given) => createSoaVector(columns, given), filledFrom(reader));
}
