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

/** What a container consists of that has blocks of its own. */
export interface Part {
  /** Its blocks; their number never changes. */
  readonly views: readonly AnyView[];
  /** What it keeps beside them; how many these are never changes. */
  readonly numbers: readonly number[];
  /** Takes over blocks, with the numbers of the one that had them. */
  takeOver(numbers: readonly number[], views: readonly (AnyView | undefined)[]): void;
}

/** Gives each of `parts` its own of the numbers and blocks of all of them, which come in the same order. */
export function takeOverAll(
  parts: readonly Part[],
  numbers: readonly number[],
  views: readonly (AnyView | undefined)[],
): void {
  let [number, view] = [0, 0];
  for (const part of parts) {
    const [numberEnd, viewEnd] = [number + part.numbers.length, view + part.views.length];
    part.takeOver(numbers.slice(number, numberEnd), views.slice(view, viewEnd));
    [number, view] = [numberEnd, viewEnd];
  }
}

/** Throws for a container that uses a function of the program, which belongs to its thread. */
export function refuseFunctionOf(label: string, option: string): never {
  throw new TypeError(`Cannot hand over a ${label}: its ${option} is a function of this thread, send its toBytes()`);
}

/** Whether `value` is a container that can be taken apart. */
export function isMovable(value: unknown): value is Movable {
  return typeof value === "object" && value !== null && PARTS in value;
}
