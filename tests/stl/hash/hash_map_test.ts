import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap, ScopePool } from "../../../mod.ts";
import { anyText, bytes, f64, HashMap, u32, u64, u8 } from "../../../stl/mod.ts";
import { processorTime } from "../../_time.ts";
import { HashMapModel } from "./_hash_map_model.ts";
import { pairs, type Sample, sampleOf, seeded, STEPS } from "../_kinds.ts";

const { random, message } = seeded();

function play(key: Sample, value: Sample, incremental: boolean, steps: number): void {
  const heap = new Heap();
  const model = new HashMapModel(heap, key, value, incremental, random);
  try {
    for (let step = 0; step < steps; step++) model.step();
    model.end(heap);
  } catch (cause) {
    throw new Error(`HashMap of ${key.kind.name} to ${value.kind.name}: ${message}`, { cause });
  }
  heap.close();
}

for (const incremental of [false, true]) {
  const mode = incremental ? ", growing a little at a time" : "";
  test(`HashMap behaves like Map through 200,000 random steps${mode}`, () => {
    play(sampleOf("u32"), sampleOf("f64"), incremental, 200_000);
  });

  test(`HashMap behaves like Map for every kind of keys and values${mode}`, () => {
    for (const [key, value] of pairs()) play(key, value, incremental, STEPS);
  });
}

test("HashMap keys are equal as those of Map are", () => {
  using heap = new Heap();
  const map = new HashMap(f64, u8, { allocator: heap });
  map.set(NaN, 1).set(0, 2).set(-0, 3);
  assert.deepEqual([map.size, map.get(NaN), map.get(-0), map.get(0)], [2, 1, 3, 3]);
  assert.ok(Object.is([...map.keys()].find((key) => key === 0), 0));
  const texts = new HashMap(anyText, u8, { allocator: heap });
  texts.set("", 1).set("a\0b", 2).set("\ufeffx", 3);
  assert.deepEqual([texts.get(""), texts.get("a\0b"), texts.get("\ufeffx"), texts.get("x")], [1, 2, 3, undefined]);
  assert.ok([...texts.keys()].includes("\ufeffx"));
  // Where it differs: a lone surrogate is U+FFFD.
  texts.set("\ud800", 4);
  assert.equal(texts.get("\ufffd"), 4);
});

test("HashMap.has() is false for a key of another kind, and HashMap.set() refuses it", () => {
  using heap = new Heap();
  const map = new HashMap(u32, f64, { allocator: heap });
  map.set(5, 1);
  for (const key of [5.5, -1, 2 ** 32 + 5, NaN]) {
    assert.deepEqual([map.has(key), map.get(key), map.delete(key)], [false, undefined, false]);
    assert.throws(() => map.set(key, 1), { name: "RangeError", message: /^Cannot store .* its keys are of kind u32$/ });
  }
  for (const key of ["5", null, undefined, {}, true]) {
    assert.equal(map.has(key as never), false);
    assert.throws(() => map.set(key as never, 1), TypeError);
  }
  const wide = new HashMap(u64, anyText, { allocator: heap });
  assert.throws(() => wide.set(-1n, "x"), RangeError);
  assert.throws(() => wide.set(2n ** 64n, "x"), RangeError);
  assert.throws(() => wide.set(1n, 5 as never), /Cannot store 5 in a HashMap: its values are of kind anyText/);
  const fixed = new HashMap(bytes(4), u8, { allocator: heap });
  assert.throws(() => fixed.set(new Uint8Array(3), 1), TypeError);
  assert.equal(fixed.has(new Uint8Array(5)), false);
  assert.deepEqual([map.size, wide.size, fixed.size], [1, 0, 0]);
});

test("HashMap copies what it is given and what it gives", () => {
  using heap = new Heap();
  const key = new Uint8Array([1, 2, 3, 4]);
  const map = new HashMap(bytes(4), bytes(4), { allocator: heap });
  map.set(key, key);
  key[0] = 9;
  assert.equal(map.get(key), undefined);
  const given = map.get(new Uint8Array([1, 2, 3, 4]))!;
  given[0] = 7;
  assert.deepEqual(map.get(new Uint8Array([1, 2, 3, 4])), new Uint8Array([1, 2, 3, 4]));
});

test("HashMap.reserve() makes room once, shrinkToFit() gives it back", () => {
  using heap = new Heap();
  const map = new HashMap(u32, f64, { allocator: heap, capacity: 1000 });
  const { bytes: before } = map;
  assert.ok(map.capacity >= 1000);
  for (let i = 0; i < 1000; i++) map.set(i, i);
  assert.equal(map.bytes, before);
  for (let i = 10; i < 1000; i++) map.delete(i);
  map.shrinkToFit();
  assert.ok(map.bytes < before / 20);
  assert.deepEqual(map.toArray().sort(([a], [b]) => a - b), Array.from({ length: 10 }, (_, i) => [i, i]));
  map.clear();
  map.shrinkToFit();
  assert.deepEqual([map.bytes, heap.liveBlocks], [0, 0]);
  for (const capacity of [-1, 1.5, NaN, "5" as never]) assert.throws(() => map.reserve(capacity), RangeError);
  assert.throws(() => map.reserve(2 ** 40), /Cannot make room for 1099511627776 entries in a HashMap/);
});

test("HashMap takes at most 24 bytes for an entry of u32 to f64, whatever its size", () => {
  using heap = new Heap();
  for (const size of [1e3, 1e4, 1e5, 1e6]) {
    using map = new HashMap(u32, f64, { allocator: heap, capacity: size });
    for (let i = 0; i < size; i++) map.set(i, i);
    assert.ok(map.bytes / size <= 24, `${map.bytes / size} bytes at ${size}`);
  }
});

