import type { AnyElement, Element } from "../elements/element.ts";

/** A reference to a struct of the same kind as the one that has the field. */
export interface SelfReference extends Element<unknown, never> {
  /** Tells it from every other element. */
  readonly target: "self";
}

/** Whether an element is what `reference("self")` returned. */
export function isSelfReference(element: object): element is SelfReference {
  return "target" in element && element.target === "self";
}

/** An element of others, one of which is what `reference("self")` returned. */
export interface HoldsSelf {
  /** The same with `self` in its place. */
  withSelf(self: AnyElement): AnyElement;
}

/** Whether {@linkcode bindSelf} changes an element. */
export function holdsSelf(element: AnyElement): boolean {
  return isSelfReference(element) || "withSelf" in element;
}

/** An element with `self` in place of what `reference("self")` returned. */
export function bindSelf(element: AnyElement, self: AnyElement): AnyElement {
  if (isSelfReference(element)) return self;
  return "withSelf" in element ? (element as AnyElement & HoldsSelf).withSelf(self) : element;
}
