import { isElement } from "../../stl/elements/check.ts";
import type { AnyElement, InferInput } from "../../stl/elements/element.ts";
import { NumberElement } from "../../stl/elements/number_element.ts";
import { shown } from "../../heaps/argument.ts";
import { Dictionary } from "./dictionary.ts";

/** A column whose empty fields mean a value. Made by {@linkcode emptyAs}. */
export class EmptyAs<E extends AnyElement> {
  /** What the column holds. */
  readonly element: E;
  /** What an empty field means. */
  readonly value: unknown;

  /** A column of `element`, in which an empty field means `value`. */
  constructor(element: E, value: unknown) {
    this.element = element;
    this.value = value;
  }
}

/**
 * A column of `element` whose empty fields mean `value`: in a file that is read, and where an Arrow table has nulls.
 * Without it they mean NaN for `f64`, `f32` and `f16`, the empty text for texts, and are refused for anything else.
 *
 * Throws `TypeError` for what is not an element.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { i32 } from "@mimalloc/ffi/stl";
 * import { emptyAs, readCsv } from "@mimalloc/ffi/tables";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "stock" });
 * const file = new TextEncoder().encode("shelf,amount\n7,\n8,3\n");
 * using stock = await readCsv(file, { shelf: i32, amount: emptyAs(i32, -1) }, { allocator: heap });
 * assert.deepEqual(stock.rows.column("amount"), Int32Array.of(-1, 3));
 * ```
 */
export function emptyAs<E extends AnyElement>(
  element: E,
  value: E extends Dictionary ? string : InferInput<E>,
): EmptyAs<E> {
  if (isElement(element)) return new EmptyAs(element, value);
  throw new TypeError(`Cannot say what an empty field means: expected an element like u32, got ${shown(element)}`);
}

/** What an empty field or null means in a column, as the value of its element; `undefined` where there must be none. */
export function emptyValueOf(column: AnyElement | EmptyAs<AnyElement>): unknown {
  if (column instanceof EmptyAs) return column.value;
  if (column instanceof Dictionary || isText(column)) return "";
  return isDecimal(column) ? NaN : undefined;
}

/** Whether values of `element` are texts that are kept in rows. */
export function isText(element: AnyElement): boolean {
  return !(element instanceof NumberElement) && element.name.startsWith("text(");
}

/** Whether values of `element` are numbers with decimals. */
export function isDecimal(element: AnyElement): boolean {
  return element instanceof NumberElement && (element.viewType.name as string).startsWith("Float");
}
