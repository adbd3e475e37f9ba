import { requireElement } from "../../stl/elements/check.ts";
import type { AnyElement } from "../../stl/elements/element.ts";

/** A parameter through which C returns a value; made by {@linkcode out}. */
export class Out<E extends AnyElement> {
  /** Tells it from one that also takes a value. */
  readonly direction = "out";
  /** What C stores there. */
  readonly element: E;

  /** Makes it of its element. */
  constructor(element: E) {
    requireElement("an out parameter", element);
    this.element = element;
  }
}

/** A parameter through which C takes a value and returns another; made by {@linkcode inOut}. */
export class InOut<E extends AnyElement> {
  /** Tells it from one that only returns. */
  readonly direction = "inOut";
  /** What lies there. */
  readonly element: E;

  /** Makes it of its element. */
  constructor(element: E) {
    requireElement("an in-out parameter", element);
    this.element = element;
  }
}

/**
 * A parameter `T*` through which C returns a value. Calls leave it out, and get its value behind the result:
 * `const [code, database] = open("file.db")`. It is zero before.
 *
 * Throws `TypeError` for what is not an element.
 */
export function out<E extends AnyElement>(element: E): Out<E> {
  return new Out(element);
}

/**
 * A parameter `T*` through which C takes a value and returns another: calls give the one, and get the other behind the
 * result, as with {@linkcode out}.
 *
 * Throws `TypeError` for what is not an element.
 */
export function inOut<E extends AnyElement>(element: E): InOut<E> {
  return new InOut(element);
}
