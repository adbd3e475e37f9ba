import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { SlotMap } from "../../../stl/items/slot_map.ts";
import { bool, type Element, f64, i64, struct, u8 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Point = struct({ id: u8, x: f64 }, { name: "Point" });

/** The map, what it has to hold, and every handle that it ever gave out. */
class World<T> {
  readonly map: SlotMap<Element<T>>;
  readonly #model = new Map<number, T>();
  readonly #given: number[] = [];
  readonly #random: Random;

  constructor(map: SlotMap<Element<T>>, random: Random) {
    this.map = map;
    this.#random = random;
  }

  step(value: T, growing: boolean): void {
    const random = this.#random;
    // Mostly a handle of late, which is more often alive.
    const recent = random.once(2) ? this.#given.length : Math.min(this.#given.length, 300);
    const handle = this.#given[this.#given.length - 1 - random.below(recent || 1)] ?? 7;
    switch (random.below(growing ? 10 : 7)) {
      case 0:
      case 1:
      case 2:
        return assert.equal(this.map.delete(handle), this.#model.delete(handle));
      case 3:
        return this.#set(handle, value);
      case 4:
        assert.equal(this.map.has(handle), this.#model.has(handle));
        return assert.deepEqual(this.map.get(handle), this.#model.get(handle));
      case 5:
        if (random.once(300)) this.map.shrinkToFit();
        else if (random.once(3000)) this.#clear();
        return;
      default:
        return this.#add(value);
    }
  }

  #add(value: T): void {
    const handle = this.map.add(value);
    assert.ok(Number.isSafeInteger(handle) && !this.#model.has(handle));
    this.#model.set(handle, value);
    this.#given.push(handle);
  }

  #set(handle: number, value: T): void {
    if (!this.#model.has(handle)) return assert.throws(() => this.map.set(handle, value), RangeError);
    this.map.set(handle, value);
    this.#model.set(handle, value);
  }

  #clear(): void {
    this.map.clear();
    this.#model.clear();
  }

  check(): void {
    assert.equal(this.map.size, this.#model.size);
    assert.deepEqual(new Map(this.map), this.#model);
    assert.equal(new Set(this.#given).size, this.#given.length);
    for (const handle of this.#given) assert.equal(this.map.has(handle), this.#model.has(handle));
  }
}

function play<T>(element: Element<T>, make: (n: number) => T, steps: number): void {
  using heap = new Heap();
  const random = new Random(SEED);
  const world = new World(new SlotMap(element, { allocator: heap }), random);
  for (let at = 0; at < steps; at++) {
    world.step(make(random.below(1000)), at % 6000 < 3500);
    if (at % 10_000 === 0) world.check();
  }
  world.check();
  assert.equal(heap.liveBytes, world.map.bytes);
  world.map.dispose();
  assert.equal(heap.liveBlocks, 0);
}

test(`SlotMap behaves like Map and finds every stale handle through 200,000 random steps (SEED=${SEED})`, () => {
  play(f64, (n) => n / 2, 200_000);
});

test(`SlotMap behaves like Map for other elements (SEED=${SEED})`, () => {
  play(i64, (n) => BigInt(n) - 500n, 20_000);
  play(bool, (n) => n % 2 === 0, 20_000);
  play<{ id: number; x: number }>(Point, (n) => ({ id: n & 255, x: n / 8 }), 20_000);
});

test("SlotMap retires a place whose generations have run out", () => {
  using heap = new Heap();
  const map = new SlotMap(u8, { allocator: heap, capacity: 4 });
  const first = map.add(1);
  map.delete(first);
  let last = first;
  for (let i = 1; i < 2 ** 20; i++) map.delete(last = map.add(2));
  assert.equal(last >>> 0, first >>> 0);
  const next = map.add(3);
  assert.deepEqual([next >>> 0, map.get(last), map.get(first), map.get(next)], [1, undefined, undefined, 3]);
  map.clear();
  map.shrinkToFit();
  assert.deepEqual([map.add(4) >>> 0, map.has(first), map.has(last), map.has(next)], [1, false, false, false]);
});

test("SlotMap finds a stale handle after its place was given back", () => {
  using heap = new Heap();
  const map = new SlotMap(u8, { allocator: heap });
  const stale: number[] = [];
  for (let round = 0; round < 50; round++) {
    const handles = Array.from({ length: 20 }, (_, i) => map.add(i));
    handles.forEach((handle, i) => assert.equal(map.get(handle), i));
    for (const handle of stale) assert.equal(map.has(handle), false);
    stale.push(...handles);
    for (const handle of handles) assert.ok(map.delete(handle));
    map.shrinkToFit();
    assert.deepEqual([map.bytes, map.capacity, heap.liveBlocks], [0, 0, 0]);
  }
  assert.equal(new Set(stale).size, 1000);
});

test("SlotMap refuses what is not one of its handles", () => {
  using heap = new Heap();
  const map = new SlotMap(u8, { allocator: heap });
  const handle = map.add(1);
  map.add(2);
  map.delete(map.add(3));
  for (
    const other of [0, 1, -1, 0.5, NaN, Infinity, handle + 0.5, handle + 2 ** 32, handle + 2, 2 ** 33 + 2, -handle]
  ) {
    assert.deepEqual([map.has(other), map.get(other), map.delete(other)], [false, undefined, false], `${other}`);
    assert.throws(() => map.set(other, 1), {
      name: "RangeError",
      message: `Cannot set the value of ${other} in a SlotMap: it was deleted or never added, has() tells`,
    });
  }
  assert.equal(map.size, 2);
  assert.throws(() => map.reserve(0.5), { name: "RangeError" });
  assert.throws(() => new SlotMap({} as never, { allocator: heap }), { name: "TypeError" });
});

test("SlotMap keeps its values when there is no memory to grow or a value is refused", () => {
  using heap = new Heap({ limit: 2000 });
  const map = new SlotMap(i64, { allocator: heap });
  const handles: number[] = [];
  assert.throws(() => {
    for (;;) handles.push(map.add(BigInt(handles.length)));
  }, AllocationError);
  const freed = handles.pop()!;
  map.delete(freed);
  assert.throws(() => map.add(1 as never), TypeError);
  handles.forEach((handle, i) => assert.equal(map.get(handle), BigInt(i)));
  assert.deepEqual([map.size, map.has(freed)], [handles.length, false]);
});

test("SlotMap iterates like Map", () => {
  using heap = new Heap();
  const map = new SlotMap(u8, { allocator: heap });
  const [a, b, c] = [map.add(1), map.add(2), map.add(3)];
  map.delete(b);
  assert.deepEqual([[...map], [...map.keys()], [...map.values()]], [[[a, 1], [c, 3]], [a, c], [1, 3]]);
  const seen: unknown[] = [];
  map.forEach((value, handle, whole) => seen.push(value, handle, whole === map));
  assert.deepEqual(seen, [1, a, true, 3, c, true]);
  for (const handle of map.keys()) map.delete(handle);
  assert.deepEqual([map.size, map.toArray(), map instanceof SlotMap], [0, [], true]);
});

test("SlotMap throws ClosedError once its memory is gone", () => {
  let handle = 0;
  assertCloses<SlotMap<typeof Point>>({
    label: "SlotMap",
    make: (options) => new SlotMap(Point, options),
    fill(map): void {
      for (let i = 0; i < 20; i++) handle = map.add({ id: i, x: i });
      map.delete(map.add({ id: 0, x: 0 }));
    },
    calls: (map) => [
      () => map.add({ id: 1, x: 1 }),
      () => map.has(handle),
      () => map.get(handle),
      () => map.delete(7),
      () => map.forEach(() => {}),
      () => [...map.keys()],
      () => [...map.values()],
      () => map.toArray(),
      () => map.clear(),
    ],
  });
});
