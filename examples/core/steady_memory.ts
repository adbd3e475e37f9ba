import type { Allocator, View, ViewConstructor } from "../../heaps/allocator.ts";
import { Pool } from "../../stl/mod.ts";

/** Where a loop gets arrays for a while. */
export interface TickMemory {
  /** At least `length` numbers of any contents. */
  doubles(length: number): Float64Array<ArrayBuffer>;
  /** At least `length` whole numbers of any contents. */
  integers(length: number): Uint32Array<ArrayBuffer>;
  /** Takes back what `doubles` gave. */
  freeDoubles(view: Float64Array<ArrayBuffer>): void;
  /** Takes back what `integers` gave. */
  freeIntegers(view: Uint32Array<ArrayBuffer>): void;
}

/** Each array a block of `allocator`. */
export function blocksOf(allocator: Allocator): TickMemory {
  return {
    doubles: (length) => allocator.allocate(Float64Array, length),
    integers: (length) => allocator.allocate(Uint32Array, length),
    freeDoubles: (view) => allocator.free(view),
    freeIntegers: (view) => allocator.free(view),
  };
}

/** How many arrays of up to `length` elements live at once at most. */
export interface Demand {
  readonly length: number;
  readonly count: number;
}

/**
 * Arrays of a few lengths that are made once and handed out again and again: neither mimalloc nor the collector has any
 * work from then on.
 */
export class SteadyMemory implements TickMemory {
  readonly #doubles: Shelves<Float64ArrayConstructor>;
  readonly #integers: Shelves<Uint32ArrayConstructor>;

  /** Makes all that is demanded. */
  constructor(allocator: Allocator, doubles: readonly Demand[], integers: readonly Demand[]) {
    this.#doubles = new Shelves<Float64ArrayConstructor>(allocator, Float64Array, doubles);
    this.#integers = new Shelves<Uint32ArrayConstructor>(allocator, Uint32Array, integers);
  }

  doubles(length: number): Float64Array<ArrayBuffer> {
    return this.#doubles.take(length);
  }

  integers(length: number): Uint32Array<ArrayBuffer> {
    return this.#integers.take(length);
  }

  freeDoubles(view: Float64Array<ArrayBuffer>): void {
    this.#doubles.give(view);
  }

  freeIntegers(view: Uint32Array<ArrayBuffer>): void {
    this.#integers.give(view);
  }
}

/** A pool for each length. */
class Shelves<T extends ViewConstructor> {
  readonly #lengths: readonly number[];
  readonly #pools: readonly Pool<View<T>>[];

  constructor(allocator: Allocator, type: T, demands: readonly Demand[]) {
    const sorted = demands.toSorted((a, b) => a.length - b.length);
    this.#lengths = sorted.map(({ length }) => length);
    this.#pools = sorted.map(({ length, count }) => {
      const pool = new Pool(type, length, { allocator });
      const views = Array.from({ length: count }, () => pool.acquire());
      for (const view of views) pool.release(view);
      return pool;
    });
  }

  take(length: number): View<T> {
    return this.#pools[this.#shelfOf(length)]!.acquire();
  }

  give(view: View<T>): void {
    this.#pools[this.#shelfOf((view as unknown as { readonly length: number }).length)]!.release(view);
  }

  #shelfOf(length: number): number {
    let shelf = 0;
    while (this.#lengths[shelf]! < length) shelf++;
    return shelf;
  }
}
