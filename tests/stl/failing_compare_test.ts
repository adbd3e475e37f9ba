import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../mod.ts";
import { anyText, f64, type Kind, SoaVector, SortedMap, struct, text, u32, Vector } from "../../stl/mod.ts";

const LENGTH = 500;
const Point = struct({ x: f64, id: u32 }, { name: "Point" });
const failure = new SyntaxError("no order");

/** Compares as `compare` does, and throws at the call `last`. */
function failingAt<T>(last: number, compare: (a: T, b: T) => number): (a: T, b: T) => number {
  let calls = 0;
  return (a, b) => {
    if (++calls === last) throw failure;
    return compare(a, b);
  };
}

const values = Array.from({ length: LENGTH }, (_, index) => index * 7919 % LENGTH);

test("Vector.sort() and SoaVector.sort() keep every element when compare throws", () => {
  using heap = new Heap();
  for (const last of [1, 2, 100, 1000, 3000]) {
    const numbers = new Vector(f64, { allocator: heap });
    const points = new Vector(Point, { allocator: heap });
    const texts = new Vector(text(4), { allocator: heap });
    const rows = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
    numbers.pushMany(values);
    points.pushMany(values.map((x, id) => ({ x, id })));
    texts.pushMany(values.map(String));
    rows.pushMany(values.map((x, id) => ({ x, id })));
    const isFailure = (error: unknown): boolean => error === failure;
    assert.throws(() => numbers.sort(failingAt(last, (a, b) => a - b)), isFailure);
    assert.throws(() => points.sort(failingAt(last, (a, b) => a.x - b.x)), isFailure);
    assert.throws(() => texts.sort(failingAt(last, (a, b) => Number(a) - Number(b))), isFailure);
    assert.throws(() => rows.sort(failingAt(last, (a, b) => a.x - b.x)), isFailure);
    assert.deepEqual(numbers.toArray().toSorted((a, b) => a - b), values.toSorted((a, b) => a - b));
    const expected = values.map((x, id) => ({ x, id }));
    assert.deepEqual(points.toArray().toSorted((a, b) => a.id - b.id), expected);
    assert.deepEqual(rows.toArray().toSorted((a, b) => a.id - b.id), expected);
    assert.deepEqual(texts.toArray().toSorted(), values.map(String).toSorted());
    numbers.sort((a, b) => a - b);
    assert.deepEqual(numbers.toArray(), values.toSorted((a, b) => a - b));
    for (const container of [numbers, points, texts, rows]) container.dispose();
  }
  assert.equal(heap.liveBlocks, 0);
});

/** What compare does to the vector that is being sorted, and the length after that. */
const CHANGES: readonly [length: number, change: (vector: Changeable) => unknown][] = [
  [LENGTH + 999, (vector) => vector.length = LENGTH + 999],
  [LENGTH - 1, (vector) => vector.pop()],
  [0, (vector) => vector.clear()],
  [LENGTH, (vector) => vector.shrinkToFit()],
];

interface Changeable extends Pick<Vector<typeof f64>, "length" | "clear" | "shrinkToFit"> {
  pop(): unknown;
}

/** Sorts `vector` with a function that changes it once. */
function sortChanging<T>(
  vector: Changeable & { sort(compare: (a: T, b: T) => number): unknown },
  change: (vector: Changeable) => unknown,
  keyOf: (value: T) => number,
): void {
  let changed = false;
  vector.sort((a, b) => {
    const order = keyOf(a) - keyOf(b);
    if (!changed) change(vector);
    changed = true;
    return order;
  });
}

test("sort() of structs and columns throws when compare changes the length, and keeps every element", () => {
  using heap = new Heap();
  const objects = values.map((x, id) => ({ x, id }));
  for (const [length, change] of CHANGES) {
    const points = new Vector(Point, { allocator: heap });
    const rows = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
    for (const vector of [points, rows]) {
      vector.pushMany(objects);
      const sort = (): void => sortChanging<{ x: number }>(vector, change, ({ x }) => x);
      if (length === LENGTH) sort();
      else assert.throws(sort, { message: /^Cannot (sort|move to element)/ }, `${change}`);
      assert.equal(vector.length, length);
      const left = vector.toArray().slice(0, LENGTH).toSorted((a, b) => a.id - b.id);
      assert.deepEqual(left, objects.slice(0, length));
      if (length === 0) vector.dispose();
      else {
        const close = (): void => sortChanging<{ x: number }>(vector, () => vector.dispose(), ({ x }) => x);
        assert.throws(close, { name: "ClosedError" });
      }
    }
  }
  assert.equal(heap.liveBlocks, 0);
});

test("sort() of numbers throws when compare changes the length, and keeps every element", () => {
  using heap = new Heap();
  for (const [length, change] of CHANGES) {
    const numbers = new Vector(f64, { allocator: heap });
    numbers.pushMany(values);
    const sort = (): void => sortChanging<number>(numbers, change, (value) => value);
    if (length === LENGTH) sort();
    else assert.throws(sort, { message: /^Cannot sort a Vector: its (length|function) has changed/ }, `${change}`);
    const left = new Set(numbers.toArray());
    assert.deepEqual([numbers.length, left.size], [length, Math.min(length, LENGTH)], `${change}`);
    for (const value of left) assert.ok(value >= 0 && value < LENGTH);
    numbers.dispose();
  }
  assert.equal(heap.liveBlocks, 0);
});

/** Functions that put no order on keys; the first is often written by mistake. */
const NO_ORDERS: Readonly<Record<string, (a: number | string, b: number | string) => number>> = {
  "finds no key equal to itself": (a, b) => a < b ? -1 : 1,
  "finds every key greater": () => 1,
  "finds every key less": () => -1,
  "returns NaN": () => NaN,
};

for (const [what, compare] of Object.entries(NO_ORDERS)) {
  test(`SortedMap ends each walk when its function ${what}`, () => {
    using heap = new Heap({ limit: 2 ** 22 });
    const options = { allocator: heap, compare };
    for (const Key of [u32, anyText] as Kind<number | string>[]) {
      const keyOf = (index: number): number | string => Key as unknown === u32 ? index : `key ${index}`;
      const map = new SortedMap(Key, Point, options);
      for (let index = 0; index < LENGTH; index++) map.set(keyOf(index), { x: index, id: index });
      const walks: (() => unknown)[] = [
        () => map.toArray(),
        () => [...map.keys({ reverse: true })],
        () => [...map.values({ from: keyOf(1), to: keyOf(90) })],
        () => map.forEach(() => {}),
        () => [...map.cursor()].length,
        () => [...map.cursor({ reverse: true })].length,
        () => map.toBytes(),
        () => map.shrinkToFit(),
      ];
      for (const walk of walks) {
        try {
          walk();
        } catch (error) {
          assert.match((error as Error).message, /^Cannot (go on iterating over|write) a SortedMap: /);
        }
      }
      map.clear();
      assert.equal(map.size, 0);
      map.dispose();
    }
    assert.equal(heap.liveBlocks, 0);
  });
}
