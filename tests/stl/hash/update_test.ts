import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import {
  anyText,
  array,
  bits,
  f32,
  f64,
  HashMap,
  type KeyedContainer,
  type Kind,
  LruMap,
  SortedMap,
  struct,
  u32,
} from "../../../stl/mod.ts";

const Inner = struct({ low: f64, high: f64 });
const Group = struct({ sum: f64, count: u32, range: Inner, last: array(u32, 2), flags: bits({ seen: 1 }) });

const EMPTY = { sum: 0, count: 0, range: { low: 0, high: 0 }, last: [0, 0], flags: { seen: 0 } };

/** Maps with the same calls. */
const MAKERS = {
  HashMap: <V>(value: Kind<V>, heap: Heap) => new HashMap(anyText, value, { allocator: heap }),
  incremental: <V>(value: Kind<V>, heap: Heap) => new HashMap(anyText, value, { allocator: heap, incremental: true }),
  LruMap: <V>(value: Kind<V>, heap: Heap) => new LruMap(anyText, value, { allocator: heap, maxEntries: 1e6 }),
} as const;

type Groups = KeyedContainer<string, typeof EMPTY, ReturnType<typeof Group.at>>;

function groupsOf(make: (value: Kind<never>, heap: Heap) => unknown, heap: Heap): Groups {
  return make(Group as unknown as Kind<never>, heap) as Groups;
}

for (const [name, make] of Object.entries(MAKERS)) {
  test(`update() of a ${name} changes the entry itself`, () => {
    using heap = new Heap();
    const groups = groupsOf(make, heap);
    for (let i = 0; i < 3000; i++) {
      const changed = groups.update(`k${i % 700}`, (group) => {
        group.sum += i;
        group.count++;
        group.range.high = i;
        group.last.set(1, i);
        group.flags.seen = 1;
        assert.equal(groups.get(`k${i % 700}`)?.range.high, i, "it is seen at once");
      }, EMPTY);
      assert.equal(changed, true);
    }
    assert.equal(groups.size, 700);
    for (const [key, group] of groups) {
      const numbers = Array.from({ length: 3000 }, (_, i) => i).filter((i) => `k${i % 700}` === key);
      const high = numbers.at(-1)!;
      assert.deepEqual(group, {
        sum: numbers.reduce((a, b) => a + b),
        count: numbers.length,
        range: { low: 0, high },
        last: [0, high],
        flags: { seen: 1 },
      });
    }
    assert.equal(groups.update("none", () => assert.fail("called")), false);
    assert.equal(groups.has("none"), false);
  });

  test(`the accessor of update() of a ${name} ends with the call, and with a change of the entries`, () => {
    using heap = new Heap();
    const groups = groupsOf(make, heap);
    const kept: { group?: { sum: number }; range?: { low: number } } = {};
    groups.update("a", (group) => {
      kept.group = group;
      kept.range = group.range;
    }, EMPTY);
    assert.throws(() => kept.group!.sum, { name: "ClosedError", message: /the call that lent it has ended/ });
    assert.throws(() => kept.range!.low = 1, { name: "ClosedError" });

    const changes: readonly (() => unknown)[] = [
      () => groups.delete("a"),
      () => groups.set("b", EMPTY),
      () => groups.clear(),
      () => groups.reserve(100_000),
      () => groups.shrinkToFit(),
    ];
    for (const change of changes) {
      groups.set("a", EMPTY).set("c", EMPTY).delete("b");
      groups.update("a", (group) => {
        const { range } = group;
        change();
        assert.throws(() => group.sum = 7, { name: "ClosedError", message: /an entry was added, deleted or moved/ });
        assert.throws(() => range.low, { name: "ClosedError" });
      });
    }
    groups.set("a", EMPTY);
    groups.update("a", (group) => {
      groups.dispose();
      assert.throws(() => group.sum = 7, { name: "ClosedError", message: /it was disposed/ });
    });
    assert.equal(heap.liveBlocks, 0);
  });

  test(`update() within update() of a ${name} has an accessor of its own`, () => {
    using heap = new Heap();
    const groups = groupsOf(make, heap);
    groups.set("a", EMPTY).set("b", EMPTY);
    groups.update("a", (a) => {
      groups.update("b", (b) => {
        groups.update("a", (again) => again.count += 10);
        b.sum = 1;
        a.sum = 2;
        assert.notEqual(a, b);
      });
      a.count++;
    });
    assert.deepEqual([groups.get("a")?.sum, groups.get("a")?.count, groups.get("b")?.sum], [2, 11, 1]);
  });

  test(`what a function wrote before it threw stays in a ${name}`, () => {
    using heap = new Heap();
    const groups = groupsOf(make, heap);
    let kept: { sum: number } | undefined;
    const fail = (): unknown =>
      groups.update("a", (group) => {
        kept = group;
        group.sum = 5;
        throw new RangeError("enough");
      }, EMPTY);
    assert.throws(fail, { message: "enough" });
    assert.equal(groups.get("a")?.sum, 5);
    assert.throws(() => kept!.sum, { name: "ClosedError" });
    groups.update("a", (group) => group.sum++);
    assert.equal(groups.get("a")?.sum, 6);
  });

  test(`update() of a ${name} of numbers stores what the function returns`, () => {
    using heap = new Heap();
    const counts = make(f32, heap);
    for (const word of "to be or not to be".split(" ")) counts.update(word, (count) => count + 1, 0);
    assert.deepEqual(Object.fromEntries(counts), { to: 2, be: 2, or: 1, not: 1 });
    assert.equal(counts.update("and", (count) => count + 1), false);
    assert.throws(() => counts.update("to", (() => {}) as never), { name: "TypeError", message: /returned undefined/ });
    assert.throws(() => counts.update("to", null as never), {
      name: "TypeError",
      message: /expected a function, got null/,
    });
    const texts = make(anyText, heap);
    texts.update("a", (text) => `${text}!`, "a");
    assert.equal(texts.get("a"), "a!");
  });

  test(`a ${name} refuses what update() cannot add, and nothing changes`, () => {
    using heap = new Heap();
    const groups = groupsOf(make, heap);
    assert.throws(() => groups.update("a", () => assert.fail("called"), { sum: 1 } as never), TypeError);
    assert.throws(() => groups.update(5 as never, () => assert.fail("called"), EMPTY), RangeError);
    assert.throws(() => groups.update("a", undefined as never, EMPTY), TypeError);
    assert.equal(groups.size, 0);
    assert.equal(groups.update(5 as never, () => assert.fail("called")), false);
  });

  test(`getOrInsert() of a ${name} keeps what is there`, () => {
    using heap = new Heap();
    const numbers = make(f32, heap);
    assert.equal(numbers.getOrInsert("a", 0.1), Math.fround(0.1));
    assert.equal(numbers.getOrInsert("a", 2), Math.fround(0.1));
    const asked: string[] = [];
    const compute = (key: string): number => {
      asked.push(key);
      return asked.length;
    };
    assert.equal(numbers.getOrInsertComputed("b", compute), 1);
    assert.equal(numbers.getOrInsertComputed("b", compute), 1);
    assert.deepEqual(asked, ["b"]);
    assert.throws(() => numbers.getOrInsertComputed("b", 5 as never), { message: /expected a function, got 5/ });
    assert.throws(() =>
      numbers.getOrInsertComputed("c", () => {
        throw new Error("no");
      }), { message: "no" });
    assert.equal(numbers.size, 2);
    // As the proposal has it: what was computed is stored, whatever computing has done.
    numbers.getOrInsertComputed("d", () => (numbers.set("d", 8), 9));
    assert.equal(numbers.get("d"), 9);
  });
}

