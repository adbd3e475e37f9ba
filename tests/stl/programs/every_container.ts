// Made into one file by a bundler, and run: every kind of compiled class does what it does elsewhere.
import assert from "node:assert/strict";
import process from "node:process";
import { Heap } from "../../../mod.ts";
import {
  anyText,
  array,
  BitSet,
  Deque,
  f64,
  HashMap,
  HashSet,
  LruMap,
  MultiMap,
  Pool,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  Text,
  text,
  u32,
  union,
  Vector,
} from "../../../stl/mod.ts";

using heap = new Heap();
const options = { allocator: heap };
const Inner = struct({ list: array(f64, 2), either: union({ a: f64, b: u32 }) });
const Point = struct({ x: f64, name: text(4), inner: Inner }, { name: "Point" });
const point = { x: 1, name: "a", inner: { list: [1, 2], either: { tag: "b" as const, value: 7 } } };

const points = new Vector(Point, options);
points.push(point);
for (const place of points.cursor()) place.inner.list.set(0, 3);
assert.equal(points.column("x").get(0), 1);
assert.deepEqual([...points].map((place) => place.inner.list.at(-2)), [3]);
assert.equal(points.get(0).inner.either.value, 7);
const numbers = new Vector(f64, options);
numbers.pushMany([3, 1, 2]);
assert.deepEqual([...numbers.sort()], [1, 2, 3]);
const rows = new SoaVector(Point, options);
rows.push(point);
assert.equal(rows.get(0).inner.list.get(1), 2);
assert.equal(rows.column("name").get(0), "a");
for (const deque of [new Deque(f64, options), new Deque(f64, { ...options, maxLength: 1 })]) deque.push(1);
const queue = new PriorityQueue(Point, { ...options, priority: ({ x }) => x });
queue.push(point);
assert.deepEqual(queue.pop(), point);
const slots = new SlotMap(Point, options);
assert.deepEqual(slots.get(slots.add(point)), point);
const handled = new SoaSlotMap(Point, options);
assert.deepEqual(handled.at(handled.add(point)).toObject(), point);
const pool = new Pool(Point, { ...options, checked: true });
pool.release(pool.acquire());
for (const incremental of [false, true]) {
  const map = new HashMap(anyText, Point, { ...options, incremental });
  for (let i = 0; i < 100; i++) map.set(`key ${i}`, point);
  assert.equal([...map.keys()].length, 100);
  assert.deepEqual([...new HashSet(f64, { ...options, incremental }).add(1)], [1]);
}
assert.deepEqual([...new LruMap(f64, anyText, { ...options, maxEntries: 2 }).set(1, "a").values()], ["a"]);
assert.deepEqual(new MultiMap(anyText, Point, options).add("a", point).add("a", point).get("a"), [point, point]);
const sorted = new SortedMap(anyText, anyText, options);
for (let i = 0; i < 200; i++) sorted.set(`key ${i}`, "value");
assert.equal(sorted.floorKey("key 3"), "key 3");
assert.equal(new SortedMap(f64, f64, options).set(2, 1).firstKey(), 2);
assert.equal(new StringTable(options).intern("a"), 0);
assert.equal(new Text(options).append("text").indexOf("x"), 2);
assert.ok(new BitSet(options).add(3).has(3));
for (const copy of [Vector.fromBytes(Point, points.toBytes(), options), points]) copy.dispose();
process.stdout.write("The containers work\n");
