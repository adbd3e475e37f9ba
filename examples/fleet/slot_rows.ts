import type { Heap } from "../../mod.ts";
import { f32, i32, struct, u32, Vector } from "../../stl/mod.ts";

/** What is kept of the device in a slot, 40 bytes side by side: a report that touches all of it waits for memory once. */
const ROW = struct({
  /** A number of the table of regions; `NONE` in a slot that is free. */
  region: i32,
  time: u32,
  latitude: i32,
  longitude: i32,
  value: f32,
  battery: i32,
  /** The slots before and behind this one of the same time; of a free one the next that is free. */
  nextInTime: i32,
  previousInTime: i32,
  /** The same of the cell of the grid. */
  nextInCell: i32,
  previousInCell: i32,
});

/** Words of a row. */
export const WORDS = 10;
/** Where a row has its fields, in words. */
export const REGION = 0;
export const TIME = 1;
export const LATITUDE = 2;
export const LONGITUDE = 3;
export const VALUE = 4;
export const BATTERY = 5;
export const NEXT_IN_TIME = 6;
export const NEXT_IN_CELL = 8;

type Rows = Vector<typeof ROW>;

/** A row for each slot. */
export class SlotRows {
  readonly #rows: Rows;
  /** The rows as words, anew whenever they have moved. */
  integers: Int32Array<ArrayBuffer> = new Int32Array();
  /** The same words, for times. */
  times: Uint32Array<ArrayBuffer> = new Uint32Array();
  /** The same words, for values. */
  floats: Float32Array<ArrayBuffer> = new Float32Array();

  private constructor(rows: Rows) {
    this.#rows = rows;
    this.#take();
  }

  /** No rows yet. */
  static create(heap: Heap): SlotRows {
    return new SlotRows(new Vector(ROW, { allocator: heap }));
  }

  /** Rows from what `toBytes` returned. */
  static fromBytes(heap: Heap, bytes: Uint8Array): SlotRows {
    return new SlotRows(Vector.fromBytes(ROW, bytes, { allocator: heap }));
  }

  #take(): void {
    const { buffer, byteOffset, byteLength } = this.#rows.asBytes();
    this.integers = new Int32Array(buffer, byteOffset, byteLength / 4);
    this.times = new Uint32Array(buffer, byteOffset, byteLength / 4);
    this.floats = new Float32Array(buffer, byteOffset, byteLength / 4);
  }

  /** How many slots have a row. */
  get length(): number {
    return this.#rows.length;
  }

  /** Makes room for so many rows in all. */
  reserve(slots: number): void {
    this.#rows.reserve(slots);
    this.#take();
  }

  /** Has so many rows; when it throws, as many as before. */
  resize(slots: number): void {
    try {
      this.#rows.length = slots;
    } finally {
      this.#take();
    }
  }

  /** Bytes that the rows hold. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  /** For a snapshot. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#rows.toBytes();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#rows.dispose();
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