test("update() goes on while a listener of the heap uses the map each time that it grows", () => {
  using heap = new Heap();
  const groups = new HashMap(u32, struct({ sum: f64, id: u32 }), { allocator: heap });
  let calls = 0;
  using _listener = heap.onDeferredFree(() => {
    calls++;
    for (const key of [1, 2, 3]) groups.update(key, (group) => group.sum++);
  });
  // The listener is called for each 1,024th allocation, and most of them make the map longer.
  for (let i = 0; i < 3000; i++) {
    groups.update(i, (group) => group.id = i, { sum: 0, id: 0 });
    if (i % 2 === 0) groups.shrinkToFit();
  }
  assert.ok(calls > 0);
  assert.equal(groups.size, 3000);
  for (const [key, { sum, id }] of groups) assert.deepEqual([id, sum], [key, key >= 1 && key <= 3 ? calls : 0]);
});

test("an accessor that a scope has taken back throws", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const groups = new HashMap(u32, Inner, { allocator: scope });
  groups.set(1, { low: 1, high: 2 });
  groups.update(1, (group) => {
    scope.reset();
    assert.throws(() => group.low, { name: "ClosedError" });
  });
});

test("a cursor walks over the values of a HashMap with one object", () => {
  using heap = new Heap();
  for (const incremental of [false, true]) {
    const map = new HashMap(u32, Inner, { allocator: heap, incremental });
    for (let i = 0; i < 3000; i++) map.set(i, { low: i, high: 0 });
    const cursor = map.cursor();
    assert.throws(() => cursor.key, { name: "RangeError", message: /it is at no entry/ });
    const objects = new Set<object>();
    for (const value of cursor) {
      assert.equal(value.low, cursor.key);
      value.high = 2 * cursor.key;
      objects.add(value);
    }
    assert.equal(objects.size, 1);
    assert.throws(() => cursor.key, RangeError);
    for (const [key, value] of map) assert.deepEqual(value, { low: key, high: 2 * key });

    const second = map.cursor();
    for (const value of second) {
      const { key } = second;
      if (key % 2 === 0) continue;
      map.delete(key);
      assert.throws(() => value.low, { name: "ClosedError" });
      assert.throws(() => second.key, { message: /an entry was added or deleted/ });
    }
    assert.equal(map.size, 1500);
    assert.throws(() => {
      for (const _ of map.cursor()) map.set(1_000_000, { low: 0, high: 0 });
    }, { message: /Cannot go on iterating/ });
    map.dispose();
    assert.throws(() => map.cursor().next(), { name: "ClosedError" });
  }
  const numbers = new HashMap(u32, f64, { allocator: heap });
  assert.throws(() => numbers.cursor(), { name: "TypeError", message: /its values are f64, values\(\) has them/ });
});

test("getOrInsert() of a SortedMap keeps what is there", () => {
  using heap = new Heap();
  const map = new SortedMap(f64, anyText, { allocator: heap });
  assert.equal(map.getOrInsert(2, "two"), "two");
  assert.equal(map.getOrInsert(2, "zwei"), "two");
  assert.equal(map.getOrInsertComputed(1, (key) => `${key}!`), "1!");
  assert.equal(map.getOrInsertComputed(1, () => assert.fail("called")), "1!");
  assert.deepEqual([...map], [[1, "1!"], [2, "two"]]);
  assert.throws(() => map.getOrInsertComputed(1, {} as never), TypeError);
});
