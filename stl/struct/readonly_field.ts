import type { AnyElement } from "../elements/element.ts";

/** A field that is stored once, with the whole struct. */
export class ReadonlyField<E extends AnyElement> {
  /** What the field holds. */
  readonly element: E;

  /** Wraps the element of a field. */
  constructor(element: E) {
    this.element = element;
  }
}

/**
 * Declares a field of a struct readonly: it is stored when the whole struct is, and its accessor has no setter. As in
 * TypeScript that is about the field itself: what a readonly struct, array or union consists of can be stored.
 *
 * @example
 * ```ts
 * import { f64, readonly, struct, u32 } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * const Particle = struct({ id: readonly(u32), x: f64 });
 * assert.equal(Particle.byteLength, 16);
 * ```
 */
export function readonly<E extends AnyElement>(element: E): ReadonlyField<E> {
  return new ReadonlyField(element);
}
