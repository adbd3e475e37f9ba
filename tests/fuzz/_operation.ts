import assert from "node:assert/strict";
import type { Allocator } from "../../mod.ts";
import type { Random } from "./_random.ts";

/** One call, and what it has to do. */
export interface Operation {
  /** What the log shows. */
  readonly label: string;
  /** Makes the call. */
  readonly run: () => unknown;
  /**
   * Does the same to the model once the call has returned, and checks what it returned. `disturbed` says that a
   * listener did something meanwhile, anywhere.
   */
  readonly settle: (result: unknown, disturbed: boolean) => void;
  /** Whether the call has to throw as the model is now. */
  readonly refused?: () => boolean;
  /** Whether a closed container may answer. */
  readonly free?: boolean;
}

/** What a play needs to know of what plays it. */
export interface Prompter {
  readonly random: Random;
  /** Lets a listener do something now, to any container; it may throw {@linkcode Thrown}. */
  readonly interrupt: (source: string) => void;
  /** Like {@linkcode Prompter.interrupt}, and never throws. */
  readonly interruptQuietly: (source: string) => void;
}

/** A container beside its model. */
export interface Play {
  readonly container: Played;
  /** A random call. */
  operation(): Operation;
  /** Asserts that both have the same size. */
  checkSize(): void;
  /** Asserts that both hold the same. */
  check(): void;
  /** Whether the model holds nothing, so that memory that went was not missed. */
  isEmpty(): boolean;
  /**
   * Whether the container closes at once when memory goes that it has; what it has asked for may go before it is used,
   * and is not missed.
   */
  readonly closes?: boolean;
}

/** What containers and pools have in common. */
export interface Played {
  readonly bytes: number;
  readonly closed: boolean;
  dispose(): void;
}

/** What listeners of this test throw. */
export class Thrown extends Error {}

/** What a play has found. */
export class Fault extends Error {
  override name = "Fault";
}

/** Asserts that two values are named the same. */
export function assertNamed(actual: unknown, expected: unknown, nameOf: (value: unknown) => string = String): void {
  if (nameOf(actual) !== nameOf(expected)) assert.equal(nameOf(actual), nameOf(expected));
}

/** Asserts that two lists name the same values in the same order. */
export function assertSameList(
  actual: Iterable<unknown>,
  expected: Iterable<unknown>,
  nameOf: (v: unknown) => string,
): void {
  const [names, wanted] = [Array.from(actual, nameOf), Array.from(expected, nameOf)];
  if (names.join("\n") !== wanted.join("\n")) assert.deepEqual(names, wanted);
}

/** Asserts that two lists name the same values in any order. */
export function assertSameBag(
  actual: Iterable<unknown>,
  expected: Iterable<unknown>,
  nameOf: (v: unknown) => string,
): void {
  assertSameList(Array.from(actual, nameOf).sort(), Array.from(expected, nameOf).sort(), String);
}

/** One of `operations`, each as often as its weight says. */
export function weighted(
  random: Random,
  operations: readonly (readonly [weight: number, make: () => Operation])[],
): Operation {
  let rest = random.below(operations.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of operations) if ((rest -= weight) < 0) return make();
  throw new Fault("there is nothing to do");
}

// A cache needs no room for more than its most entries, however many are asked for.
const BAD_CAPACITIES = [-1, 0.5, NaN, Infinity, 2 ** 53, 2 ** 48];
const CAPACITIES = [0, 1, 7, 100, 300, 700];

/** A call that changes no contents. */
export function sizing(
  random: Random,
  container: { reserve(capacity: number): void; shrinkToFit(): void; readonly maxEntries?: number },
): Operation {
  const settle = (): void => {};
  if (random.once(2)) return { label: "shrinkToFit()", run: () => container.shrinkToFit(), settle };
  if (random.once(6)) {
    const bad = random.pick(container.maxEntries === undefined ? BAD_CAPACITIES : BAD_CAPACITIES.slice(0, 4));
    return { label: `reserve(${bad})`, run: () => container.reserve(bad), settle, refused: () => true };
  }
  const capacity = random.pick(CAPACITIES);
  return { label: `reserve(${capacity})`, run: () => container.reserve(capacity), settle };
}

/** A container that can be written to bytes. */
export interface Written extends Played {
  toBytes(): Uint8Array;
  toArray(): unknown[];
}

/** Makes a container from the bytes of another one. */
export type Reader = (bytes: Uint8Array, options: { readonly allocator: Allocator }) => Written;

/** Makes a play of a container over an allocator; `read` makes the container from bytes, where it can be written. */
export type PlayMaker = readonly [
  label: string,
  make: (allocator: Allocator, prompter: Prompter) => Play,
  read?: Reader,
];

/** A call that writes a container to bytes, and reads them to another one over `memory`. */
export function copying(
  container: Written,
  read: Reader,
  memory: Allocator & { readonly held: number },
  nameOf: (value: unknown) => string,
): Operation {
  return {
    label: "toBytes(), fromBytes()",
    run: () => {
      const bytes = container.toBytes();
      const names = container.toArray().map(nameOf).sort();
      const copy = read(bytes, { allocator: memory });
      try {
        assertSameList(copy.toArray().map(nameOf).sort(), names, String);
      } finally {
        copy.dispose();
      }
      if (memory.held !== 0) throw new Fault(`${memory.held} bytes of a copy are left`);
    },
    settle: () => {},
  };
}
