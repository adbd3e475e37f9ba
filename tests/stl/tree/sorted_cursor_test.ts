import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { anyText, bytes, f64, type Kind, SortedMap, struct, text, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

const Total = struct({ sum: f64, count: u32 }, { name: "Total" });

/** What a cursor over a range says: keys with the sums. */
function walked<K>(
  map: SortedMap<K, { sum: number; count: number }, { sum: number; count: number }>,
  range?: Parameters<typeof map.cursor>[0],
): [K, number][] {
  const cursor = map.cursor(range);
  return Array.from(cursor, ({ sum }) => [cursor.key, sum]);
}

test("a cursor walks over a SortedMap in the order of its keys, as its iterations do", () => {
  const random = new Random(SEED);
  using heap = new Heap({ name: "totals" });
  const kinds: [kind: Kind<unknown>, keyOf: (index: number) => unknown, compare: boolean][] = [
    [f64 as Kind<unknown>, (index) => index / 2, false],
    [anyText as Kind<unknown>, (index) => `größe ${String(index).padStart(4, "0")}`, false],
    [bytes(2) as Kind<unknown>, (index) => Uint8Array.of(index >> 8, index), false],
    [struct({ id: u32, name: text(8) }) as unknown as Kind<unknown>, (id) => ({ id, name: `n${id}` }), true],
  ];
  for (const [kind, keyOf, compared] of kinds) {
    for (const count of [0, 1, 63, 64, 65, 1000]) {
      const compare = (a: unknown, b: unknown): number => (a as { id: number }).id - (b as { id: number }).id;
      using map = new SortedMap(kind, Total, { allocator: heap, ...(compared && { compare }) });
      for (let index = 0; index < count; index++) map.set(keyOf(index), { sum: index, count: 0 });
      for (let index = 0; index < count / 3; index++) map.delete(keyOf(random.below(count)));
      const expected = map.toArray().map(([key, { sum }]) => [key, sum]);
      assert.deepEqual(walked(map), expected);
      for (let round = 0; round < 20; round++) {
        const range = {
          ...(random.once(2) && { from: keyOf(random.below(count + 10)) }),
          ...(random.once(2) && { to: keyOf(random.below(count + 10)) }),
          reverse: random.once(2),
        };
        const what = `SEED=${SEED} ${JSON.stringify(range)}`;
        assert.deepEqual(walked(map, range), map.toArray(range).map(([key, { sum }]) => [key, sum]), what);
      }
      const places = new Set<object>();
      for (const place of map.cursor()) {
        places.add(place);
        place.sum += 0.5;
        place.count++;
      }
      assert.equal(places.size, Math.min(expected.length, 1));
      for (const [key, sum] of expected) assert.deepEqual(map.get(key), { sum: sum as number + 0.5, count: 1 });
    }
  }
});

test("a cursor over a SortedMap knows its key, and goes on while values change", () => {
  using heap = new Heap({ name: "totals" });
  using map = new SortedMap(u32, Total, { allocator: heap });
  for (let key = 0; key < 200; key++) map.set(key, { sum: key, count: 0 });
  const cursor = map.cursor({ from: 100, to: 103 });
  assert.throws(() => cursor.key, { name: "RangeError", message: /a cursor over a SortedMap: it is at no entry/ });
  const keys = [];
  for (const place of cursor) {
    keys.push(cursor.key);
    map.set(cursor.key, { sum: 7, count: 8 });
    assert.deepEqual(place.toObject(), { sum: 7, count: 8 });
    map.update(cursor.key + 1, (total) => {
      total.count = 5;
    });
  }
  assert.deepEqual(keys, [100, 101, 102]);
  assert.throws(() => cursor.key, RangeError);
  assert.equal(cursor.next().done, true);
  const left = map.cursor();
  for (const _ of left) break;
  assert.equal(left.next().done, true);
});

test("a cursor over a SortedMap ends with an Error when entries come, go or move, and so do its accessors", () => {
  const changes: ((map: SortedMap<number, { sum: number; count: number }>) => void)[] = [
    (map) => void map.set(1000, { sum: 0, count: 0 }),
    (map) => void map.delete(50),
    (map) => map.clear(),
    (map) => map.shrinkToFit(),
  ];
  for (const change of changes) {
    using heap = new Heap({ name: "totals" });
    using map = new SortedMap(u32, Total, { allocator: heap });
    for (let key = 0; key < 200; key++) map.set(key, { sum: key, count: 0 });
    const cursor = map.cursor();
    const place = cursor.next().value!;
    assert.equal(place.sum, 0);
    change(map);
    assert.throws(() => cursor.key, { name: "Error", message: /^Cannot go on iterating over a SortedMap/ });
    assert.throws(() => place.sum, {
      name: "ClosedError",
      message: /memory of a SortedMap: an entry was added, deleted or moved meanwhile/,
    });
    assert.throws(() => cursor.next(), { name: "Error", message: /^Cannot go on iterating over a SortedMap/ });
    assert.equal(cursor.next().done, true);
  }
});

test("a cursor over a SortedMap goes on where only memory was added", () => {
  using heap = new Heap({ name: "totals" });
  using map = new SortedMap(u32, Total, { allocator: heap });
  for (let key = 0; key < 10; key++) map.set(key, { sum: key, count: 0 });
  const cursor = map.cursor();
  const place = cursor.next().value!;
  map.reserve(100_000);
  assert.throws(() => place.sum, { name: "ClosedError" });
  assert.deepEqual(Array.from(cursor, ({ sum }) => sum), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a cursor over a SortedMap that is closed throws, and one over values without accessors is none", () => {
  using heap = new Heap({ name: "totals" });
  const map = new SortedMap(u32, Total, { allocator: heap });
  map.set(1, { sum: 1, count: 0 });
  const [begun, other] = [map.cursor(), map.cursor()];
  const place = begun.next().value!;
  map.dispose();
  assert.throws(() => begun.next(), { name: "Error" });
  assert.throws(() => place.sum, { name: "ClosedError", message: /it was disposed/ });
  assert.throws(() => other.next(), { name: "ClosedError" });
  using numbers = new SortedMap(u32, f64, { allocator: heap });
  assert.throws(() => numbers.cursor(), { name: "TypeError", message: /its values are f64, values\(\) has them/ });
  using texts = new SortedMap(u32, anyText, { allocator: heap });
  assert.throws(() => texts.cursor(), { name: "TypeError", message: /its values are anyText/ });

  using pool = new ScopePool();
  using scope = pool.open();
  const point = scope.checkpoint();
  const lost = new SortedMap(u32, Total, { allocator: scope });
  lost.set(1, { sum: 1, count: 0 });
  const walk = lost.cursor();
  const seen = walk.next().value!;
  scope.rollback(point);
  assert.throws(() => seen.sum, { name: "ClosedError" });
  assert.throws(() => walk.next(), Error);
  assert.throws(() => lost.cursor().next(), { name: "ClosedError" });
});

test("a listener of the heap that walks over a SortedMap while it grows is lent what there is then", () => {
  using heap = new Heap({ name: "totals", limit: 50_000 });
  using map = new SortedMap(u32, Total, { allocator: heap });
  const lent: { readonly sum: number }[] = [];
  using _listener = heap.onDeferredFree(() => {
    if (map.size === 0) return;
    const place = map.cursor().next().value!;
    assert.equal(place.sum, 0);
    lent.push(place);
  });
  let size = 0;
  // It is called before memory is refused, at the latest.
  assert.throws(() => {
    for (;; size++) map.set(size, { sum: size, count: 0 });
  }, { name: "AllocationError" });
  assert.ok(lent.length > 0);
  for (const place of lent) assert.throws(() => place.sum, { name: "ClosedError" });
  assert.equal(walked(map).length, size);
});
