import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import {
  anyBytes,
  anyText,
  bytes,
  f64,
  i64,
  type KeyRange,
  type Kind,
  SortedMap,
  type SortedMapOptions,
  struct,
  text,
  u16,
  u32,
  u8,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Point = struct({ id: u8, x: f64 }, { name: "Point" });

type Place = { id: number; x: number };

/** What is played with: keys are looked up in the model by a name that is theirs alone. */
interface Play<K, V> {
  readonly key: Kind<K>;
  readonly value: Kind<V>;
  /** The n-th key; the numbers in their order are the keys in theirs. */
  readonly keyOf: (n: number) => K;
  readonly valueOf: (n: number) => V;
  readonly range: number;
  readonly steps: number;
  readonly options?: Pick<SortedMapOptions<K>, "compare">;
}

/** As deepEqual, which takes seconds for lists of thousands of numbers or texts. */
function assertSame(actual: unknown[], expected: unknown[]): void {
  assert.equal(actual.length, expected.length);
  for (let at = 0; at < actual.length; at++) {
    if (!Object.is(actual[at], expected[at])) assert.deepEqual(actual[at], expected[at], `element ${at}`);
  }
}

/** The map and what it has to hold: values by the number of their key. */
class World<K, V> {
  readonly map: SortedMap<K, V>;
  readonly #keyOf: (n: number) => K;
  readonly #model = new Map<number, V>();
  readonly #random: Random;

  constructor(map: SortedMap<K, V>, keyOf: (n: number) => K, random: Random) {
    this.map = map;
    this.#keyOf = keyOf;
    this.#random = random;
  }

  step(n: number, value: V, growing: boolean): void {
    const key = this.#keyOf(n);
    switch (this.#random.below(growing ? 10 : 7)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return assert.equal(this.map.delete(key), this.#model.delete(n));
      case 4:
        assert.equal(this.map.has(key), this.#model.has(n));
        return assert.deepEqual(this.map.get(key), this.#model.get(n));
      default:
        this.map.set(key, value);
        this.#model.set(n, value);
    }
  }

  clear(): void {
    this.map.clear();
    this.#model.clear();
  }

  check(a: number, b: number): void {
    const numbers = [...this.#model.keys()].sort((a, b) => a - b);
    const keys = (some: number[]): K[] => some.map(this.#keyOf);
    const one = (n: number | undefined): K | undefined => n === undefined ? undefined : this.#keyOf(n);
    const sorted = numbers.map((n): [K, V] => [this.#keyOf(n), this.#model.get(n)!]);
    assert.equal(this.map.size, sorted.length);
    assertSame([...this.map].flat(), sorted.flat());
    assertSame(this.map.toArray({ reverse: true }).flat(), sorted.toReversed().flat());
    assertSame([...this.map.values()], sorted.map(([, value]) => value));
    const [low, high] = a < b ? [a, b] : [b, a];
    const within = keys(numbers.filter((n) => n >= low && n < high));
    const range = { from: this.#keyOf(low), to: this.#keyOf(high) };
    assertSame([...this.map.keys(range)], within);
    assertSame([...this.map.keys({ ...range, reverse: true })], within.toReversed());
    assert.deepEqual(this.map.floorKey(this.#keyOf(a)), one(numbers.findLast((n) => n <= a)));
    assert.deepEqual(this.map.ceilingKey(this.#keyOf(a)), one(numbers.find((n) => n >= a)));
    assert.deepEqual([this.map.firstKey(), this.map.lastKey()], [one(numbers[0]), one(numbers.at(-1))]);
  }
}

function play<K, V>({ key, value, keyOf, valueOf, range, steps, options }: Play<K, V>): void {
  using heap = new Heap();
  const random = new Random(SEED);
  const world = new World(new SortedMap<K, V>(key, value, { allocator: heap, ...options }), keyOf, random);
  for (let at = 0; at < steps; at++) {
    // Now and then all keys from one side, as lists and queues do.
    const near = at % 16_000 < 4000 ? at % 4000 % range : random.below(range);
    world.step(near, valueOf(random.below(1000)), at % 20_000 < 13_000);
    if (random.once(20_000)) world.map.shrinkToFit();
    if (random.once(60_000)) world.clear();
    if (at % 5000 === 0) world.check(random.below(range), random.below(range));
  }
  world.check(random.below(range), random.below(range));
  assert.equal(heap.liveBytes, world.map.bytes);
  world.map.dispose();
  assert.equal(heap.liveBlocks, 0);
}

/** Texts of several lengths whose order is that of `n`; some lie where UTF-16 and code points differ. */
function textOf(n: number): string {
  const digits = String(n).padStart(6, "0");
  return n % 3 === 0 ? digits : `${digits}${n % 2 ? "\u{1F600}" : "\uFFFD"}${"x".repeat(n % 50)}`;
}

function bytesOf(n: number): Uint8Array {
  return Uint8Array.from([n >>> 16, n >>> 8, n]);
}

function placeOf(n: number): Place {
  return { id: n & 255, x: n / 8 };
}

test(`SortedMap behaves like a sorted Map through 200,000 random steps (SEED=${SEED})`, () => {
  play({ key: f64, value: u32, keyOf: (n) => n / 2 - 500, valueOf: (n) => n, range: 20_000, steps: 200_000 });
});

test(`SortedMap behaves like a sorted Map through 200,000 random steps with texts (SEED=${SEED})`, () => {
  play({
    key: anyText,
    value: anyText,
    keyOf: textOf,
    valueOf: (n) => "v".repeat(n % 90),
    range: 20_000,
    steps: 200_000,
  });
});

test(`SortedMap behaves like a sorted Map for other keys and values (SEED=${SEED})`, () => {
  play({ key: u8, value: i64, keyOf: (n) => n, valueOf: BigInt, range: 256, steps: 30_000 });
  play({ key: i64, value: f64, keyOf: (n) => BigInt(n) - 900n, valueOf: (n) => n / 4, range: 3000, steps: 30_000 });
  play({ key: u16, value: Point, keyOf: (n) => n, valueOf: placeOf, range: 5000, steps: 30_000 });
  const digits = (n: number): string => String(n).padStart(5, "0");
  play({ key: text(8), value: anyBytes, keyOf: digits, valueOf: bytesOf, range: 5000, steps: 30_000 });
  play({ key: bytes(3), value: u8, keyOf: bytesOf, valueOf: (n) => n & 255, range: 5000, steps: 30_000 });
  play({ key: anyBytes, value: bytes(3), keyOf: bytesOf, valueOf: bytesOf, range: 5000, steps: 30_000 });
});

test(`SortedMap behaves like a sorted Map where a function compares keys (SEED=${SEED})`, () => {
  const byX = { compare: (a: Place, b: Place): number => a.x - b.x };
  play({ key: Point, value: u32, keyOf: placeOf, valueOf: (n) => n, range: 2000, steps: 30_000, options: byX });
  const down = { compare: (a: number, b: number): number => b - a };
  play({ key: f64, value: anyText, keyOf: (n) => -n, valueOf: String, range: 2000, steps: 30_000, options: down });
});

test("SortedMap orders texts by code points and bytes by bytes, the shorter one first", () => {
  using heap = new Heap();
  const texts = new SortedMap(anyText, u8, { allocator: heap });
  for (const key of ["\u{1F600}", "\uFFFD", "b", "", "ab", "a", "\0"]) texts.set(key, 1);
  assert.deepEqual([...texts.keys()], ["", "\0", "a", "ab", "b", "\uFFFD", "\u{1F600}"]);
  assert.deepEqual([...texts.keys({ from: "aa", to: "c" })], ["ab", "b"]);
  assert.deepEqual([texts.floorKey("aa"), texts.ceilingKey("aa")], ["a", "ab"]);
  const same = new SortedMap(anyBytes, u8, { allocator: heap });
  for (const key of [[2], [1, 255], [1], [], [255]]) same.set(Uint8Array.from(key), key.length);
  assert.deepEqual([...same.values()], [0, 1, 2, 1, 1]);
});

test("SortedMap refuses keys without an order, and keys that are not of the kind", () => {
  using heap = new Heap();
  assert.throws(() => new SortedMap(Point, u8, { allocator: heap }), {
    name: "TypeError",
    message: "Cannot make a SortedMap with keys of Point: they have no order of their own, give one as in { compare }",
  });
  const map = new SortedMap(anyText, anyText, { allocator: heap });
  map.set("a", "b");
  assert.throws(() => map.set(1 as never, "b"), {
    name: "RangeError",
    message: "Cannot store 1 in a SortedMap: its keys are of kind anyText",
  });
  assert.throws(() => map.set("c", null as never), {
    name: "TypeError",
    message: "Cannot store null in a SortedMap: its values are of kind anyText",
  });
  assert.deepEqual([map.get(1 as never), map.has(1 as never), map.delete(1 as never)], [undefined, false, false]);
  assert.throws(() => map.toArray({ from: 1 as never }), RangeError);
  assert.deepEqual([map.size, map.toArray()], [1, [["a", "b"]]]);
});

test("SortedMap stays whole when its function throws or uses the map", () => {
  using heap = new Heap();
  let act: () => unknown = () => 0;
  const map = new SortedMap(Point, u32, {
    allocator: heap,
    compare(a, b): number {
      act();
      return a.x - b.x;
    },
  });
  for (let n = 0; n < 500; n++) map.set(placeOf(n), n);
  const before = map.toArray();
  act = (): never => {
    throw new Error("no order today");
  };
  assert.throws(() => map.set(placeOf(1000), 1), /no order today/);
  assert.throws(() => map.delete(placeOf(3)), /no order today/);
  for (
    const use of [() => map.clear(), () => map.get(placeOf(1)), () => map.set(placeOf(1), 1), () => map.firstKey()]
  ) {
    act = use;
    assert.throws(() => map.delete(placeOf(3)), { message: /^Cannot [a-z ]+ a SortedMap: its function is comparing/ });
  }
  act = (): number => 0;
  assert.deepEqual(map.toArray(), before);
  assert.throws(() =>
    map.set({
      id: 1,
      get x() {
        return map.size + Number(map.has(placeOf(2)));
      },
    }, 5), {
    message: "Cannot add to a SortedMap: the key or the value has a getter that uses the map",
  });
  assert.equal(map.size, 500);
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
  assert.throws(() => new SortedMap(u8, 1 as never, { allocator: heap }), { name: "TypeError" });
});

/** Adds until there is no memory, with a value that is refused before each. */
function fillUp<K, V>(map: SortedMap<K, V>, keyOf: (n: number) => K, valueOf: (n: number) => V): Map<number, V> {
  const random = new Random(SEED);
  const model = new Map<number, V>();
  assert.throws(() => {
    for (;;) {
      const n = random.below(1e9);
      assert.throws(() => map.set(keyOf(n), 1 as never), { name: /^(Type|Range)Error$/ });
      map.set(keyOf(n), valueOf(n));
      model.set(n, valueOf(n));
    }
  }, AllocationError);
  assert.ok(model.size > 500);
  return model;
}

test(`SortedMap is as it was when there is no memory or a value is refused (SEED=${SEED})`, () => {
  using heap = new Heap({ limit: 100_000 });
  const map = new SortedMap(u32, i64, { allocator: heap });
  const model = fillUp(map, (n) => n, BigInt);
  assert.throws(() => map.shrinkToFit(), AllocationError);
  assert.deepEqual(map.toArray(), [...model].sort(([a], [b]) => a - b));
  assert.equal(heap.liveBytes, map.bytes);
  map.dispose();
  const keyOf = (n: number): string => String(n).padStart(9, "0");
  const texts = new SortedMap(anyText, anyText, { allocator: heap });
  const held = fillUp(texts, keyOf, (n) => "v".repeat(n % 30));
  assert.throws(() => texts.shrinkToFit(), AllocationError);
  assert.deepEqual(texts.toArray(), [...held].sort(([a], [b]) => a - b).map(([n, value]) => [keyOf(n), value]));
  assert.equal(heap.liveBytes, texts.bytes);
  for (const n of held.keys()) assert.ok(texts.delete(keyOf(n)));
  assert.equal(texts.size, 0);
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
  assertCloses<SortedMap<number, number>>({
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
  assertCloses<SortedMap<string, string>>({
    label: "SortedMap",
    make: (options) => new SortedMap(anyText, anyText, options),
    fill(map): void {
      for (let i = 0; i < 500; i++) map.set(String(i), String(i));
    },
    calls: (map) => [() => map.set("1", "1"), () => map.get("1"), () => map.delete("x"), () => map.toArray()],
  });
});
