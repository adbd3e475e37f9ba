import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { anyText, f64, LruMap, struct, u32, u8 } from "../../../stl/mod.ts";
import { nameOf, pairs, type Sample, sampleOf, seeded, STEPS } from "../_kinds.ts";
import { LruModel } from "./_lru_model.ts";

const { random, message } = seeded();

function play(key: Sample, value: Sample, limits: { maxEntries?: number; maxBytes?: number }, steps: number): void {
  const heap = new Heap();
  const model = new LruModel(heap, key, value, limits, random);
  try {
    for (let step = 0; step < steps; step++) model.step();
    model.end(heap);
  } catch (cause) {
    const limit = JSON.stringify(limits);
    throw new Error(`LruMap of ${key.kind.name} to ${value.kind.name}, ${limit}: ${message}`, { cause });
  }
  heap.close();
}

test("LruMap behaves like a Map in order of use through 200,000 random steps", () => {
  play(sampleOf("u32"), sampleOf("f64"), { maxEntries: 1000 }, 200_000);
});

test("LruMap behaves like a Map in order of use for every kind, with a limit of entries", () => {
  for (const [key, value] of pairs()) play(key, value, { maxEntries: 150 }, STEPS / 2);
});

test("LruMap behaves like a Map in order of use for every kind, with a limit of bytes", () => {
  for (const [key, value] of pairs()) play(key, value, { maxBytes: 4000 }, STEPS / 2);
  for (const [key, value] of pairs()) play(key, value, { maxEntries: 60, maxBytes: 1000 }, STEPS / 4);
});

test("LruMap.get() uses an entry, peek() and has() do not", () => {
  using heap = new Heap();
  const map = new LruMap(u32, f64, { allocator: heap, maxEntries: 3 });
  map.set(1, 1).set(2, 2).set(3, 3);
  assert.deepEqual([map.get(1), map.peek(2), map.has(2)], [1, 2, true]);
  map.set(4, 4);
  assert.deepEqual([...map], [[4, 4], [1, 1], [3, 3]]);
  assert.equal(map.get(2), undefined);
});

test("LruMap refuses an entry that is larger than the limit, and keeps what it has", () => {
  using heap = new Heap();
  const map = new LruMap(anyText, anyText, { allocator: heap, maxBytes: 100 }).set("a", "b");
  assert.throws(() => map.set("a", "x".repeat(100)), {
    name: "RangeError",
    message: "Cannot store an entry of 101 bytes in an LruMap: its limit is 100 bytes",
  });
  assert.deepEqual([map.get("a"), map.entryBytes], ["b", 2]);
  map.set("a", "x".repeat(99));
  assert.equal(map.entryBytes, 100);
});

test("LruMap.onEvict may use the map, and what it throws leaves the map whole", () => {
  using heap = new Heap();
  const evicted: string[] = [];
  const map: LruMap<number, string> = new LruMap(u32, anyText, {
    allocator: heap,
    maxEntries: 2,
    onEvict(key, value): void {
      evicted.push(`${key} ${value}`);
      if (key === 1) map.delete(2);
      if (key === 3) throw new Error("no");
    },
  });
  map.set(1, "one").set(2, "two").set(3, "three");
  assert.deepEqual([evicted, map.toArray()], [["1 one"], [[3, "three"]]]);
  map.set(4, "four");
  assert.throws(() => map.set(5, "five"), /^Error: no$/);
  assert.deepEqual(map.toArray(), [[4, "four"]]);
  map.set(5, "five");
  assert.deepEqual(map.toArray(), [[5, "five"], [4, "four"]]);
});

