import assert from "node:assert/strict";
import { test } from "node:test";
import { type AllocateOptions, Heap, type Scope, ScopePool, type View, type ViewConstructor } from "../../mod.ts";
import { anyText, BitSet, HashMap, MultiMap, Pool, SoaVector, SortedMap, struct, Text, u32 } from "../../stl/mod.ts";

const Item = struct({ id: u32 }, { name: "Item" });

/** Lets `act` do something before each block that `allocator` gives out, as a listener of a heap may. */
function listenedTo<A extends Heap | Scope>(allocator: A, act: () => void): A {
  let acting = false;
  const before = (): void => {
    if (acting) return;
    acting = true;
    try {
      act();
    } finally {
      acting = false;
    }
  };
  return new Proxy(allocator, {
    get(target, name): unknown {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "allocate" && name !== "allocateZeroed" && name !== "reallocate") return value.bind(target);
      return (...given: [ViewConstructor, number, AllocateOptions?]): View<ViewConstructor> => {
        before();
        return value.apply(target, given);
      };
    },
  });
}

test("a SortedMap keeps what a listener sets in it while it asks for memory", () => {
  using heap = new Heap();
  let added = 0;
  const keyOf = (n: number): string => `listener ${String(n).padStart(5, "0")}`;
  const allocator = listenedTo(heap, () => {
    map.set(keyOf(added), `${added}`);
    added++;
    if (added % 3 === 0) map.delete("0");
    if (added % 5 === 0) map.shrinkToFit();
  });
  const map = new SortedMap(anyText, anyText, { allocator });
  for (let n = 0; n < 400; n++) {
    map.set(String(n), `${n}`);
    if (n % 100 === 0) map.shrinkToFit();
  }
  assert.ok(added > 10);
  for (let n = 1; n < 400; n++) assert.equal(map.get(String(n)), `${n}`);
  for (let n = 0; n < added; n++) assert.equal(map.get(keyOf(n)), `${n}`);
  assert.equal(heap.liveBytes, map.bytes);
  map.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("a Text keeps what a listener appends while it becomes longer or shorter", () => {
  using heap = new Heap();
  let appended = "";
  const allocator = listenedTo(heap, () => {
    text.append("+");
    appended += "+";
  });
  const text = new Text({ allocator });
  text.append("abc");
  text.reserve(1000);
  assert.equal(text.toString(), "+abc+");
  assert.equal(appended, "++");
  assert.throws(() => text.shrinkToFit(), /^Error: Cannot change the memory of a Text: it is giving memory back/);
  assert.equal(text.toString(), "+abc+");
  text.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("a checked Pool takes back a struct whose memory is gone, and makes a new one", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const checkpoint = scope.checkpoint();
  const items = new Pool(Item, { allocator: scope, checked: true });
  const item = items.acquire();
  scope.rollback(checkpoint);
  items.release(item);
  assert.equal(items.live, 0);
  const other = items.acquire();
  other.id = 5;
  assert.equal(other.id, 5);
});

test("a map does not use memory that a listener has had taken back while more was asked for", () => {
  for (const incremental of [false, true]) {
    using pool = new ScopePool();
    const scope = pool.open();
    const checkpoint = scope.checkpoint();
    // After the first block of what a map asks for at once, for which it has nothing yet that could be missed.
    let blocks = 0;
    const allocator = listenedTo(scope, () => {
      if (++blocks === 2) scope.rollback(checkpoint);
    });
    const map = new HashMap(u32, u32, { allocator, incremental });
    map.set(7, 8).set(9, 10);
    assert.deepEqual([map.size, map.get(7), map.get(9)], [2, 8, 10]);
    map.dispose();
  }
});

test("an incremental map whose values a listener moves away while they ask for their first bytes gives those back", () => {
  using heap = new Heap();
  let key = 0;
  let asked = false;
  const allocator = listenedTo(heap, () => {
    if (!asked) return;
    asked = false;
    for (let n = 0; n < 20; n++) map.set(++key, "");
  });
  const map = new HashMap(u32, anyText, { allocator, incremental: true });
  for (let n = 0; n < 200; n++) {
    map.clear();
    map.shrinkToFit();
    for (key = 0; key < n; key++) map.set(key, "");
    asked = true;
    map.set(key, "a value of some bytes");
    assert.equal(heap.liveBytes, map.bytes, `after ${n} empty values`);
  }
  map.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("a SortedMap throws ClosedError when the function that compares its keys takes its memory back", () => {
  using pool = new ScopePool();
  for (const call of ["get", "has", "delete", "set", "floorKey", "ceilingKey"] as const) {
    const scope = pool.open();
    const checkpoint = scope.checkpoint();
    let robs = false;
    const compare = (a: { id: number }, b: { id: number }): number => {
      if (robs) scope.rollback(checkpoint);
      return a.id - b.id;
    };
    const map = new SortedMap(Item, Item, { allocator: scope, compare });
    for (let id = 0; id < 200; id++) map.set({ id }, { id });
    robs = true;
    assert.throws(() => map[call]({ id: 60 }, { id: 1 }), { name: "ClosedError" }, call);
    scope[Symbol.dispose]();
  }
});

test("BitSet.toggle() takes a number away that a listener has added while the set grew", () => {
  using heap = new Heap();
  let adds = true;
  const allocator = listenedTo(heap, () => {
    if (adds) set.add(889);
    adds = false;
  });
  const set = new BitSet({ allocator });
  assert.equal(set.toggle(889), false);
  assert.deepEqual([set.size, set.toggle(889), set.size], [0, true, 1]);
});

test("a Pool that a listener disposes of while it asks for memory gives that back", () => {
  using heap = new Heap();
  for (const checked of [false, true]) {
    const allocator = listenedTo(heap, () => items.dispose());
    const items = new Pool(Item, { allocator, checked });
    assert.throws(() => items.acquire(), { name: "ClosedError" });
    assert.deepEqual([items.bytes, items.live, heap.liveBlocks], [0, 0, 0]);
  }
});

test("SoaVector.shrinkToFit() throws ClosedError when a listener has had the memory of its columns taken back", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  let listening = false;
  const allocator = listenedTo(scope, () => {
    if (listening) scope.reset();
  });
  const rows = new SoaVector({ id: u32, count: u32 }, { allocator });
  rows.reserve(100);
  rows.push({ id: 1, count: 2 });
  listening = true;
  assert.throws(() => rows.shrinkToFit(), { name: "ClosedError" });
  assert.throws(() => rows.push({ id: 1, count: 2 }), { name: "ClosedError" });
  scope[Symbol.dispose]();
  assert.equal(pool.liveBytes, 0);
});

test("SoaVector.push() throws ClosedError when a listener makes it grow and has that memory taken back", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  let acts = false;
  const checkpoint = scope.checkpoint();
  const allocator = listenedTo(scope, () => {
    if (!acts) return;
    for (let id = 0; id < 40; id++) vector.push({ item: { id } });
    scope.rollback(checkpoint);
  });
  const vector = new SoaVector(struct({ item: Item }), { allocator });
  for (let id = 0; id < 8; id++) vector.push({ item: { id } });
  acts = true;
  assert.throws(() => vector.push({ item: { id: 8 } }), { name: "ClosedError" });
  assert.throws(() => vector.push({ item: { id: 9 } }), { name: "ClosedError" });
});

test("a MultiMap that a listener clears while it asks for memory refuses the value or keeps it, and stays whole", () => {
  using heap = new Heap();
  let acts = false;
  let refused = 0;
  const allocator = listenedTo(heap, () => {
    if (acts) map.clear();
  });
  const map = new MultiMap(u32, u32, { allocator });
  for (let n = 0; n < 3000; n++) {
    acts = n % 3 === 0;
    if (n % 40 === 0) map.shrinkToFit();
    try {
      map.add(n % 700, n);
      assert.equal(map.get(n % 700).at(-1), n);
    } catch (error) {
      assert.match(String(error), /^Error: Cannot add to a MultiMap: a listener of its heap has cleared it meanwhile$/);
      refused++;
    }
    if (n % 50 > 0) continue;
    const keys = [...map.keys()];
    assert.deepEqual([keys.length, keys.every((key) => map.count(key) > 0)], [map.keyCount, true]);
    assert.equal(keys.reduce((sum, key) => sum + map.get(key).length, 0), map.size);
  }
  assert.ok(refused > 0);
  map.dispose();
  assert.equal(heap.liveBlocks, 0);
});
