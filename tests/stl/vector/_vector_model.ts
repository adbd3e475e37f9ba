import assert from "node:assert/strict";
import type { Random } from "../../fuzz/_random.ts";

/** A vector whose elements are compared as values: numbers, or structs as plain objects. */
export interface Modelled<T> {
  length: number;
  readonly capacity: number;
  push(value: T): number;
  pushMany(values: Iterable<T>): number;
  pop(): T | undefined;
  set(index: number, value: T): void;
  insert(index: number, value: T): void;
  removeAt(index: number): T;
  swapRemove(index: number): T;
  deleteAt(index: number): void;
  swapDelete(index: number): void;
  clear(): void;
  reserve(capacity: number): void;
  shrinkToFit(): void;
  toArray(start?: number, end?: number): T[];
}

/** What a model test needs to know of the elements. */
export interface Model<T> {
  readonly vector: Modelled<T>;
  /** A random element. */
  readonly make: () => T;
  /** What `length` adds. */
  readonly zero: T;
  /** What `get` gives, as a value. */
  readonly get: (index: number) => T;
  /** Sorts the vector and the model. */
  readonly sort: (model: T[]) => void;
}

function step<T>({ vector, make, zero, get, sort }: Model<T>, model: T[], random: Random): void {
  const [kind, index] = [random.below(1000), random.below(model.length + 1)];
  const exists = index < model.length;
  if (kind < 400) {
    assert.equal(vector.push(...[make()].map((value) => (model.push(value), value)) as [T]), model.length);
  } else if (kind < 550) assert.deepEqual(vector.pop(), model.pop());
  else if (kind < 700 && exists) assert.deepEqual(get(index), model[index]);
  else if (kind < 800 && exists) vector.set(index, model[index] = make());
  else if (kind < 860) {
    const value = make();
    vector.insert(index, value);
    model.splice(index, 0, value);
  } else if (kind < 890 && exists) assert.deepEqual(vector.removeAt(index), model.splice(index, 1)[0]);
  else if (kind < 920 && exists) {
    assert.equal(vector.deleteAt(index), undefined);
    model.splice(index, 1);
  } else if (kind < 970 && exists) {
    if (kind < 945) assert.deepEqual(vector.swapRemove(index), model[index]);
    else assert.equal(vector.swapDelete(index), undefined);
    const last = model.pop()!;
    if (index < model.length) model[index] = last;
  } else if (kind < 990) {
    const values = Array.from({ length: random.below(30) }, make);
    assert.equal(vector.pushMany(values), model.push(...values));
  } else rarely({ vector, zero, sort }, model, random);
}

function rarely<T>(
  { vector, zero, sort }: Pick<Model<T>, "vector" | "zero" | "sort">,
  model: T[],
  random: Random,
): void {
  const kind = random.below(100);
  if (kind < 30) {
    const length = random.below(model.length * 2 + 10);
    vector.length = length;
    while (model.length < length) model.push(zero);
    model.length = length;
  } else if (kind < 45) sort(model);
  else if (kind < 60) vector.shrinkToFit();
  else if (kind < 80) vector.reserve(random.below(2000));
  else if (kind < 83) vector.clear(), model.length = 0;
  else assert.deepEqual(vector.toArray(), model);
}

/** Plays `steps` random steps on a vector and an array. */
export function play<T>(model: Model<T>, random: Random, steps: number): void {
  const array: T[] = [];
  for (let done = 0; done < steps; done++) {
    step(model, array, random);
    if (model.vector.length !== array.length) assert.fail(`length ${model.vector.length} instead of ${array.length}`);
    // So that it shrinks now and then.
    if (array.length > 1500) model.vector.length = array.length = random.below(100);
  }
  assert.deepEqual(model.vector.toArray(), array);
}
