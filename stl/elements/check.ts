import { shown } from "../core/refuse.ts";
import type { AnyElement } from "./element.ts";

/** Whether `value` is an element: has a size, an alignment, and functions that read and store. */
export function isElement(value: unknown): value is AnyElement {
  const { byteLength, alignment, read, write } = Object(value) as Partial<AnyElement>;
  return Number.isSafeInteger(byteLength) && byteLength! > 0 && Number.isInteger(Math.log2(alignment!)) &&
    alignment! >= 1 && typeof read === "function" && typeof write === "function";
}

/** Throws `TypeError` when `what` is to be made of something that is not an element. */
export function requireElement(what: string, value: unknown): asserts value is AnyElement {
  if (isElement(value)) return;
  throw new TypeError(`Cannot make ${what}: expected an element like f64 or a struct, got ${shown(value)}`);
}
