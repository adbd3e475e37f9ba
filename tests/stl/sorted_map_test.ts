import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../mod.ts";
import { type AnyNumberElement, type Element, f64, i64, struct, u16, u32, u8 } from "../../stl/mod.ts";
import { type KeyRange, SortedMap } from "../../stl/sorted_map.ts";
import { numberFrom, Random } from "../fuzz/_random.ts";
import { assertCloses } from "./_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Point = struct({ id: u8, x: f64 }, { name: "Point" });

type Key = number | bigint;

/** The map and what it has to hold. */
class World<V> {
  readonly map: SortedMap<AnyNumberElement, Element<V>>;
  readonly #model = new Map<Key, V>();
  readonly #random: Random;

  constructor(map: SortedMap<AnyNumberElement, Element<V>>, random: Random) {
    this.map = map;
    this.#random = random;
  }

  step(key: Key, value: V, growing: boolean): void {
    switch (this.#random.below(growing ? 10 : 7)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return assert.equal(this.map.delete(key), this.#model.delete(key));
      case 4:
        assert.equal(this.map.has(key), this.#model.has(key));
        return assert.deepEqual(this.map.get(key), this.#model.get(key));
      default:
        this.map.set(key, value);
        this.#model.set(key, value);
    }
  }

  clear(): void {
    this.map.clear();
    this.#model.clear();
  }

  #sorted(): [Key, V][] {
    return [...this.#model].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  }

  check(a: Key, b: Key): void {
    const sorted = this.#sorted();
    assert.equal(this.map.size, sorted.length);
    assert.deepEqual([...this.map], sorted);
    assert.deepEqual(this.map.toArray({ reverse: true }), sorted.toReversed());
    const [from, to] = a < b ? [a, b] : [b, a];
    const within = sorted.filter(([key]) => key >= from && key < to);
    assert.deepEqual(this.map.toArray({ from, to }), within);
    assert.deepEqual(this.map.toArray({ from, to, reverse: true }), within.toReversed());
    assert.deepEqual(this.map.floorKey(a), sorted.findLast(([key]) => key <= a)?.[0]);
    assert.deepEqual(this.map.ceilingKey(a), sorted.find(([key]) => key >= a)?.[0]);
    assert.deepEqual([this.map.firstKey(), this.map.lastKey()], [sorted[0]?.[0], sorted.at(-1)?.[0]]);
  }
}

interface Play<V> {
  readonly key: AnyNumberElement;
  readonly value: Element<V>;
  readonly keyOf: (n: number) => Key;
  readonly valueOf: (n: number) => V;
  readonly range: number;
  readonly steps: number;
}

function play<V>({ key, value, keyOf, valueOf, range, steps }: Play<V>): void {
  using heap = new Heap();
  const random = new Random(SEED);
  const world = new World(new SortedMap(key, value, { allocator: heap }), random);
  for (let at = 0; at < steps; at++) {
    // Now and then all keys from one side, as lists and queues do.
    const near = at % 16_000 < 4000 ? at % 4000 % range : random.below(range);
    world.step(keyOf(near), valueOf(random.below(1000)), at % 20_000 < 13_000);
    if (random.once(20_000)) world.map.shrinkToFit();
    if (random.once(60_000)) world.clear();
    if (at % 2500 === 0) world.check(keyOf(random.below(range)), keyOf(random.below(range)));
  }
  world.check(keyOf(random.below(range)), keyOf(random.below(range)));
  assert.equal(heap.liveBytes, world.map.bytes);
  world.map.dispose();
  assert.equal(heap.liveBlocks, 0);
}

test(`SortedMap does as a sorted Map does through 200,000 random steps (SEED=${SEED})`, () => {
  play({ key: f64, value: u32, keyOf: (n) => n / 2 - 500, valueOf: (n) => n, range: 20_000, steps: 200_000 });
});

test(`SortedMap does as a sorted Map does for other keys and values (SEED=${SEED})`, () => {
  play({ key: u8, value: i64, keyOf: (n) => n, valueOf: BigInt, range: 256, steps: 30_000 });
  play({ key: i64, value: f64, keyOf: (n) => BigInt(n) - 900n, valueOf: (n) => n / 4, range: 3000, steps: 30_000 });
  const valueOf = (n: number): { id: number; x: number } => ({ id: n & 255, x: n / 8 });
  play({ key: u16, value: Point, keyOf: (n) => n, valueOf, range: 5000, steps: 30_000 });
});

test("SortedMap fills its leaves with ascending keys and gives all memory back", () => {
  using heap = new Heap();
  const map = new SortedMap(u32, u32, { allocator: heap });
  for (let i = 0; i < 300_000; i++) map.set(i, i * 2);
  map.shrinkToFit();
  assert.ok(map.bytes <= 300_000 * 8.3, `${map.bytes} bytes`);
  assert.equal(heap.liveBytes, map.bytes);
  let expected = 100_000;
  for (const [key, value] of map.entries({ from: 100_000, to: 100_500 })) {
    assert.deepEqual([key, value], [expected, expected++ * 2]);
  }
  assert.equal(expected, 100_500);
  for (let i = 299_999; i >= 0; i--) assert.ok(map.delete(i));
  map.shrinkToFit();
  assert.deepEqual([map.size, map.bytes, heap.liveBlocks], [0, 0, 0]);
  map.reserve(1000);
  assert.ok(map.capacity >= 1000);
  const { bytes } = map;
  for (let i = 1000; i > 0; i--) map.set(i, i);
  assert.equal(map.bytes, bytes);
});

test("SortedMap puts NaN last, takes -0 for 0 and refuses keys that are not of the kind", () => {
  using heap = new Heap();
  const map = new SortedMap(f64, u8, { allocator: heap });
  map.set(NaN, 1).set(-0, 2).set(Infinity, 3).set(NaN, 4).set(-Infinity, 5);
  assert.deepEqual(map.toArray(), [[-Infinity, 5], [0, 2], [Infinity, 3], [NaN, 4]]);
  assert.deepEqual([map.get(0), map.get(NaN), map.delete(NaN), map.has(NaN)], [2, 4, true, false]);
  const small = new SortedMap(u8, i64, { allocator: heap });
  for (const key of [256, -1, 0.5, NaN]) {
    assert.throws(() => small.set(key, 1n), {
      name: "RangeError",
      message: `Cannot store ${key} in a SortedMap: its keys are of kind u8`,
    });
    assert.deepEqual([small.has(key), small.get(key), small.delete(key)], [false, undefined, false]);
  }
  assert.throws(() => small.set(1, 1 as never), TypeError);
  assert.deepEqual([small.size, small.toArray(), small.firstKey()], [0, [], undefined]);
  assert.throws(() => new SortedMap(Point as never, u8, { allocator: heap }), { name: "TypeError" });
  assert.throws(() => new SortedMap(u8, 1 as never, { allocator: heap }), { name: "TypeError" });
});

test("SortedMap is as it was when there is no memory or a value is refused", () => {
  using heap = new Heap({ limit: 100_000 });
  const map = new SortedMap(u32, i64, { allocator: heap });
  const random = new Random(SEED);
  const model = new Map<number, bigint>();
  assert.throws(() => {
    for (;;) {
      const key = random.below(1e9);
      assert.throws(() => map.set(key, 1 as never), TypeError);
      map.set(key, BigInt(key));
      model.set(key, BigInt(key));
    }
  }, AllocationError);
  assert.ok(model.size > 1000);
  assert.throws(() => map.shrinkToFit(), AllocationError);
  assert.deepEqual(map.toArray(), [...model].sort(([a], [b]) => a - b));
  assert.equal(heap.liveBytes, map.bytes);
});

test("SortedMap goes on iterating while entries come and go", () => {
  using heap = new Heap();
  const map = new SortedMap(u32, u32, { allocator: heap });
  for (let i = 0; i < 1000; i++) map.set(i * 2, i);
  const seen: number[] = [];
  for (const key of map.keys()) {
    seen.push(key);
    map.delete(key);
    if (key % 4 === 0) map.set(key + 1, 0);
    if (key === 1000) map.shrinkToFit();
  }
  assert.deepEqual(seen, Array.from({ length: 2000 }, (_, i) => i).filter((i) => i % 4 !== 3));
  for (const key of map.keys({ reverse: true })) map.delete(key);
  assert.equal(map.size, 0);
  const range: KeyRange<number> = { from: 5 };
  assert.deepEqual([map.toArray(range), map instanceof SortedMap], [[], true]);
  map.set(1, 2);
  map.forEach((value, key, same) => assert.deepEqual([value, key, same === map], [2, 1, true]));
  assert.deepEqual([...map.values()], [2]);
});

test("SortedMap throws ClosedError once its memory is gone", () => {
  assertCloses<SortedMap<typeof f64, typeof u32>>({
    label: "SortedMap",
    make: (options) => new SortedMap(f64, u32, options),
    fill(map): void {
      for (let i = 0; i < 500; i++) map.set(i, i);
    },
    calls: (map) => [
      () => map.set(1, 1),
      () => map.get(1),
      () => map.has(1),
      () => map.delete(1000),
      () => map.firstKey(),
      () => map.lastKey(),
      () => map.floorKey(1),
      () => map.ceilingKey(1),
      () => [...map.keys()],
      () => [...map.values()],
      () => map.forEach(() => {}),
      () => map.toArray({ from: 1, reverse: true }),
      () => map.clear(),
    ],
  });
});
