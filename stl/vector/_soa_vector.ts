import type { AnyView } from "../../heaps/allocator.ts";
import type { ByteReader } from "../bytes/byte_reader.ts";
import type { bytesOf } from "../bytes/element_format.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { boundsAt, checkedCount, elementAt, refuseIndex } from "../core/indexes.ts";
import type { GivenParts, Movable, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { refuseNested, requireFunction } from "../core/refuse.ts";
import type { listOf, Source } from "../core/sources.ts";
import type { ContainerOptions, Storage } from "../core/storage.ts";
import type { ValuesClass } from "../core/values.ts";
import type { Memory } from "../struct/memory.ts";
import type { requireNames } from "../struct/surplus.ts";
import type { permuteRows } from "./_permute.ts";
import type {
  ColumnBytes,
  ColumnPlan,
  insertLast,
  memoriesOf,
  packedColumn,
  removeRow,
  scratchColumns,
  SoaLabel,
} from "./_soa_columns.ts";
import type { SoaFormat } from "./_soa_format.ts";
import type { PlainRow, RowCode, RowPlace } from "./_soa_rows.ts";
import type { Order } from "./_radix_sort.ts";
import type { KeyColumn, KeySource, orderBy, sortKeysOf } from "./_sort_keys.ts";
import type { Column } from "./column.ts";
import type { SortBy, SortOptions } from "./sort_key.ts";
import type { createCursor, Cursor, Movement } from "./cursor.ts";
import type { Columns, SoaVector } from "./soa_vector.ts";

/** A class of vectors with one set of columns. */
export type SoaVectorClass = new (options: ContainerOptions) => SoaVector<Columns>;

/** The same for a container whose rows are in a vector: that uses the storage of the container, and is disposed with it. */
export type SoaRowsClass = new (options: ContainerOptions, storage: Storage) => SoaRows;

/** What a container uses of the vector that its rows are in. */
export interface SoaRows extends Movable {
  readonly bytes: number;
  readonly capacity: number;
  /** Where accessors find the columns. */
  readonly places: readonly ColumnBytes[];
  /** The blocks that are held. */
  readonly views: AnyView[];
  length: number;
  clear(): void;
  column(name: string): ColumnBytes | Column<unknown>;
  cursor(): Cursor<RowPlace>;
  /** Forgets the memory when the storage was disposed of. */
  dispose(): void;
  makeRoom(length: number): void;
  push(row: PlainRow): number;
  requireOpen(action: string): void;
  reserve(capacity: number): void;
  restore(reader: ByteReader): Storage;
  shrinkToFit(): void;
  swapDelete(index: number): void;
  toArray(start: number, end: number): PlainRow[];
}

/** What the class uses besides globals. */
export interface SoaVectorParts extends RowCode {
  readonly Base: BaseClass;
  readonly PARTS: typeof PARTS;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly Values: ValuesClass;
  readonly boundsAt: typeof boundsAt;
  readonly bytesOf: typeof bytesOf;
  readonly checkedCount: typeof checkedCount;
  readonly columns: Columns;
  readonly createCursor: typeof createCursor;
  readonly elementAt: typeof elementAt;
  readonly format: SoaFormat;
  readonly insertLast: typeof insertLast;
  /** What messages call the container of the rows. */
  readonly label: SoaLabel;
  readonly listOf: typeof listOf;
  readonly memoriesOf: typeof memoriesOf;
  /** How a row is moved by a cursor. */
  readonly movement: Movement;
  readonly orderBy: typeof orderBy;
  readonly packedColumn: typeof packedColumn;
  readonly permuteRows: typeof permuteRows;
  readonly plans: readonly ColumnPlan[];
  readonly refuseIndex: typeof refuseIndex;
  readonly refuseNested: typeof refuseNested;
  readonly removeRow: typeof removeRow;
  readonly requireFunction: typeof requireFunction;
  readonly requireNames: typeof requireNames;
  readonly scratchColumns: typeof scratchColumns;
  readonly sortKeysOf: typeof sortKeysOf;
}

/** Makes the class of vectors with one set of columns. */
export function defineSoaVector(parts: SoaVectorParts): SoaVectorClass {
  const {
    Base,
    PARTS,
    Row,
    Storage,
    TAKE_OVER,
    Values,
    boundsAt,
    bytesOf,
    checkedCount,
    columns,
    createCursor,
    elementAt,
  } = parts;
  const {
    format,
    hasRow,
    insertLast,
    label,
    listOf,
    memoriesOf,
    move,
    movement,
    orderBy,
    packedColumn,
    permuteRows,
    plans,
  } = parts;
  const {
    read,
    refuseIndex,
    refuseNested,
    removeRow,
    requireFunction,
    requireNames,
    scratchColumns,
    sortKeysOf,
    write,
  } = parts;
  /** The capacity while a row is stored. */
  const BUSY = -1;
  const names = plans.map(({ name }) => name);
  const padded = plans.some((plan) => plan.padded);

  class RowVector extends Base {
    readonly columns = columns;
    readonly #storage: Storage;
    // Always the same list: accessors find columns that have moved in it. Behind them are the memories of those of
    // anything but numbers: a second list makes pushing numbers slower by a fifth in Bun 1.4.
    readonly #views: ColumnBytes[] = plans.map(({ viewType }) => new viewType(new ArrayBuffer(0)));
    // What every column has room for; one that was taken back has none, whatever this says.
    #capacity = 0;
    #length = 0;

    constructor(options: ContainerOptions, shared?: Storage) {
      const storage = shared ?? new Storage(label, options);
      super(storage);
      this.#storage = storage;
      this.#views.push(...memoriesOf(plans, this.#storage));
    }

    get capacity(): number {
      return Math.max(this.#capacity, 0);
    }

    get bytes(): number {
      // A column may be longer than the others when memory ran out.
      return plans.reduce((sum, _, place) => sum + this.#views[place]!.byteLength, 0);
    }

    get length(): number {
      return this.#length;
    }

    set length(length: number) {
      this.requireOpen("resize");
      checkedCount("resize", length, label);
      while (length > this.#capacity) this.#grow(length);
      const before = this.#length;
      plans.forEach(({ viewType, unit }, place) => {
        this.#views[place]!.fill(new viewType(new ArrayBuffer(8))[0], before * unit, length * unit);
      });
      this.#length = length;
    }

    requireOpen(action: string): void {
      // A scope that is rolled back may have taken some columns and left others.
      for (let place = 0; place < plans.length; place++) {
        this.#storage.requireOpen(action, this.#views[place]!, this.#length);
      }
    }

    #grow(length: number): void {
      this.requireOpen("push onto");
      if (this.#capacity === BUSY) refuseNested(label);
      plans.forEach((plan, place) => {
        const units = Math.max(length, 8) * plan.unit;
        this.#renew(plan, place, (view) => this.#storage.grow(plan.viewType, view, units, plan.unit));
      });
    }

    /** For containers whose rows are in a vector: as many as `length` fit then, or a listener has taken the room. */
    makeRoom(length: number): void {
      this.#grow(length);
    }

    /** The blocks that are held. */
    get views(): AnyView[] {
      return this.#views.slice(0, plans.length) as AnyView[];
    }

    /** Where accessors of rows find the columns. */
    get places(): readonly ColumnBytes[] {
      return this.#views;
    }

    /** Gives a column other memory; a listener may have done that meanwhile. */
    #renew(plan: ColumnPlan, place: number, make: (view: ColumnBytes) => ColumnBytes): void {
      try {
        const view = this.#storage.replace(() => this.#views[place]!, make);
        // What a listener has left may be gone by now.
        this.#storage.requireOpen("grow", view, 0);
        this.#replace(plan, place, view);
      } finally {
        this.#measure();
      }
    }

    #replace({ part }: ColumnPlan, place: number, view: ColumnBytes): void {
      this.#views[place] = view;
      if (part >= 0) this.#memory(part).view = new DataView(view.buffer, view.byteOffset, view.byteLength);
    }

    #memory(part: number): Memory {
      return this.#views[part] as object as Memory;
    }

    #measure(): void {
      this.#capacity = Math.min(...plans.map(({ unit }, place) => Math.floor(this.#views[place]!.length / unit)));
    }

    /** Bytes between the parts of a row are the same whatever was there before. */
    #zeroPadded(index: number): void {
      plans.forEach(({ padded, unit }, place) => {
        if (padded) this.#views[place]!.fill(0, index * unit, (index + 1) * unit);
      });
    }

    push(row: PlainRow): number {
      while (this.#length >= this.#capacity) this.#grow(this.#length + 1);
      const index = this.#length;
      if (padded) {
        if (!hasRow(this.#views, index)) this.#refuseLost();
        this.#zeroPadded(index);
      }
      const capacity = this.#capacity;
      // The row may have getters, which must not push onto the vector meanwhile.
      this.#capacity = BUSY;
      try {
        const stored = write(this.#views, index, row);
        if (this.#length !== index || this.#capacity !== BUSY) refuseNested(label);
        if (!stored) this.#refuseLost();
      } finally {
        if (this.#capacity === BUSY) this.#capacity = capacity;
      }
      return this.#length = index + 1;
    }

    /** A column has lost its memory. */
    #refuseLost(): never {
      this.requireOpen("push onto");
      throw new Error(`Cannot push onto a ${label}: one of its columns has changed meanwhile`);
    }

    pushMany(rows: Source<PlainRow>): number {
      this.requireOpen("push onto");
      if (rows instanceof RowVector) return this.#append(rows);
      const list = listOf(rows, label);
      const { length } = list;
      if (length > 0) requireNames(list[0], names, "row", "column");
      this.#reserveMore(length);
      // All of them first: one may be refused, and reading one may change the vector.
      const columns = scratchColumns(plans, length);
      for (let index = 0; index < length; index++) write(columns, index, list[index]!);
      return this.#appendColumns(columns, length);
    }

    #append(source: RowVector): number {
      source.requireOpen("read");
      const length = source.#length;
      this.#reserveMore(length);
      source.requireOpen("read");
      if (source.#length < length) throw new Error(`Cannot push onto a ${label}: a listener took its values back`);
      return this.#appendColumns(source.#views, length);
    }

    #reserveMore(length: number): void {
      while (this.#length + length > this.#capacity) this.#grow(this.#length + length);
    }

    #appendColumns(columns: readonly ColumnBytes[], added: number): number {
      this.#reserveMore(added);
      this.requireOpen("push onto");
      const start = this.#length;
      plans.forEach(({ unit }, place) => {
        this.#views[place]!.set(columns[place]!.subarray(0, added * unit), start * unit);
      });
      return this.#length = start + added;
    }

    requireRow(action: string, index: number): void {
      if (typeof index === "number" && index >>> 0 === index && index < this.#length && hasRow(this.#views, index)) {
        return;
      }
      this.requireOpen(action);
      refuseIndex(action, index, label, this.#length);
    }

    get(index: number): RowPlace {
      this.requireRow("read", index);
      return new Row(this.#views, index);
    }

    set(index: number, row: PlainRow): void {
      this.requireRow("set", index);
      write(this.#views, index, row, this);
    }

    at(index: number): RowPlace | undefined {
      this.requireOpen("read");
      const place = elementAt(index, this.#length);
      return place < 0 ? undefined : this.get(place);
    }

    pop(): PlainRow | undefined {
      this.requireOpen("pop from");
      return this.#length === 0 ? undefined : this.removeAt(this.#length - 1);
    }

    insert(index: number, row: PlainRow): void {
      if (index !== this.#length) this.requireRow("insert", index);
      // At the end first: it may be an accessor of what has to move.
      const last = this.push(row) - 1;
      if (index > last) {
        // A listener has removed what it was to be behind of.
        this.#length = last;
        this.requireRow("insert", index);
      }
      // A getter of the row may have had the memory taken back.
      this.requireOpen("insert into");
      insertLast(this.#views, plans, index, last);
    }

    removeAt(index: number): PlainRow {
      this.requireRow("remove", index);
      const row = read(this.#views, index);
      removeRow(this.#views, plans, index, this.#length);
      this.#length--;
      return row;
    }

    swapRemove(index: number): PlainRow {
      this.requireRow("remove", index);
      const row = read(this.#views, index);
      const last = --this.#length;
      move(this.#views, index, last);
      return row;
    }

    deleteAt(index: number): void {
      this.requireRow("delete", index);
      removeRow(this.#views, plans, index, this.#length);
      this.#length--;
    }

    swapDelete(index: number): void {
      const last = this.#length - 1;
      // Of the last row, which is read anyway: looking at the other one waits for memory that is only stored to.
      if (!(typeof index === "number" && index >>> 0 === index && index <= last && hasRow(this.#views, last))) {
        this.requireRow("delete", index);
        this.#refuseLost();
      }
      this.#length = last;
      if (index !== last) move(this.#views, index, last);
    }

    clear(): void {
      this.requireOpen("clear");
      this.#length = 0;
    }

    column(name: string): ColumnBytes | Column<unknown> {
      this.requireOpen("view a column of");
      const place = names.indexOf(name);
      if (place < 0) {
        throw new RangeError(`Cannot view column ${String(name)} of a ${label}: it has ${names.join(", ")}`);
      }
      const plan = plans[place]!;
      if (plan.part < 0) return this.#views[place]!.subarray(0, this.#length);
      return packedColumn(this, this.#memory(plan.part), plan);
    }

    cursor(start = 0, end?: number): Cursor<RowPlace> {
      this.requireOpen("walk over");
      return createCursor(columns, movement, new Row(this.#views, 0), this, [start, end]);
    }

    sortBy(by: SortBy<string>, options?: SortOptions): this {
      return this.#arrange(this.#orderBy(by, options));
    }

    order(by: SortBy<string>, options?: SortOptions): Uint32Array<ArrayBuffer> {
      return this.#orderBy(by, options).order;
    }

    #orderBy(by: SortBy<string>, options: SortOptions | undefined): Order {
      const sources = sortKeysOf(label, by, options).map(({ by, descending }) => this.#source(by, descending));
      const { order, spare } = orderBy(this.#length, sources);
      this.requireOpen("sort");
      if (order.length !== this.#length) throw new Error(`Cannot sort a ${label}: its length has changed meanwhile`);
      return { order, spare };
    }

    #source(name: string, descending: boolean): KeySource {
      const column = this.column(name);
      const place = names.indexOf(name);
      const { element, number, byteLength } = plans[place]!;
      const read = number === undefined
        ? (index: number): unknown => (column as Column<unknown>).get(index)
        : (index: number): unknown => number.decode(this.#views[place]![index]!);
      const bytes = (): KeyColumn => ({ bytes: this.#views[place]!, byteOffset: 0, rowBytes: byteLength });
      return { element, descending, read, column: bytes };
    }

    sort(compare: (a: RowPlace, b: RowPlace) => number): this {
      requireFunction(`sort a ${label} by`, compare);
      const [one, other] = [this.cursor(), this.cursor()];
      const order = Uint32Array.from({ length: this.#length }, (_, index) => index);
      order.sort((a, b) => compare(one.move(a), other.move(b)));
      return this.#arrange({ order, spare: new Uint32Array(order.length) });
    }

    #arrange(order: Order): this {
      this.requireOpen("sort");
      const { length } = order.order;
      if (length !== this.#length) throw new Error(`Cannot sort a ${label}: its length has changed meanwhile`);
      if (length === 0) return this;
      plans.forEach(({ byteLength, unit }, place) => {
        permuteRows(this.#views[place]!.subarray(0, length * unit), byteLength, order);
      });
      return this;
    }

    forEach(visit: (row: RowPlace, index: number, vector: this) => void): void {
      this.#storage.requireVisitor(visit);
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

    toArray(start = 0, end = this.#length): PlainRow[] {
      this.requireOpen("read");
      const rows: PlainRow[] = [];
      const { from, to, areSettled } = boundsAt(start, end, this.#length);
      if (!areSettled) return this.toArray(from, to);
      for (let index = from; index < to; index++) rows.push(read(this.#views, index));
      return rows;
    }

    reserve(capacity: number): void {
      this.requireOpen("reserve memory for");
      checkedCount("reserve", capacity, label);
      if (this.#capacity === BUSY) refuseNested(label);
      while (capacity > this.#capacity) {
        plans.forEach((plan, place) => {
          const units = capacity * plan.unit;
          if (units <= this.#views[place]!.length) return;
          this.#renew(plan, place, (view) => this.#storage.resize(plan.viewType, view, units));
        });
      }
    }

    shrinkToFit(): void {
      this.requireOpen("shrink");
      if (this.#capacity === BUSY) refuseNested(label);
      const length = this.#length;
      // What a listener adds meanwhile needs room in columns that have none any more.
      this.#capacity = length;
      try {
        plans.forEach((plan, place) => {
          const use = (view: ColumnBytes): void => this.#replace(plan, place, view);
          this.#storage.shrink(plan.viewType, this.#views[place]!, length * plan.unit, use);
        });
      } finally {
        this.#measure();
      }
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.requireOpen("write");
      return format.save(
        this.#length,
        plans.map(({ unit }, place) => this.#views[place]!.subarray(0, this.#length * unit)),
      );
    }

    restore(reader: ByteReader): Storage {
      this.reserve(reader.count);
      plans.forEach((_, place) => bytesOf(this.#views[place]!).set(reader.bytes(place)));
      this.#length = reader.count;
      return this.#storage;
    }

    lieOver(reader: ByteReader): void {
      plans.forEach((plan, place) => {
        const { buffer, byteOffset } = reader.rows(place, reader.count, plan.byteLength);
        this.#replace(plan, place, new plan.viewType(buffer, byteOffset, reader.count * plan.unit));
      });
      this.#measure();
      this.#length = reader.count;
    }

    [PARTS](): Parts {
      this.requireOpen("hand over");
      if (this.#capacity === BUSY) refuseNested(label);
      return { shape: format.shapeFor("hand over"), numbers: [this.#length], views: this.views };
    }

    [TAKE_OVER]({ numbers, views }: GivenParts): void {
      plans.forEach((plan, place) => {
        const view = views[place] as ColumnBytes | undefined;
        this.#replace(plan, place, view ?? new plan.viewType(new ArrayBuffer(0)));
      });
      this.#length = numbers[0]!;
      this.#measure();
    }

    dispose(): void {
      this.#storage.dispose(...this.views);
      plans.forEach((plan, place) => this.#replace(plan, place, new plan.viewType(new ArrayBuffer(0))));
      this.#capacity = this.#length = 0;
    }
  }
  return RowVector as unknown as SoaVectorClass;
}