test("HashMap throws ClosedError when it was disposed, its heap destroyed or its scope ended", () => {
  const heap = new Heap({ name: "gone" });
  using pool = new ScopePool();
  const scope = pool.open();
  for (const kind of [u32, anyText, bytes(4)]) {
    const key = kind === u32 ? 0 : kind === anyText ? "a" : new Uint8Array(4);
    const maps = [heap, heap, scope].map((allocator) =>
      new HashMap(kind as never, f64, { allocator }).set(key as never, 1)
    );
    maps[0]!.dispose();
    const again = new HashMap(kind as never, f64, { allocator: heap });
    assert.equal(again.has(key as never), false);
    const calls: ((map: HashMap<never, number>) => unknown)[] = [
      (map) => map.get(key as never),
      (map) => map.has(key as never),
      (map) => map.set(key as never, 1),
      (map) => map.delete(key as never),
      (map) => map.clear(),
      (map) => map.reserve(100),
      (map) => map.toArray(),
      (map) => map.forEach(() => {}),
    ];
    for (const call of calls) assert.throws(() => call(maps[0] as never), /ClosedError|it was disposed/);
    assert.equal(maps[1]!.get(key as never), 1);
  }
  const orphan = new HashMap(u32, f64, { allocator: heap }).set(0, 1).set(7, 1);
  const texts = new HashMap(anyText, anyText, { allocator: scope }).set("a", "b");
  const [iterator, others] = [orphan.entries(), texts.values()];
  iterator.next();
  others.next();
  heap.destroy();
  scope[Symbol.dispose]();
  for (
    const call of [
      () => orphan.get(0),
      () => orphan.get(7),
      () => orphan.set(7, 2),
      () => orphan.set(0, 2),
      () => iterator.next(),
    ]
  ) {
    assert.throws(call, { name: "ClosedError", message: "Cannot use a HashMap: its allocator gone is closed" });
  }
  for (const call of [() => texts.get("a"), () => texts.set("a", "c"), () => texts.delete("a"), () => others.next()]) {
    assert.throws(call, { name: "ClosedError" });
  }
  assert.ok(orphan.closed && texts.closed);
  orphan.dispose();
  texts.dispose();
});

test("HashMap throws ClosedError after the reset of its scope", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const map = new HashMap(u32, u32, { allocator: scope }).set(1, 2);
  scope.reset();
  for (const call of [() => map.get(1), () => map.set(1, 3), () => map.has(2), () => map.set(0, 3)]) {
    assert.throws(call, { name: "ClosedError" });
  }
  scope[Symbol.dispose]();
});

test("HashMap is unchanged when memory runs out", () => {
  for (const [key, value] of [["u32", "f64"], ["anyText", "anyText"], ["bytes(16)", "i64"], ["u64", "anyBytes"]]) {
    const heap = new Heap({ limit: 60_000 });
    const map = new HashMap(sampleOf(key!).kind, sampleOf(value!).kind, { allocator: heap });
    const model = new Map<string, [unknown, unknown]>();
    let failures = 0;
    while (failures < 20) {
      const [newKey, newValue] = [sampleOf(key!).make(random), sampleOf(value!).make(random)];
      try {
        map.set(newKey, newValue);
        model.set(String(newKey), [newKey, newValue]);
      } catch (error) {
        assert.ok(error instanceof AllocationError, message);
        failures++;
      }
    }
    assert.equal(map.size, model.size, message);
    for (const [oldKey, oldValue] of model.values()) assert.deepEqual(map.get(oldKey), oldValue, message);
    map.dispose();
    heap.close();
  }
});

test("HashMap ends an iteration when an entry is added", () => {
  using heap = new Heap();
  const map = new HashMap(u32, u32, { allocator: heap }).set(1, 1).set(2, 2);
  assert.throws(() => {
    for (const key of map.keys()) map.set(key + 10, 0);
  }, /Cannot go on iterating over a HashMap: an entry was added or deleted/);
  assert.throws(() => map.forEach((_, key) => map.set(key + 20, 0)), /an entry was added or deleted/);
  for (const change of ["clear", "shrinkToFit", "dispose"] as const) {
    using heap = new Heap();
    const other = new HashMap(u32, u32, { allocator: heap });
    for (let key = 0; key < 50; key++) other.set(key, key);
    const keys = other.keys();
    keys.next();
    other[change]();
    assert.throws(() => keys.next(), /or all have moved or gone; collect first what is to change$/, change);
    assert.ok(keys.next().done);
  }
  for (const [key, value] of map) map.set(key, value + 1);
});

test("HashMap destroys the heap that it owns", () => {
  const heap = new Heap();
  {
    using map = new HashMap(u32, u32, { allocator: heap, owned: true });
    map.set(1, 1);
  }
  assert.ok(heap.closed);
});

test("new HashMap() refuses what is not kinds and an allocator", () => {
  using heap = new Heap();
  assert.ok(new HashMap(u32, f64, { allocator: heap }) instanceof HashMap);
  assert.throws(
    () => new HashMap(Float64Array as never, f64, { allocator: heap }),
    /^TypeError: Cannot make a HashMap: expected an element like f64 or a struct, got a function$/,
  );
  assert.throws(() => new HashMap(u32, f64, {} as never), TypeError);
});

test("HashMap copied into another one stays as fast", () => {
  using heap = new Heap();
  const source = new HashMap(u32, u32, { allocator: heap });
  for (let i = 0; i < 200_000; i++) source.set(i, i);
  const copy = new HashMap(u32, u32, { allocator: heap });
  const time = processorTime(() => {
    for (const [key, value] of source) copy.set(key, value);
  });
  // In the order of the source's slots, equal hashes would fill one end of each smaller table: minutes.
  assert.ok(time < 20_000, `${time} ms`);
  assert.equal(copy.size, 200_000);
});
