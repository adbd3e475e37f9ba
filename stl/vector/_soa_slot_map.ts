import type { ByteReader } from "../bytes/byte_reader.ts";
import type { BaseClass } from "../core/container_base.ts";
import type { checkedCount, refuseIndex } from "../core/indexes.ts";
import type { GivenParts, PARTS, Parts, TAKE_OVER } from "../core/parts.ts";
import type { refuseNested } from "../core/refuse.ts";
import type { Storage } from "../core/storage.ts";
import type { ColumnBytes } from "./_soa_columns.ts";
import type { SoaFormat } from "./_soa_format.ts";
import type { PlainRow, RowCode, RowPlace } from "./_soa_rows.ts";
import type { Column } from "./column.ts";
import type { Cursor } from "./cursor.ts";
import type { SoaRows, SoaRowsClass } from "./_soa_vector.ts";
import type { SoaSlotMap, SoaSlotMapOptions } from "./soa_slot_map.ts";
import type { Columns } from "./soa_vector.ts";

/** A class of slot maps with one set of columns. */
export type SoaSlotMapClass = new (options: SoaSlotMapOptions) => SoaSlotMap<Columns>;

/** What the class uses besides globals. */
export interface SoaSlotMapParts extends Pick<RowCode, "Row" | "write"> {
  readonly Base: BaseClass;
  readonly INDEX: symbol;
  readonly PARTS: typeof PARTS;
  /** The vectors that the rows are in. */
  readonly Rows: SoaRowsClass;
  readonly Storage: typeof Storage;
  readonly TAKE_OVER: typeof TAKE_OVER;
  readonly checkedCount: typeof checkedCount;
  readonly columns: Columns;
  readonly format: SoaFormat;
  readonly refuseIndex: typeof refuseIndex;
  readonly refuseNested: typeof refuseNested;
  /** How many elements of each column a row takes. */
  readonly units: readonly number[];
}

