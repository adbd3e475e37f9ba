import { Heap } from "../../heaps/heap/heap.ts";
import type { Scope } from "../../heaps/scope/scope.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import { f64, struct, Vector } from "../../stl/mod.ts";
import { arm, type Group } from "../suite.ts";

/** As many as in the benchmarks of bumpalo, the bump allocator of Rust. */
const COUNT = 10_007;

const checksum = (operations: number): number => operations * (COUNT * (COUNT - 1) / 2);

interface Bump {
  readonly pool: ScopePool;
  readonly scope: Scope;
  readonly count: number;
  readonly kept: Float64Array[];
}

/** A scope whose first chunk holds everything. */
function scope(): Bump {
  const pool = new ScopePool({ name: "bench", chunkBytes: 256 * 1024 });
  return { pool, scope: pool.open(), count: COUNT, kept: new Array<Float64Array>(COUNT) };
}

const objects = arm({
  name: "objects",
  shapes: ["loop"],
  bind: () => ({ count: COUNT, kept: new Array<{ value: number }>(COUNT) }),
  run: ({ count, kept }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) kept[k] = { value: k };
      for (let k = 0; k < count; k++) sum += kept[k]!.value;
    }
    return sum;
  },
});

const views = arm({
  name: "new Float64Array(1)",
  shapes: ["loop"],
  bind: () => ({ count: COUNT, kept: new Array<Float64Array>(COUNT) }),
  run: ({ count, kept }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) (kept[k] = new Float64Array(1))[0] = k;
      for (let k = 0; k < count; k++) sum += kept[k]![0]!;
    }
    return sum;
  },
});

const scopeViews = arm({
  name: "Scope.allocate, reset",
  shapes: ["loop"],
  bind: scope,
  release: ({ scope, pool }) => {
    scope[Symbol.dispose]();
    pool.close();
  },
  run: ({ scope, count, kept }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) (kept[k] = scope.allocate(Float64Array, 1))[0] = k;
      for (let k = 0; k < count; k++) sum += kept[k]![0]!;
      scope.reset();
    }
    return sum;
  },
});

const structs = arm({
  name: "structs in a scope, reset",
  shapes: ["loop"],
  bind: () => ({ ...scope(), Vector, Item: struct({ value: f64 }) }),
  release: ({ scope, pool }) => {
    scope[Symbol.dispose]();
    pool.close();
  },
  run: ({ scope, count, Vector, Item }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const items = new Vector(Item, { allocator: scope });
      items.reserve(count);
      for (let k = 0; k < count; k++) items.append().value = k;
      for (const item of items.cursor()) sum += item.value;
      scope.reset();
    }
    return sum;
  },
});

const allocations: Group = {
  name: "10,007 allocations and reset",
  operation: "10,007 things of 8 B made, written, read and dropped together",
  checksum,
  arms: [objects, views, scopeViews, structs],
  targets: [
    { arm: "Scope.allocate, reset", timesFaster: 1, against: "new Float64Array(1)", runtimes: ["deno"] },
    { arm: "structs in a scope, reset", timesFaster: 1, against: "new Float64Array(1)" },
  ],
};

const stores = arm({
  name: "Float64Array of that length",
  shapes: ["loop"],
  bind: () => ({ count: COUNT, array: new Float64Array(COUNT) }),
  run: ({ count, array }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) array[k] = k;
      for (let k = 0; k < count; k++) sum += array[k]!;
    }
    return sum;
  },
});

const arrayPushes = arm({
  name: "new Array, push",
  shapes: ["loop"],
  bind: () => ({ count: COUNT }),
  run: ({ count }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const array: number[] = [];
      for (let k = 0; k < count; k++) array.push(k);
      for (let k = 0; k < count; k++) sum += array[k]!;
    }
    return sum;
  },
});

/** The least that a growing list of numbers in a typed array can be. */
class HandWritten {
  array = new Float64Array(8);
  #length = 0;

  push(value: number): number {
    const length = this.#length;
    if (length === this.array.length) this.#grow();
    this.array[length] = value;
    return this.#length = length + 1;
  }

  #grow(): void {
    const { array } = this;
    this.array = new Float64Array(array.length * 2);
    this.array.set(array);
  }

  clear(): void {
    this.#length = 0;
  }
}

const handWrittenPushes = arm({
  name: "a class by hand, push, clear",
  shapes: ["loop"],
  bind: () => ({ count: COUNT, list: new HandWritten() }),
  run: ({ count, list }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) list.push(k);
      const { array } = list;
      for (let k = 0; k < count; k++) sum += array[k]!;
      list.clear();
    }
    return sum;
  },
});

const vectorPushes = arm({
  name: "Vector, push, clear",
  shapes: ["loop"],
  bind: () => {
    const heap = new Heap({ name: "bench" });
    return { count: COUNT, heap, vector: new Vector(f64, { allocator: heap }) };
  },
  release: ({ heap }) => heap.destroy(),
  run: ({ count, vector }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      for (let k = 0; k < count; k++) vector.push(k);
      const view = vector.subarray();
      for (let k = 0; k < count; k++) sum += view[k]!;
      vector.clear();
    }
    return sum;
  },
});

const scopePushes = arm({
  name: "new Vector in a scope, reset",
  shapes: ["loop"],
  bind: () => ({ ...scope(), Vector, f64 }),
  release: ({ scope, pool }) => {
    scope[Symbol.dispose]();
    pool.close();
  },
  run: ({ scope, count, Vector, f64 }) => (operations) => {
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      const vector = new Vector(f64, { allocator: scope });
      for (let k = 0; k < count; k++) vector.push(k);
      const view = vector.subarray();
      for (let k = 0; k < count; k++) sum += view[k]!;
      scope.reset();
    }
    return sum;
  },
});

const pushes: Group = {
  name: "10,007 pushes",
  operation: "10,007 numbers added, read and dropped",
  checksum,
  arms: [stores, arrayPushes, handWrittenPushes, vectorPushes, scopePushes],
  targets: [
    {
      arm: "Vector, push, clear",
      atMost: 2,
      against: "Float64Array of that length",
      floor: { arm: "a class by hand, push, clear", margin: 1.25 },
    },
  ],
};

/** What bumpalo measures: many small allocations that end together, and a vector that grows. */
export const bumpGroups: readonly Group[] = [allocations, pushes];
