import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f64, i64, SoaVector, struct, text, u32, Vector } from "../../../stl/mod.ts";

const Item = struct({ id: u32, x: f64 }, { name: "Item" });

interface Walked {
  readonly label: string;
  /** A vector of 0, 1, 2 and so on. */
  readonly make: (heap: Heap, length: number) => Vector<typeof f64>;
  /** The number that an element of it is. */
  readonly of: (element: never) => number;
  /** A copy of an element. */
  readonly copy: (n: number) => unknown;
}

/** Vectors of every class, as if they were of numbers. */
const VECTORS: readonly Walked[] = [
  {
    label: "Vector of numbers",
    make: (heap, length) => filled(new Vector(f64, { allocator: heap }), length, (n) => n),
    of: (n: number) => n,
    copy: (n) => n,
  },
  {
    label: "Vector of bigints",
    make: (heap, length) => filled(new Vector(i64, { allocator: heap }), length, BigInt),
    of: (n: bigint) => Number(n),
    copy: BigInt,
  },
  {
    label: "Vector of texts",
    make: (heap, length) => filled(new Vector(text(4), { allocator: heap }), length, String),
    of: (n: string) => Number(n),
    copy: String,
  },
  {
    label: "Vector of structs",
    make: (heap, length) => filled(new Vector(Item, { allocator: heap }), length, (id) => ({ id, x: id / 2 })),
    of: ({ id }: { id: number }) => id,
    copy: (id) => ({ id, x: id / 2 }),
  },
  {
    label: "SoaVector",
    make: (heap, length) => filled(new SoaVector(Item, { allocator: heap }), length, (id) => ({ id, x: id / 2 })),
    of: ({ id }: { id: number }) => id,
    copy: (id) => ({ id, x: id / 2 }),
  },
];

function filled(vector: unknown, length: number, valueOf: (n: number) => unknown): Vector<typeof f64> {
  for (let n = 0; n < length; n++) (vector as Vector<typeof f64>).push(valueOf(n) as number);
  return vector as Vector<typeof f64>;
}

const METHODS = ["find", "findIndex", "some", "every", "map", "filter", "reduce"] as const;

