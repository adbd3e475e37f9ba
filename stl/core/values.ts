import { specialise } from "./specialise.ts";

/** What can be walked over by index. */
interface Indexed {
  readonly length: number;
  get(index: number): unknown;
}

/** A class of iterators over the elements of vectors of one kind. */
export type ValuesClass = new (vector: Indexed) => IterableIterator<unknown>;

function defineValues(): ValuesClass {
  return class Values extends Iterator<unknown> {
    readonly #vector: Indexed;
    #index = 0;

    constructor(vector: Indexed) {
      super();
      this.#vector = vector;
    }

    next(): IteratorResult<unknown> {
      const index = this.#index;
      if (index >= this.#vector.length) return { done: true, value: undefined };
      this.#index = index + 1;
      return { done: false, value: this.#vector.get(index) };
    }
  };
}

/** A class of its own for the iterators of each kind of vector; a generator takes twice as long. */
export function valuesClass(): ValuesClass {
  return specialise(defineValues)();
}
