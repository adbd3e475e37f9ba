import type { AnyView } from "../../heaps/allocator.ts";

/** What a container consists of: from these another one of the same shape is made, over the same memory. */
export interface Parts {
  /** Names the container and everything that decides how its bytes are read. */
  readonly shape: string;
  /** What it keeps beside its memory. */
  readonly numbers: readonly number[];
  /** Its blocks; those without bytes are empty views that no allocator has handed out. */
  readonly views: readonly AnyView[];
}

/** What {@linkcode TAKE_OVER} is given; `undefined` stands for a block without bytes. */
export interface GivenParts {
  /** As they were in {@linkcode Parts}. */
  readonly numbers: readonly number[];
  /** The same blocks, as the allocator of the container knows them. */
  readonly views: readonly (AnyView | undefined)[];
}

// Symbols, because programs extend containers with methods of any name.
/** The method that tells the {@linkcode Parts}; nothing is changed. */
export const PARTS: unique symbol = Symbol("parts");
/** The method that makes an empty container one of {@linkcode GivenParts}. */
export const TAKE_OVER: unique symbol = Symbol("take over");

/** A container that can be taken apart and put together elsewhere. */
export interface Movable {
  /** See {@linkcode PARTS}. Throws `TypeError` for references, which lead nowhere elsewhere, `ClosedError` when closed. */
  [PARTS](): Parts;
  /** See {@linkcode TAKE_OVER}. */
  [TAKE_OVER](parts: GivenParts): void;
}

/** Whether `value` is a container that can be taken apart. */
export function isMovable(value: unknown): value is Movable {
  return typeof value === "object" && value !== null && PARTS in value;
}