for (const { label, make, of: numberOf, copy } of VECTORS) {
  const of = numberOf as (element: unknown) => number;
  test(`${label} has the walks of Array: they find, test, map and reduce as an array does`, () => {
    using heap = new Heap();
    for (const length of [0, 1, 2, 9, 100]) {
      using vector = make(heap, length);
      const array = Array.from({ length }, (_, n) => n);
      for (const sought of [0, 1, 8, 50, 1000]) {
        const calls: number[] = [];
        const found = vector.find((value, index, self) => {
          assert.equal(self, vector);
          calls.push(index);
          return of(value) >= sought;
        });
        const expected = array.find((n) => n >= sought);
        assert.equal(found === undefined ? undefined : of(found), expected);
        assert.equal(calls.length, expected === undefined ? length : expected + 1);
        assert.equal(vector.findIndex((value) => of(value) === sought), array.indexOf(sought));
        assert.equal(vector.some((value) => of(value) === sought), array.includes(sought));
        assert.equal(vector.every((value) => of(value) < sought), array.every((n) => n < sought));
        const copies = array.filter((n) => n % 3 === 0 && n < sought).map(copy);
        assert.deepEqual(vector.filter((value, index) => index % 3 === 0 && of(value) < sought), copies);
      }
      assert.deepEqual(vector.map((value, index) => [of(value), index]), array.map((n) => [n, n]));
      const sum = array.reduce((all, n) => all + n, 5);
      assert.equal(vector.reduce((all, value) => all + of(value), 5), sum);
      assert.equal(
        vector.reduce<string>((all, value, index) => `${all}${of(value)}:${index} `, ""),
        "".concat(
          ...array.map((n) => `${n}:${n} `),
        ),
      );
      if (length === 0) {
        assert.throws(() => vector.reduce((a) => a), { name: "TypeError", message: /^Cannot reduce an empty / });
      } else assert.equal(of(vector.reduce((_, value) => value)), length - 1);
      // An initial value that is undefined is one too.
      assert.equal(vector.reduce<undefined>(() => undefined, undefined), undefined);
    }
  });

  test(`${label}: map() and filter() fill a vector of the allocator that they are given`, () => {
    using heap = new Heap();
    using other = new Heap();
    using vector = make(heap, 30);
    using doubled = vector.map((value) => of(value) * 2, { element: u32, allocator: other });
    assert.deepEqual(doubled.toArray(), Array.from({ length: 30 }, (_, n) => 2 * n));
    assert.equal(doubled.allocator, other);
    using few = vector.filter((value) => of(value) % 10 === 3, { allocator: other });
    assert.ok(few instanceof (label === "SoaVector" ? SoaVector : Vector));
    assert.deepEqual(few.toArray(), [3, 13, 23].map(copy) as number[]);
    assert.equal(few.allocator, other);
    const blocks = other.liveBlocks;
    const fail = (value: unknown): never | number => {
      if (of(value) === 20) throw new Error("mine");
      return of(value);
    };
    assert.throws(() => vector.map(fail, { element: f64, allocator: other }), { message: "mine" });
    assert.throws(() => vector.filter(fail, { allocator: other }), { message: "mine" });
    assert.throws(() => vector.map(() => "1" as never, { element: f64, allocator: other }), TypeError);
    assert.equal(other.liveBlocks, blocks);
    assert.throws(() => vector.map(of as never, {} as never), TypeError);
    assert.throws(() => vector.filter(of, {} as never), { name: "TypeError", message: /it needs an allocator/ });
    assert.throws(() => vector.filter(of, { allocator: other, into: 1 } as never), /with the option into/);
  });

  test(`${label}: walks refuse what is no function, a vector that changes meanwhile, and one that is closed`, () => {
    using heap = new Heap();
    for (const method of METHODS) {
      const vector = make(heap, 5);
      const call = (visit: unknown): unknown => (vector[method] as (...given: unknown[]) => unknown)(visit, 0);
      for (const wrong of [null, undefined, 5, {}]) {
        assert.throws(() => call(wrong), { name: "TypeError", message: /: expected a function, got / });
      }
      const walk = (visit: () => unknown): unknown =>
        method === "reduce" ? call(visit) : (vector[method] as (visit: () => unknown) => unknown)(visit);
      for (const change of [() => vector.pop(), () => vector.push(vector.get(0)), () => vector.clear()]) {
        // Whatever it returns: what was found may have moved.
        for (const result of [true, false]) {
          vector.clear();
          filledLike(vector, make, heap);
          assert.throws(() => walk(() => (change(), result)), {
            name: "Error",
            message: /^Cannot (search|test|map|filter|reduce) a (Soa)?Vector: its length has changed meanwhile$/,
          }, `${method} ${change}`);
        }
      }
      filledLike(vector, make, heap);
      assert.throws(() => walk(() => vector.dispose()), { name: "ClosedError" });
      assert.throws(() => walk(() => true), { name: "ClosedError" });
    }
    assert.equal(heap.liveBlocks, 0);
  });
}

function filledLike(
  vector: Vector<typeof f64>,
  make: (heap: Heap, length: number) => Vector<typeof f64>,
  heap: Heap,
): void {
  using other = make(heap, 5);
  vector.pushMany(other);
}

test("find() gives an accessor, through which a row is changed", () => {
  using heap = new Heap();
  const items = new Vector(Item, { allocator: heap });
  items.pushMany([{ id: 1, x: 1 }, { id: 2, x: 2 }]);
  items.find(({ id }) => id === 2)!.x = 7;
  assert.deepEqual(items.toArray(), [{ id: 1, x: 1 }, { id: 2, x: 7 }]);
  const rows = new SoaVector(Item, { allocator: heap });
  rows.pushMany(items);
  rows.find(({ id }) => id === 1)!.x = 9;
  assert.deepEqual(rows.toArray(), [{ id: 1, x: 9 }, { id: 2, x: 7 }]);
});

test("a class that extends Vector has the walks too", () => {
  // Its constructors have results of different types.
  class Numbers extends (Vector as unknown as new (...given: unknown[]) => Vector<typeof f64>) {}
  using heap = new Heap();
  const numbers = new Numbers(f64, { allocator: heap });
  numbers.pushMany([1, 2, 3]);
  assert.deepEqual([numbers.map((n) => n * 2), numbers.find((n) => n > 1), numbers.reduce((a, b) => a + b)], [
    [2, 4, 6],
    2,
    6,
  ]);
});
