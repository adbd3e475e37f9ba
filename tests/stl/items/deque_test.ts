import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { Deque } from "../../../stl/items/deque.ts";
import { bool, type Element, f32, f64, i64, struct, u16, u8 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Point = struct({ id: u8, x: f64 }, { name: "Point" });

function step<T>(deque: Deque<Element<T>>, model: T[], random: Random, value: T, growing: boolean): void {
  const most = deque.maxLength;
  switch (random.below(growing ? 12 : 8)) {
    case 0:
      return assert.deepEqual(deque.pop(), model.pop());
    case 1:
    case 2:
      return assert.deepEqual(deque.shift(), model.shift());
    case 3: {
      const index = random.below(model.length + 1);
      if (index === model.length) return assert.throws(() => deque.set(index, value), RangeError);
      deque.set(index, value);
      model[index] = value;
      return;
    }
    case 4: {
      const index = random.below(model.length + 4) - 2;
      return assert.deepEqual(deque.at(index), model.at(index));
    }
    case 5:
      if (random.once(200)) deque.shrinkToFit();
      if (random.once(2000)) deque.reserve(Math.min(most, model.length + random.below(50)));
      return;
    case 6:
    case 7:
    case 8:
      if (model.length === most) model.pop();
      model.unshift(value);
      return assert.equal(deque.unshift(value), model.length);
    default:
      if (model.length === most) model.shift();
      model.push(value);
      return assert.equal(deque.push(value), model.length);
  }
}

function play<T>(element: Element<T>, make: (n: number) => T, maxLength: number, steps: number): void {
  using heap = new Heap();
  const random = new Random(SEED);
  const deque = new Deque(element, { allocator: heap, maxLength });
  const model: T[] = [];
  for (let at = 0; at < steps; at++) {
    step(deque, model, random, make(random.below(1000)), at % 4000 < 2200);
    assert.equal(deque.length, model.length);
    if (random.once(5000)) {
      deque.clear();
      model.length = 0;
    }
    if (at % 2000 === 0) assert.deepEqual(deque.toArray(), model);
  }
  assert.deepEqual(deque.toArray(), model);
  assert.deepEqual([...deque.entries()], [...model.entries()]);
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [deque.bytes > 0 ? 1 : 0, deque.bytes]);
  deque.dispose();
  assert.equal(heap.liveBlocks, 0);
}

test(`Deque behaves like Array through 200,000 random steps (SEED=${SEED})`, () => {
  play(f64, (n) => n / 2, Infinity, 200_000);
});

test(`Deque with maxLength keeps the newest through 200,000 random steps (SEED=${SEED})`, () => {
  play(u16, (n) => n, 37, 200_000);
});

test(`Deque behaves like Array for other elements (SEED=${SEED})`, () => {
  play(u8, (n) => n & 255, 1, 5000);
  play(f32, (n) => n / 4, Infinity, 20_000);
  play(i64, (n) => BigInt(n) - 500n, 100, 20_000);
  play(bool, (n) => n % 2 === 0, Infinity, 20_000);
  play<{ id: number; x: number }>(Point, (n) => ({ id: n & 255, x: n / 8 }), Infinity, 20_000);
  play<{ id: number; x: number }>(Point, (n) => ({ id: n & 255, x: n / 8 }), 20, 20_000);
});

test("Deque.push() and unshift() that refuse a value change nothing", () => {
  using heap = new Heap();
  const bigints = new Deque(i64, { allocator: heap, maxLength: 2 });
  const points = new Deque(Point, { allocator: heap, maxLength: 2 });
  for (const n of [1, 2]) {
    bigints.push(BigInt(n));
    points.push({ id: n, x: n });
  }
  for (const call of [() => bigints.push(1 as never), () => bigints.unshift(1 as never)]) {
    assert.throws(call, TypeError);
  }
  for (const call of [() => points.push({ id: 1 } as never), () => points.set(0, { id: 9 } as never)]) {
    assert.throws(call, TypeError);
  }
  assert.deepEqual(bigints.toArray(), [1n, 2n]);
  assert.deepEqual(points.toArray(), [{ id: 1, x: 1 }, { id: 2, x: 2 }]);
});

test("Deque keeps its elements when there is no memory to grow", () => {
  using heap = new Heap({ limit: 1000 });
  const deque = new Deque(f64, { allocator: heap });
  for (let i = 0; i < 40; i++) deque.push(i);
  for (let i = 0; i < 10; i++) deque.push(deque.shift()!);
  const before = deque.toArray();
  assert.throws(() => deque.reserve(1000), AllocationError);
  assert.throws(() => {
    for (;;) deque.push(-1);
  }, AllocationError);
  assert.deepEqual(deque.toArray().slice(0, 40), before);
});