/** Makes the class of slot maps with one set of columns. */
export function defineSoaSlotMap(parts: SoaSlotMapParts): SoaSlotMapClass {
  const { Base, Row, Rows, Storage, checkedCount, columns, format, refuseIndex, refuseNested, units, write } = parts;
  const PARTS: SoaSlotMapParts["PARTS"] = parts.PARTS;
  const TAKE_OVER: SoaSlotMapParts["TAKE_OVER"] = parts.TAKE_OVER;
  const INDEX: typeof parts.INDEX = parts.INDEX;
  /** A handle is generation * HIGH + slot; generations have 21 bits, so handles are safe integers. */
  const HIGH = 2 ** 32;
  const RETIRED = 2 ** 21;

  let indexOf: (map: RowSlotMap, handle: number) => number;

  /** An accessor that finds its row by the handle, wherever it is; there is none at Infinity. */
  class HandledRow extends Row {
    readonly #map: RowSlotMap;
    readonly #handle: number;

    constructor(map: RowSlotMap, places: readonly ColumnBytes[], handle: number) {
      super(places, 0);
      this.#map = map;
      this.#handle = handle;
    }

    static {
      // A column may be called so, and its property lies in the prototype of all rows.
      Reflect.deleteProperty(HandledRow.prototype, "constructor");
      Object.defineProperty(HandledRow.prototype, INDEX, {
        get(this: HandledRow): number {
          const index = indexOf(this.#map, this.#handle);
          return index < 0 ? Infinity : index;
        },
        // For the constructor of all rows.
        set(): void {},
      });
    }
  }

  class RowSlotMap extends Base {
    static {
      indexOf = (map, handle) => map.indexOf(handle);
    }

    readonly columns = columns;
    readonly #storage: Storage;
    readonly #rows: SoaRows;
    // Two words for each slot: its generation, which is odd while it has a row, and the index of that, or the slot + 1
    // that is free after it.
    #places = new Uint32Array(0);
    /** The slot of each row. */
    #slots = new Uint32Array(0);
    /** Slots from here on were never used, or were given back. */
    #used = 0;
    /** The slot + 1 that is free first. */
    #free = 0;
    /** The generation of slots that were given back is at most this. */
    #first = 0;

    constructor(options: SoaSlotMapOptions) {
      const storage = new Storage("SoaSlotMap", options);
      super(storage);
      this.#storage = storage;
      this.#rows = new Rows(options, storage);
      storage.reserveFirst(this, options.capacity ?? 0);
      this.#storage.watch(this, () => [...this.#rows.views, this.#places, this.#slots]);
    }

    get size(): number {
      return this.#rows.length;
    }

    get capacity(): number {
      return Math.min(this.#rows.capacity, this.#slots.length, this.#places.length >>> 1);
    }

    get bytes(): number {
      return this.#rows.bytes + this.#places.byteLength + this.#slots.byteLength;
    }

    #require(action: string): void {
      this.#storage.requireOpen(action, this.#places, this.#used);
      this.#storage.requireOpen(action, this.#slots, this.#rows.length);
      this.#rows.requireOpen(action);
    }

    add(row: PlainRow): number {
      // Everything first: listeners of the heap may use the map while it asks for memory, and rows move then.
      while (!this.#hasRoom()) this.#makeRoom();
      const index = this.#rows.push(row) - 1;
      const places = this.#places;
      let slot = this.#free - 1;
      let generation = this.#first + 1;
      if (slot < 0) slot = this.#used++;
      else {
        generation = places[slot * 2]! + 1;
        this.#free = places[slot * 2 + 1]!;
      }
      places[slot * 2] = generation;
      places[slot * 2 + 1] = index;
      this.#slots[index] = slot;
      return generation * HIGH + slot;
    }

    #hasRoom(): boolean {
      const { length } = this.#rows;
      return length < this.#rows.capacity && length < this.#slots.length &&
        (this.#free > 0 || this.#used * 2 < this.#places.length);
    }

    #makeRoom(): void {
      this.#require("add to");
      const rows = Math.max(this.#rows.length + 1, 8);
      if (rows > this.#rows.capacity) this.#rows.makeRoom(rows);
      if (rows > this.#slots.length) {
        this.#slots = this.#storage.replace(
          () => this.#slots,
          (slots) => this.#storage.grow(Uint32Array, slots, rows),
        );
      }
      if (this.#free > 0 || this.#used * 2 < this.#places.length) return;
      const words = Math.max(this.#used + 1, 8) * 2;
      this.#places = this.#storage.replace(
        () => this.#places,
        (places) => this.#storage.grow(Uint32Array, places, words, 2),
      );
    }

    /** The slot of a handle that has a row; -1 for any other. */
    #slotOf(handle: number): number {
      const slot = typeof handle === "number" ? handle >>> 0 : HIGH;
      const generation = this.#places[slot * 2];
      // What is free has an even generation, which no handle has.
      if (generation !== undefined && (generation & 1) === 1 && slot < this.#used) {
        if (generation * HIGH + slot === handle) return slot;
      }
      return -1;
    }

    indexOf(handle: number): number {
      const slot = this.#slotOf(handle);
      if (slot >= 0) return this.#places[slot * 2 + 1]!;
      // Memory that is gone has no length: what looks for stale handles does not pay for asking everyone else.
      if (this.#places.length === 0) this.#require("read");
      return -1;
    }

    handleAt(index: number): number {
      if (!(typeof index === "number" && index >>> 0 === index && index < this.#rows.length)) {
        this.#require("read");
        refuseIndex("read the handle of", index, "SoaSlotMap", this.#rows.length);
      }
      const slot = this.#slots[index];
      if (slot === undefined) this.#require("read");
      return this.#places[slot! * 2]! * HIGH + slot!;
    }

    has(handle: number): boolean {
      return this.indexOf(handle) >= 0;
    }

    get(handle: number): PlainRow | undefined {
      const index = this.indexOf(handle);
      return index < 0 ? undefined : this.#rows.toArray(index, index + 1)[0];
    }

    at(handle: number): RowPlace {
      if (this.indexOf(handle) < 0) this.#refuse("see", handle);
      return new HandledRow(this, this.#rows.places, handle);
    }

    set(handle: number, row: PlainRow): this {
      const index = this.indexOf(handle);
      if (index < 0) this.#refuse("set", handle);
      // A getter of the row may delete others, and then it moves.
      const requireRow = (): void => {
        if (this.indexOf(handle) !== index) refuseNested("SoaSlotMap");
      };
      if (!write(this.#rows.places, index, row, { requireRow })) this.#require("set a row of");
      return this;
    }

    #refuse(action: string, handle: number): never {
      throw new RangeError(
        `Cannot ${action} the row of ${String(handle)} in a SoaSlotMap: it was deleted or never added, has() tells`,
      );
    }

    delete(handle: number): boolean {
      const slot = this.#slotOf(handle);
      if (slot < 0) {
        this.#require("delete from");
        return false;
      }
      const index = this.#places[slot * 2 + 1]!;
      this.#rows.swapDelete(index);
      const moved = this.#slots[this.#rows.length]!;
      this.#slots[index] = moved;
      this.#places[moved * 2 + 1] = index;
      this.#release(slot);
      return true;
    }

    #release(slot: number): void {
      const places = this.#places;
      const generation = places[slot * 2]! + 1;
      places[slot * 2] = generation;
      if (generation >= RETIRED) return;
      places[slot * 2 + 1] = this.#free;
      this.#free = slot + 1;
    }

    clear(): void {
      this.#require("clear");
      this.#rows.clear();
      for (let slot = this.#used - 1; slot >= 0; slot--) {
        if ((this.#places[slot * 2]! & 1) === 1) this.#release(slot);
      }
    }

    column(name: string): ColumnBytes | Column<unknown> {
      this.#require("view a column of");
      return this.#rows.column(name);
    }

    cursor(): Cursor<RowPlace> {
      this.#require("walk over");
      return this.#rows.cursor();
    }

    forEach(visit: (row: PlainRow, handle: number, map: this) => void): void {
      this.#storage.requireVisitor(visit);
      for (const [handle, row] of this.entries()) visit(row, handle, this);
    }

    *entries(): IterableIterator<[number, PlainRow]> {
      this.#require("read");
      for (let index = 0; index < this.#rows.length; index++) {
        yield [this.handleAt(index), this.#rows.toArray(index, index + 1)[0]!];
      }
    }

    *keys(): IterableIterator<number> {
      this.#require("read");
      for (let index = 0; index < this.#rows.length; index++) yield this.handleAt(index);
    }

    *values(): IterableIterator<PlainRow> {
      for (const [, row] of this.entries()) yield row;
    }

    [Symbol.iterator](): IterableIterator<[number, PlainRow]> {
      return this.entries();
    }

    toArray(): [number, PlainRow][] {
      return Array.from(this.entries());
    }

    reserve(capacity: number): void {
      this.#require("reserve memory for");
      checkedCount("reserve", capacity, "SoaSlotMap");
      while (capacity > this.capacity) {
        this.#rows.reserve(capacity);
        if (capacity > this.#slots.length) {
          this.#slots = this.#storage.replace(
            () => this.#slots,
            (slots) => this.#storage.resize(Uint32Array, slots, capacity),
          );
        }
        if (capacity * 2 > this.#places.length) {
          this.#places = this.#storage.replace(
            () => this.#places,
            (places) => this.#storage.resize(Uint32Array, places, capacity * 2),
          );
        }
      }
    }

    shrinkToFit(): void {
      this.#require("shrink");
      this.#rows.shrinkToFit();
      this.#dropSlots();
      this.#storage.shrink(Uint32Array, this.#slots, this.#rows.length, (slots) => {
        this.#slots = slots;
      });
      this.#storage.shrink(Uint32Array, this.#places, this.#used * 2, (places) => {
        this.#places = places;
      });
    }

    /** Gives free slots at the end back; slots that come after them begin with later generations. */
    #dropSlots(): void {
      const places = this.#places;
      let used = this.#used;
      // Later slots must have generations left, so much used ones stay.
      for (; used > 0; used--) {
        const generation = places[used * 2 - 2]!;
        if ((generation & 1) === 1 || generation > RETIRED / 2) break;
        this.#first = Math.max(this.#first, generation);
      }
      this.#used = used;
      this.#linkFree();
    }

    #linkFree(): void {
      const places = this.#places;
      this.#free = 0;
      for (let slot = this.#used - 1; slot >= 0; slot--) {
        const generation = places[slot * 2]!;
        if ((generation & 1) === 1 || generation >= RETIRED) continue;
        places[slot * 2 + 1] = this.#free;
        this.#free = slot + 1;
      }
    }

    toBytes(): Uint8Array<ArrayBuffer> {
      this.#require("write");
      const { length } = this.#rows;
      const generations = new Uint32Array(this.#used);
      for (let slot = 0; slot < generations.length; slot++) generations[slot] = this.#places[slot * 2]!;
      const own = [this.#slots.subarray(0, length), generations];
      const rows = units.map((unit, place) => this.#rows.places[place]!.subarray(0, length * unit));
      return format.save(length, rows, own, this.#first);
    }

    restore(reader: ByteReader): Storage {
      const slots = reader.column(format.columns, reader.count, Uint32Array);
      this.#restorePlaces(reader);
      this.#slots.set(slots);
      this.#rows.restore(reader);
      for (const [index, slot] of slots.entries()) {
        const place = slot * 2 + 1;
        if (slot >= this.#used || (this.#places[slot * 2]! & 1) === 0 || this.#places[place] !== 0) {
          reader.refuse(format.columns, index * 4, `row ${index} has the slot ${slot}, which is not its own`);
        }
        // One behind, so that a slot without a row is told from that of the first.
        this.#places[place] = index + 1;
      }
      for (const slot of slots) this.#places[slot * 2 + 1]! -= 1;
      this.#linkFree();
      return this.#storage;
    }

    #restorePlaces(reader: ByteReader): void {
      const section = format.columns + 1;
      const used = reader.bytes(section).length / 4;
      const generations = reader.column(section, Math.ceil(used), Uint32Array);
      if (reader.extra % 2 > 0 || reader.extra > RETIRED / 2) {
        reader.refuse(section, 0, `new slots begin at ${reader.extra}, no even number up to ${RETIRED / 2}`);
      }
      this.reserve(Math.max(used, reader.count));
      let live = 0;
      for (let slot = 0; slot < used; slot++) {
        const generation = generations[slot]!;
        if (generation > RETIRED) reader.refuse(section, slot * 4, `the generation ${generation} is above ${RETIRED}`);
        this.#places[slot * 2] = generation;
        this.#places[slot * 2 + 1] = 0;
        live += generation & 1;
      }
      if (live !== reader.count) reader.refuseCount(`${live} slots have a row`);
      this.#used = used;
      this.#first = reader.extra;
    }

    [PARTS](): Parts {
      this.#require("hand over");
      const { numbers, views } = this.#rows[PARTS]();
      return {
        shape: format.shapeFor("hand over"),
        numbers: [this.#used, this.#free, this.#first, ...numbers],
        views: [this.#places, this.#slots, ...views],
      };
    }

    [TAKE_OVER]({ numbers: [used, free, first, ...numbers], views: [places, slots, ...views] }: GivenParts): void {
      this.#rows[TAKE_OVER]({ numbers, views });
      this.#places = (places as Uint32Array<ArrayBuffer> | undefined) ?? new Uint32Array(0);
      this.#slots = (slots as Uint32Array<ArrayBuffer> | undefined) ?? new Uint32Array(0);
      this.#used = used!;
      this.#free = free!;
      this.#first = first!;
    }

    dispose(): void {
      this.#storage.dispose(...this.#rows.views, this.#places, this.#slots);
      this.#rows.dispose();
      this.#places = new Uint32Array(0);
      this.#slots = new Uint32Array(0);
      this.#used = this.#free = 0;
    }
  }
  return RowSlotMap as unknown as SoaSlotMapClass;
}