test("LruMap that runs out of memory is unchanged but for what it evicted", () => {
  for (const [key, value] of [["u32", "anyText"], ["anyText", "anyBytes"], ["bytes(16)", "f64"]]) {
    const heap = new Heap({ limit: 40_000 });
    const map = new LruMap<unknown, unknown>(sampleOf(key!).kind, sampleOf(value!).kind, {
      allocator: heap,
      maxEntries: 5000,
    });
    const model = new Map<string, string>();
    for (let failures = 0; failures < 10;) {
      const [newKey, newValue] = [sampleOf(key!).make(random), sampleOf(value!).make(random)];
      try {
        map.set(newKey, newValue);
        model.set(nameOf(newKey), nameOf(newValue));
      } catch (error) {
        assert.ok(error instanceof AllocationError, message);
        failures++;
      }
    }
    assert.deepEqual(new Map(map.toArray().map(([k, v]) => [nameOf(k), nameOf(v)] as const)), new Map(model), message);
    map.dispose();
    heap.close();
  }
});

test("LruMap ends an iteration when the order changes", () => {
  using heap = new Heap();
  const map = new LruMap(u32, u8, { allocator: heap, maxEntries: 5 }).set(1, 1).set(2, 2).set(3, 3);
  assert.throws(() => {
    for (const key of map.keys()) map.get(4 - key);
  }, /Cannot go on iterating over a LruMap/);
});

test("new LruMap() refuses a missing limit, and limits that are not positive integers", () => {
  using heap = new Heap();
  assert.throws(() => new LruMap(u32, u8, { allocator: heap }), /Cannot make an LruMap without a limit/);
  for (const maxEntries of [0, -1, 1.5, NaN, "5" as never]) {
    assert.throws(() => new LruMap(u32, u8, { allocator: heap, maxEntries }), RangeError);
  }
});

test("LruMap throws ClosedError when it was disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const options = { allocator: heap, maxEntries: 2 };
  const [disposed, orphan] = [
    new LruMap(u32, anyText, options).set(1, "a"),
    new LruMap(u32, anyText, options).set(1, "a"),
  ];
  disposed.dispose();
  heap.destroy();
  for (const map of [disposed, orphan]) {
    const calls = [() => map.get(1), () => map.peek(1), () => map.has(2), () => map.set(1, "b"), () => map.set(2, "b")];
    for (const call of [...calls, () => map.delete(1), () => map.toArray(), () => map.clear(), () => map.reserve(2)]) {
      assert.throws(call, { name: "ClosedError" });
    }
    assert.ok(map.closed && map instanceof LruMap);
  }
});

test("a cursor walks over the values of an LruMap from the one used last, without using them", () => {
  using heap = new Heap({ name: "sessions" });
  const Session = struct({ user: u32, seen: u32 }, { name: "Session" });
  using sessions = new LruMap(anyText, Session, { allocator: heap, maxEntries: 100 });
  for (let user = 0; user < 50; user++) sessions.set(`s${user}`, { user, seen: 0 });
  sessions.get("s7");
  const cursor = sessions.cursor();
  assert.throws(() => cursor.key, { name: "RangeError", message: /a cursor over a LruMap: it is at no entry/ });
  const places = new Set<object>();
  const keys: string[] = [];
  for (const session of cursor) {
    places.add(session);
    keys.push(cursor.key);
    assert.equal(cursor.key, `s${session.user}`);
    session.seen += 2;
  }
  assert.equal(places.size, 1);
  assert.deepEqual(keys, [...sessions.keys()]);
  assert.equal(keys[0], "s7");
  for (const { seen } of sessions.values()) assert.equal(seen, 2);
  // Whatever changes the order ends it.
  for (
    const change of [
      () => sessions.get("s3"),
      () => sessions.set("new", { user: 0, seen: 0 }),
      () => sessions.delete("s8"),
      () => sessions.clear(),
    ]
  ) {
    const walk = sessions.cursor();
    walk.next();
    change();
    assert.throws(() => walk.next(), { name: "Error", message: /^Cannot go on iterating over a LruMap/ });
    assert.equal(walk.next().done, true);
  }
  assert.equal([...sessions.cursor()].length, 0);
  using numbers = new LruMap(u32, u32, { allocator: heap, maxEntries: 5 });
  assert.throws(() => (numbers as unknown as typeof sessions).cursor(), {
    name: "TypeError",
    message: /its values are u32, values\(\) has them/,
  });
  sessions.dispose();
  assert.throws(() => sessions.cursor().next(), { name: "ClosedError" });
});