test("Deque.shrinkToFit() leaves the bytes of the elements", () => {
  using heap = new Heap();
  const deque = new Deque(f64, { allocator: heap, capacity: 100 });
  assert.equal(deque.capacity, 100);
  for (let i = 0; i < 10; i++) deque.unshift(i);
  deque.shrinkToFit();
  assert.deepEqual([deque.capacity, deque.bytes, heap.liveBytes], [10, 80, 80]);
  assert.deepEqual(deque.toArray(), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  deque.clear();
  deque.shrinkToFit();
  assert.deepEqual([deque.bytes, heap.liveBlocks], [0, 0]);
});

test("Deque iterates like Array and refuses invalid indexes", () => {
  using heap = new Heap();
  const deque = new Deque(u8, { allocator: heap });
  for (const value of [5, 6, 7]) deque.push(value);
  assert.deepEqual([[...deque], [...deque.keys()], deque.indexOf(6), deque.indexOf(9)], [[5, 6, 7], [0, 1, 2], 1, -1]);
  const seen: number[][] = [];
  deque.forEach((value, index, same) => seen.push([value, index, same === deque ? 1 : 0]));
  assert.deepEqual(seen, [[5, 0, 1], [6, 1, 1], [7, 2, 1]]);
  assert.ok(deque instanceof Deque);
  for (const index of [3, -1, 0.5, NaN, 2 ** 32]) {
    assert.throws(() => deque.get(index), {
      name: "RangeError",
      message: `Cannot read element ${index} of a Deque: its length is 3`,
    });
  }
  assert.throws(() => new Deque(undefined as never, { allocator: heap }), { name: "TypeError" });
  for (const maxLength of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Deque(u8, { allocator: heap, maxLength }), { name: "RangeError" });
  }
  assert.throws(() => deque.reserve(-1), { name: "RangeError" });
});

test("Deque throws ClosedError once its memory is gone", () => {
  assertCloses<Deque<typeof f64>>({
    label: "Deque",
    make: (options) => new Deque(f64, options),
    fill(deque): void {
      for (let i = 0; i < 20; i++) deque.push(i);
      for (let i = 0; i < 10; i++) deque.push(deque.shift()!);
    },
    calls: (deque) => [
      () => deque.push(1),
      () => deque.unshift(1),
      () => deque.pop(),
      () => deque.shift(),
      () => deque.get(0),
      () => deque.set(0, 1),
      () => deque.at(0),
      () => deque.indexOf(1),
      () => deque.forEach(() => {}),
      () => [...deque.entries()],
      () => [...deque.keys()],
      () => deque.toArray(),
      () => deque.clear(),
    ],
  });
  assertCloses<Deque<typeof Point>>({
    label: "Deque",
    make: (options) => new Deque(Point, { ...options, maxLength: 4 }),
    fill(deque): void {
      for (let i = 0; i < 6; i++) deque.push({ id: i, x: i });
    },
    calls: (deque) => [() => deque.push({ id: 1, x: 1 }), () => deque.unshift({ id: 1, x: 1 }), () => deque.get(0)],
  });
});

test("Deque.pushMany() and slices() see the same elements as an array does", () => {
  using heap = new Heap();
  const random = new Random(SEED);
  for (const maxLength of [1, 7, 100, Infinity]) {
    const deque = new Deque(f64, { allocator: heap, maxLength });
    let model: number[] = [];
    let wrapped = 0;
    for (let step = 0; step < 500; step++) {
      const values = Float64Array.from({ length: random.below(13) }, (_, index) => step * 100 + index);
      model = [...model, ...values];
      if (maxLength !== Infinity) model = model.slice(-maxLength);
      assert.equal(deque.pushMany(random.once(3) ? [...values] : values), model.length, `seed ${SEED}`);
      for (let count = random.below(10); count > 0; count--) assert.equal(deque.shift(), model.shift());
      const [first, second] = deque.slices();
      if (second.length > 0) wrapped++;
      assert.deepEqual([...first, ...second], model, `seed ${SEED}`);
    }
    assert.ok(maxLength === 1 || wrapped > 0);
    deque.dispose();
  }
  assert.equal(heap.liveBlocks, 0);
});

test("Deque.pushMany() accepts its own elements, and slices() refuses what is not a number", () => {
  using heap = new Heap();
  const deque = new Deque(u8, { allocator: heap });
  deque.pushMany([1, 2, 3]);
  for (let times = 0; times < 4; times++) deque.pushMany(deque.slices()[0]);
  assert.deepEqual(deque.toArray(), Array.from({ length: 48 }, (_, index) => index % 3 + 1));
  const points = new Deque(Point, { allocator: heap });
  points.pushMany([{ id: 1, x: 2 }, { id: 3, x: 4 }]);
  assert.deepEqual(points.toArray(), [{ id: 1, x: 2 }, { id: 3, x: 4 }]);
  assert.throws(() => (points as unknown as { slices(): void }).slices(), TypeError);
  deque.dispose();
  assert.throws(() => deque.slices(), { name: "ClosedError" });
  assert.throws(() => deque.pushMany([]), { name: "ClosedError" });
});
