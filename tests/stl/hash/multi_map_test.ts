import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { anyText, enumeration, f64, MultiMap, struct, text, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Point = struct({ x: f64, name: text(4) }, { name: "Point" });

test("a MultiMap has the values of each key in their order, as a Map of arrays has (SEED)", () => {
  const random = new Random(SEED);
  using heap = new Heap();
  using map = new MultiMap(anyText, Point, { allocator: heap });
  const model = new Map<string, { x: number; name: string }[]>();
  for (let step = 0; step < 12_000; step++) {
    const key = `k${random.below(80)}`;
    const choice = random.below(20);
    if (choice < 14) {
      const value = { x: step, name: `${step % 10}` };
      map.add(key, value);
      model.set(key, [...model.get(key) ?? [], value]);
    } else if (choice < 16) {
      assert.equal(map.delete(key), model.get(key)?.length ?? 0, `SEED=${SEED}`);
      model.delete(key);
    } else if (choice < 18) {
      const digit = `${random.below(10)}`;
      const left = (model.get(key) ?? []).filter(({ name }) => name !== digit);
      assert.equal(map.deleteWhere(key, ({ name }) => name === digit), (model.get(key)?.length ?? 0) - left.length);
      if (left.length > 0) model.set(key, left);
      else model.delete(key);
    } else {
      assert.deepEqual(map.get(key), model.get(key) ?? [], `SEED=${SEED}`);
      assert.deepEqual([map.has(key), map.count(key)], [model.has(key), model.get(key)?.length ?? 0]);
      if (random.once(200)) map.shrinkToFit();
      if (random.once(1000)) {
        map.clear();
        model.clear();
      }
    }
    if (step % 1000 > 0) continue;
    assert.equal(map.keyCount, model.size);
    assert.equal(map.size, [...model.values()].flat().length);
    assert.deepEqual([...map.keys()].sort(), [...model.keys()].sort());
    const copy = MultiMap.fromBytes(anyText, Point, map.toBytes(), { allocator: heap });
    for (const [each, values] of model) assert.deepEqual([map.get(each), copy.get(each)], [values, values]);
    copy.dispose();
  }
  assert.equal(heap.liveBytes, map.bytes);
});

test("a MultiMap that finds no memory stays as it was, and so does one that refuses a key or value", () => {
  using heap = new Heap({ limit: 30_000 });
  const map = new MultiMap(anyText, u32, { allocator: heap });
  let added = 0;
  assert.throws(() => {
    for (;;) {
      map.add(`key ${added % 50 < 25 ? added : added % 7}`, added);
      added++;
    }
  }, AllocationError);
  assert.ok(added > 200);
  const values = [...map.values()].sort((a, b) => a - b);
  assert.deepEqual([map.size, values], [added, Array.from({ length: added }, (_, n) => n)]);
  for (const key of [...map.keys()].slice(0, 10)) map.delete(key);
  const { size, keyCount } = map;
  const wrongs: readonly (readonly [unknown, unknown])[] = [["a", "1"], [5, 1], ["a", null], [null, 1], [
    "a",
    undefined,
  ]];
  for (const [key, value] of wrongs) {
    assert.throws(() => map.add(key as never, value as never), /^(Type|Range)Error: Cannot store /);
    assert.deepEqual([map.size, map.keyCount, map.get(key as never)], [size, keyCount, []]);
  }
  assert.throws(() => new MultiMap(u32, anyText as never, { allocator: heap }), {
    name: "TypeError",
    message: /^Cannot make a MultiMap: expected an element/,
  });
  assert.throws(() => new MultiMap({} as never, u32, { allocator: heap }), TypeError);
});

test("functions that are given to a MultiMap may fail or change it, and leave it whole", () => {
  using heap = new Heap();
  const map = new MultiMap(u32, u32, { allocator: heap, capacity: 20 });
  assert.ok(map.capacity >= 20);
  for (let n = 0; n < 9; n++) map.add(1, n);
  assert.throws(() =>
    map.deleteWhere(1, (value) => {
      if (value === 4) throw new Error("mine");
      return true;
    }), { message: "mine" });
  for (const change of [() => map.add(2, 1), () => map.delete(1), () => map.clear()]) {
    map.clear();
    for (let n = 0; n < 9; n++) map.add(1, n);
    assert.throws(() => map.deleteWhere(1, () => (change(), true)), {
      message: /its function has changed it meanwhile$/,
    });
  }
  assert.throws(() => map.deleteWhere(1, 5 as never), TypeError);
  map.clear();
  map.add(1, 1).add(2, 2);
  assert.throws(() => {
    for (const [key] of map) map.add(key + 10, 1);
  }, { message: /^Cannot go on iterating/ });
  const kinds = new MultiMap(u32, enumeration({ a: 0, b: 1 }), { allocator: heap });
  assert.deepEqual(kinds.add(1, "b").add(1, "a").toArray(), [[1, "b"], [1, "a"]]);
});

test("MultiMap throws ClosedError when it was disposed or its memory is gone", () => {
  assertCloses({
    label: "MultiMap",
    make: (options) => new MultiMap(u32, f64, options),
    fill: (map) => {
      for (let n = 0; n < 20; n++) map.add(n % 7, n);
    },
    calls: (map) => [
      () => map.add(1, 1),
      () => map.get(1),
      () => map.has(1),
      () => map.count(1),
      () => map.delete(1),
      () => map.deleteWhere(1, () => true),
      () => map.toArray(),
      () => [...map.keys()],
    ],
  });
});
