import { ClosedError } from "../heaps/allocator.ts";
import { refuseIndex } from "./_refuse.ts";

/** A typed array, as far as lending it needs. */
export interface Lendable<T> {
  /** How many elements it has. */
  readonly length: number;
  /** The elements. */
  [index: number]: T;
  /** A copy of a part. */
  slice(start?: number, end?: number): ArrayLike<T>;
}

/** A view that was lent: it throws `ClosedError` once the call is over that it was lent for. */
export interface Borrowed<T> extends Iterable<T> {
  /** How many elements it has. */
  readonly length: number;
  /** The element at `index`. Throws `RangeError` when there is none. */
  get(index: number): T;
  /** Replaces the element at `index`. Throws `RangeError` when there is none. */
  set(index: number, value: T): void;
  /** A copy of the elements from `start` to before `end`. */
  toArray(start?: number, end?: number): T[];
}

class Loan<T> implements Borrowed<T> {
  #view: Lendable<T> | undefined;

  constructor(view: Lendable<T>) {
    this.#view = view;
  }

  get #live(): Lendable<T> {
    if (this.#view !== undefined) return this.#view;
    throw new ClosedError("Cannot use a borrowed view: the call that it was lent for is over");
  }

  get length(): number {
    return this.#live.length;
  }

  get(index: number): T {
    const view = this.#live;
    return view[index] ?? refuseIndex("read", index, "borrowed view", view.length);
  }

  set(index: number, value: T): void {
    const view = this.#live;
    if (!(index >>> 0 === index && index < view.length)) refuseIndex("set", index, "borrowed view", view.length);
    view[index] = value;
  }

  toArray(start?: number, end?: number): T[] {
    return Array.from(this.#live.slice(start, end));
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }

  end(): void {
    this.#view = undefined;
  }
}

/**
 * Lends a view to `use`, or to the promise that it returns: what it is given can
 * be kept, but throws `ClosedError` from the end on. Returns what `use` returns.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { borrow } from "@mimalloc/ffi/stl";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * const samples = heap.allocateZeroed(Float64Array, 8);
 * const kept = borrow(samples, (lent) => lent);
 * assert.throws(() => kept.get(0), { name: "ClosedError" });
 * ```
 */
export function borrow<T extends number | bigint, R>(view: Lendable<T>, use: (lent: Borrowed<T>) => R): R {
  const loan = new Loan(view);
  let result: R;
  try {
    result = use(loan);
  } catch (error) {
    loan.end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    loan.end();
    return result;
  }
  return result.finally(() => loan.end()) as R;
}
