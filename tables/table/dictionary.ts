import { shown } from "../../heaps/argument.ts";
import { NumberElement, type NumberViewConstructor } from "../../stl/elements/number_element.ts";
import { u16, u32, u8 } from "../../stl/elements/numbers.ts";

/** The elements that the numbers of texts can be kept in. */
export type HandleElement =
  | NumberElement<number, Uint8ArrayConstructor>
  | NumberElement<number, Uint16ArrayConstructor>
  | NumberElement<number, Uint32ArrayConstructor>;

/**
 * A column of texts, each of which is kept once: rows have its number, the handle of a `StringTable`. Made by
 * {@linkcode dictionary}.
 */
export class Dictionary<C extends NumberViewConstructor = NumberViewConstructor> extends NumberElement<number, C> {
  /** How many different texts the numbers tell apart. */
  readonly mostTexts: number;

  /** A column of numbers that are stored as `element` does. */
  constructor(element: NumberElement<number, C>) {
    super(element);
    this.mostTexts = 2 ** (8 * element.byteLength);
  }
}

/**
 * A column of texts that repeat, such as names of cities: rows have numbers of 1, 2 or 4 bytes, and a `StringTable` each
 * text once. Columns that are given the same dictionary share one table.
 *
 * Throws `TypeError` for anything but `u8`, `u16` and `u32`.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f32, u8 } from "@mimalloc/ffi/stl";
 * import { DataTable, dictionary } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "flights" });
 * const airport = dictionary(u8);
 * const flights = new DataTable({ from: airport, to: airport, hours: f32 }, { allocator: heap });
 * flights.push({ from: "TXL", to: "LIS", hours: 3.5 });
 * flights.push({ from: "LIS", to: "TXL", hours: 3.25 });
 * assert.deepEqual(flights.rows.column("to"), Uint8Array.of(1, 0));
 * assert.equal(flights.dictionaries.to, flights.dictionaries.from);
 * ```
 */
export function dictionary<E extends HandleElement = typeof u32>(element?: E): Dictionary<E["viewType"]> {
  const given = element ?? u32;
  if (given !== u8 && given !== u16 && given !== u32) {
    throw new TypeError(`Cannot make a dictionary of ${given?.name ?? shown(given)}: expected u8, u16 or u32`);
  }
  return new Dictionary<E["viewType"]>(given as NumberElement<number, E["viewType"]>);
}
