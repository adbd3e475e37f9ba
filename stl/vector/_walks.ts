import type { refuseChange, requireFunction } from "../core/refuse.ts";
import type { ContainerOptions } from "../core/storage.ts";
import type { AnyElement } from "../elements/element.ts";

/** What is asked of a vector that is walked over. */
export interface Walked {
  readonly length: number;
  get(index: number): unknown;
  requireOpen(action: string): void;
}

/** What can be filled. */
interface Filled extends Disposable {
  push(value: unknown): number;
}

/** What a vector is to be made of, in which memory. */
export type Into = ContainerOptions & { readonly element: AnyElement };

/** What the methods use besides globals. */
export interface WalkParts {
  readonly label: string;
  readonly refuseChange: typeof refuseChange;
  readonly requireFunction: typeof requireFunction;
  /** A copy of the element at an index. */
  readonly copyOf: (vector: never, index: number) => unknown;
  /** A new vector of an element. */
  readonly make: (into: Into) => Filled;
  /** A new vector of the same elements. */
  readonly makeLike: (vector: never, options: ContainerOptions) => Filled;
}

type Visit<T> = (value: unknown, index: number, vector: Walked) => T;

/** Makes the methods by which Array walks over its elements; those of each kind of vectors are compiled for themselves. */
export function defineWalks(parts: WalkParts): PropertyDescriptorMap {
  const { copyOf, label, make, makeLike, refuseChange, requireFunction } = parts;

  function begin(vector: Walked, action: string, visit: unknown): number {
    requireFunction(`${action} a ${label} by`, visit);
    vector.requireOpen("read");
    return vector.length;
  }

  function changed(vector: Walked, action: string): never {
    vector.requireOpen("read");
    return refuseChange(action, label);
  }

  /** Fills what `make` makes, which is given back when anything throws. */
  function filled(made: Filled, fill: (into: Filled) => void): Filled {
    try {
      fill(made);
      return made;
    } catch (error) {
      made[Symbol.dispose]();
      throw error;
    }
  }

  class Walks implements Walked {
    declare readonly length: number;
    declare get: (index: number) => unknown;
    declare requireOpen: (action: string) => void;

    find(test: Visit<unknown>): unknown {
      const length = begin(this, "search", test);
      for (let index = 0; index < length; index++) {
        const value = this.get(index);
        const found = test(value, index, this);
        if (this.length !== length) changed(this, "search");
        if (found) return value;
      }
      return undefined;
    }

    findIndex(test: Visit<unknown>): number {
      const length = begin(this, "search", test);
      for (let index = 0; index < length; index++) {
        const found = test(this.get(index), index, this);
        if (this.length !== length) changed(this, "search");
        if (found) return index;
      }
      return -1;
    }

    some(test: Visit<unknown>): boolean {
      const length = begin(this, "test", test);
      for (let index = 0; index < length; index++) {
        const found = test(this.get(index), index, this);
        if (this.length !== length) changed(this, "test");
        if (found) return true;
      }
      return false;
    }

    every(test: Visit<unknown>): boolean {
      const length = begin(this, "test", test);
      for (let index = 0; index < length; index++) {
        const passed = test(this.get(index), index, this);
        if (this.length !== length) changed(this, "test");
        if (!passed) return false;
      }
      return true;
    }

    reduce(
      combine: (sum: unknown, value: unknown, index: number, vector: Walked) => unknown,
      ...initial: unknown[]
    ): unknown {
      const length = begin(this, "reduce", combine);
      let index = 0;
      let sum = initial[0];
      if (initial.length === 0) {
        if (length === 0) throw new TypeError(`Cannot reduce an empty ${label}: expected an initial value`);
        sum = copyOf(this as never, index++);
      }
      for (; index < length; index++) {
        sum = combine(sum, this.get(index), index, this);
        if (this.length !== length) changed(this, "reduce");
      }
      return sum;
    }

    map(change: Visit<unknown>, into?: Into): unknown[] | Filled {
      const length = begin(this, "map", change);
      if (into !== undefined) {
        return filled(make(into), (made) => {
          for (let index = 0; index < length; index++) {
            const value = change(this.get(index), index, this);
            if (this.length !== length) changed(this, "map");
            made.push(value);
          }
        });
      }
      const values: unknown[] = [];
      for (let index = 0; index < length; index++) {
        values.push(change(this.get(index), index, this));
        if (this.length !== length) changed(this, "map");
      }
      return values;
    }

    filter(test: Visit<unknown>, into?: ContainerOptions): unknown[] | Filled {
      const length = begin(this, "filter", test);
      if (into !== undefined) {
        return filled(makeLike(this as never, into), (made) => {
          for (let index = 0; index < length; index++) {
            const value = this.get(index);
            const passed = test(value, index, this);
            if (this.length !== length) changed(this, "filter");
            if (passed) made.push(value);
          }
        });
      }
      const values: unknown[] = [];
      for (let index = 0; index < length; index++) {
        const passed = test(this.get(index), index, this);
        if (this.length !== length) changed(this, "filter");
        if (passed) values.push(copyOf(this as never, index));
      }
      return values;
    }
  }

  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(Walks.prototype);
  return methods;
}
