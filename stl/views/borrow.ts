import { ClosedError } from "../../heaps/allocator.ts";
import { refuseIndex } from "../core/indexes.ts";
import { type Part, type Portrait, shownBy } from "../core/portrait.ts";
import { requireFunction } from "../core/refuse.ts";

/** A typed array, as far as lending it needs. */
export interface Lendable<T> {
  /** The memory that it looks into. */
  readonly buffer: ArrayBufferLike;
  /** How many elements it has. */
  readonly length: number;
  /** The elements. */
  [index: number]: T;
  /** Stores several elements. */
  set(values: ArrayLike<T>, start?: number): void;
  /** Stores one value in several elements. */
  fill(value: T, start?: number, end?: number): unknown;
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
  /** Replaces the elements from `start` on. Throws `RangeError` when there are too few of them. */
  assign(values: ArrayLike<T>, start?: number): this;
  /** Replaces the elements from `start` to before `end` by the same value. */
  fill(value: T, start?: number, end?: number): this;
  /** A copy of the elements from `start` to before `end`. */
  toArray(start?: number, end?: number): T[];
  /** A copy of all of them for `JSON.stringify`. */
  toJSON(): T[];
}

function requireLive({ buffer }: Lendable<unknown>, action: string): void {
  if (!(buffer instanceof ArrayBuffer && buffer.detached)) return;
  throw new ClosedError(`Cannot ${action} a borrowed view: its memory was taken back`);
}

/** How many loans there have been. */
let loans = 0;

class Loan<T> implements Borrowed<T> {
  // Tells loans from each other where test libraries compare them by their own properties.
  readonly loan: number = ++loans;
  #view: Lendable<T> | undefined;

  constructor(view: Lendable<T>) {
    this.#view = view;
  }

  get #live(): Lendable<T> {
    if (this.#view === undefined) {
      throw new ClosedError("Cannot use a borrowed view: the call that it was lent for is over");
    }
    requireLive(this.#view, "use");
    return this.#view;
  }

  get length(): number {
    return this.#live.length;
  }

  get(index: number): T {
    const view = this.#live;
    if (!(typeof index === "number" && index >>> 0 === index && index < view.length)) {
      refuseIndex("read", index, "borrowed view", view.length);
    }
    return view[index]!;
  }

  set(index: number, value: T): void {
    const view = this.#live;
    if (!(typeof index === "number" && index >>> 0 === index && index < view.length)) {
      refuseIndex("set", index, "borrowed view", view.length);
    }
    view[index] = value;
  }

  assign(values: ArrayLike<T>, start = 0): this {
    const { length } = this.#live;
    const first = Math.trunc(start) || 0;
    if (!(first >= 0 && first + values.length <= length)) {
      throw new RangeError(
        `Cannot assign ${values.length} elements from ${start} on to a borrowed view: its length is ${length}`,
      );
    }
    this.#live.set(values, first);
    return this;
  }

  fill(value: T, start?: number, end?: number): this {
    this.#live.fill(value, start, end);
    return this;
  }

  toArray(start?: number, end?: number): T[] {
    return Array.from(this.#live.slice(start, end));
  }

  toJSON(): T[] {
    return this.toArray();
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }

  end(): void {
    this.#view = undefined;
  }

  portrait(): Portrait {
    const view = this.#view;
    return {
      name: "Borrowed",
      closed: view === undefined || (view.buffer instanceof ArrayBuffer && view.buffer.detached),
      size: view?.length ?? 0,
      counted: true,
      brackets: "[]",
      place: [this],
      parts: () => Iterator.from(this).map((value): Part => [value]),
    };
  }
}

Object.defineProperties(Loan.prototype, shownBy((loan) => (loan as Loan<unknown>).portrait()));

/**
 * Lends a view to `use`, or to the promise that it returns: what it is given can be kept, but throws `ClosedError` from
 * the end on, as it does when its memory was taken back. Returns what `use` returns.
 *
 * Throws `ClosedError` when the memory was taken back before.
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
  requireLive(view, "make");
  requireFunction("lend a view to", use);
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
