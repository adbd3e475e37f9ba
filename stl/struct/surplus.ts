import type { AnyElement } from "../elements/element.ts";
import { Compound } from "./compound.ts";

/** Throws `TypeError` when `value` has a field itself that is none of `names`. Accessors have theirs from their class. */
export function requireNames(value: unknown, names: readonly string[], label: string, kind: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    throw new TypeError(`Cannot store ${name} of a ${label}: there is no such ${kind}, it has ${names.join(", ")}`);
  }
}

/**
 * Throws `TypeError` when `value`, or a part of it, has a field that `element` lacks. It takes as long as storing the
 * value, so it is asked where values are few; getters are not called.
 */
export function refuseSurplus(element: AnyElement, value: unknown): void {
  if (!(element instanceof Compound) || typeof value !== "object" || value === null) return;
  const { fields, name: label } = element as Compound<unknown, unknown, unknown>;
  requireNames(value, fields.map(({ name }) => name), label, "field");
  for (const { name, element: part } of fields) {
    refuseSurplus(part, Object.getOwnPropertyDescriptor(value, name)?.value);
  }
}
