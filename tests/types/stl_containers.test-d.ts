import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import type { Allocator, Heap } from "@mimalloc/ffi";
import {
  type AccessorOf,
  anyBytes,
  anyText,
  array,
  asNumber,
  BitSet,
  bool,
  bytes,
  type Column,
  type Container,
  type Cursor,
  Deque,
  enumeration,
  f64,
  HashMap,
  HashSet,
  i64,
  LruMap,
  MultiMap,
  type NumberVector,
  PriorityQueue,
  readonly,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  type StructVector,
  Text,
  text,
  u32,
  u64,
  u8,
  Vector,
} from "@mimalloc/ffi/stl";

declare const heap: Heap;
const options = { allocator: heap };
const Point = struct({ id: readonly(u32), x: f64, name: text(8) });
type PointObject = { id: number; x: number; name: string };
type PointPlace = AccessorOf<typeof Point>;

// A vector of numbers is columns of a typed array.
const numbers = new Vector(f64, options);
expectType<NumberVector<typeof f64>>(numbers);
expectType<number>(numbers.get(0));
expectType<number | undefined>(numbers.pop());
expectType<number | undefined>(numbers.at(-1));
expectType<Float64Array<ArrayBuffer>>(numbers.subarray());
expectType<number[]>(numbers.toArray());
expectType<number>(numbers.push(1));
numbers.pushMany([1, 2]);
numbers.pushMany(new Float64Array(2));
for (const value of numbers) expectType<number>(value);
for (const [index, value] of numbers.entries()) expectType<[number, number]>([index, value]);
expectError(numbers.push(1n));
expectError(numbers.push("1"));
expectError(numbers.push());
expectError(numbers.cursor());
expectError(numbers.column("x"));
expectNotAssignable<ArrayLike<number>>(numbers);
expectType<BigUint64Array<ArrayBuffer>>(new Vector(u64, options).subarray());
expectType<bigint>(new Vector(u64, options).get(0));
expectType<number>(new Vector(asNumber(i64), options).get(0));
expectType<BigInt64Array<ArrayBuffer>>(new Vector(asNumber(i64), options).subarray());
expectType<boolean>(new Vector(bool, options).get(0));
expectType<Uint8Array<ArrayBuffer>>(new Vector(bool, options).subarray());
expectType<"a" | "b">(new Vector(enumeration({ a: 0, b: 1 }), options).get(0));
expectError(new Vector(u64, options).push(1));

// update() of a SortedMap gives a copy, that of a table merges.
const days = new SortedMap(u32, struct({ sum: f64 }), options);
expectType<boolean>(days.update(1, (total) => void (total.sum += 1), { sum: 0 }));
expectType<boolean>(new SortedMap(u32, u32, options).update(1, (count) => count + 1, 0));
expectError(new SortedMap(u32, u32, options).update(1, () => "1"));
expectType<Uint32Array<ArrayBuffer>>(new StringTable(options).merge(new StringTable(options)));

// Any number of values of a key.
const pages = new MultiMap(anyText, Point, options);
expectType<PointObject[]>(pages.get("a"));
expectType<number>(pages.delete("a"));
expectType<number>(pages.deleteWhere("a", ({ x }) => x > 1));
expectType<[string, PointObject][]>(pages.toArray());
expectType<MultiMap<string, typeof f64>>(new MultiMap(anyText, f64, options).add("a", 1));
expectError(pages.add("a", { x: 1 }));
expectError(pages.add(1, { id: 1, x: 1, name: "a" }));
expectError(new MultiMap(anyText, anyText, options));

// Rows under handles.
const entities = new SoaSlotMap({ x: f64, id: readonly(u32) }, { ...options, capacity: 5 });
expectType<number>(entities.add({ x: 1, id: 2 }));
expectType<{ x: number; id: number } | undefined>(entities.get(5));
expectType<number>(entities.at(5).x);
expectError(entities.at(5).id = 5);
expectType<Float64Array<ArrayBuffer>>(entities.column("x"));
expectType<[number, { x: number; id: number }][]>(entities.toArray());
expectType<SoaSlotMap<{ readonly x: typeof f64 }>>(new SoaSlotMap(struct({ x: f64 }), options));
expectError(entities.add({ x: 1 }));
expectError(entities.column("y"));
expectError(new SoaSlotMap({ x: f64 }, { ...options, incremental: true }));

// Walks of Array: what map and filter return depends on whether they are told where.
expectType<number | undefined>(numbers.find((value) => value > 1));
expectType<number>(numbers.findIndex((value, index) => value > index));
expectType<boolean>(numbers.some((value, _, self) => self.length > value));
expectType<number>(numbers.reduce((sum, value) => sum + value));
expectType<string>(numbers.reduce((all, value) => all + value, ""));
expectType<string[]>(numbers.map(String));
expectType<NumberVector<typeof u32>>(numbers.map((value) => value, { ...options, element: u32 }));
expectType<number[]>(numbers.filter((value) => value > 1));
expectType<NumberVector<typeof f64>>(numbers.filter((value) => value > 1, options));
expectError(numbers.map((value) => `${value}`, { ...options, element: u32 }));
expectError(numbers.filter((value) => value > 1, {}));
expectError(numbers.find(1));

// A vector of structs gives accessors, cursors and columns.
const points = new Vector(Point, options);
expectType<StructVector<typeof Point>>(points);
expectType<PointPlace>(points.get(0));
expectType<PointObject | undefined>(points.pop());
expectType<PointObject[]>(points.toArray());
expectType<PointPlace>(points.append());
expectType<PointPlace | undefined>(points.find(({ x }) => x > 1));
expectType<PointObject[]>(points.filter(({ x }) => x > 1));
expectType<StructVector<typeof Point>>(points.filter(({ x }) => x > 1, options));
expectType<StructVector<typeof Point>>(points.map((point) => point, { ...options, element: Point }));
expectType<number>(points.reduce((sum, { x }) => sum + x, 0));
expectType<Cursor<PointPlace>>(points.cursor());
expectType<Column<number>>(points.column("x"));
expectType<Column<string>>(points.column("name"));
for (const point of points.cursor()) expectType<string>(point.name);
points.push({ id: 1, x: 2, name: "" });
points.push(points.get(0));
points.sortBy("name", { descending: true });
points.sort((a, b) => a.x - b.x);
expectError(points.push({ id: 1, x: 2 }));
expectError(points.push({ id: 1, x: 2, name: "", y: 3 }));
expectError(points.column("y"));
expectError(points.column("x").set(0, "1"));
expectError(points.sortBy("y"));
points.sortBy(["name", { by: "x", descending: true }]).sortBy({ by: "id" });
expectType<Uint32Array<ArrayBuffer>>(points.order(["x"]));
expectError(points.sortBy(["x", "y"]));
expectError(points.order({ by: "y" }));
expectType<void>(points.deleteAt(0));
expectType<void>(points.swapDelete(0));
expectError(points.subarray());
expectError(points.get(0).id = 1);

// A vector of anything else has neither.
const texts = new Vector(text(8), options);
expectType<string>(texts.get(0));
expectError(texts.subarray());
expectError(texts.cursor());
expectError(texts.push(1));

// What a container is made of, and where from.
expectError(new Vector(f64));
expectError(new Vector(f64, {}));
expectError(new Vector(Float64Array, options));
expectError(new Vector(anyText, options));
expectError(new Vector(f64, { allocator: heap, own: true }));

// Rows by column are typed arrays.
const rows = new SoaVector({ x: f64, id: u64, on: bool }, options);
expectType<Float64Array<ArrayBuffer>>(rows.column("x"));
expectType<BigUint64Array<ArrayBuffer>>(rows.column("id"));
expectType<Uint8Array<ArrayBuffer>>(rows.column("on"));
expectType<bigint>(rows.get(0).id);
expectType<{ x: number; id: bigint; on: boolean } | undefined>(rows.pop());
for (const row of rows.cursor()) expectType<boolean>(row.on);
expectError(rows.push({ x: 1, id: 1n }));
expectError(rows.push({ x: 1, id: 1, on: true }));
expectError(rows.column("y"));
expectError(new SoaVector({ name: anyText }, options));
expectError(new SoaVector({ name: "f64" }, options));
expectError(new SoaVector({}));

// Columns of anything else are columns of values; rows have accessors of structs and arrays.
const bodies = new SoaVector({ name: text(8), at: Point, list: array(u8, 3), id: readonly(u32) }, options);
expectType<Column<string>>(bodies.column("name"));
expectType<Column<PointObject>>(bodies.column("at"));
expectType<Column<number[]>>(bodies.column("list"));
expectType<Uint32Array<ArrayBuffer>>(bodies.column("id"));
expectType<number>(bodies.get(0).at.x);
expectType<{ name: string; at: PointObject; list: number[]; id: number } | undefined>(bodies.pop());
bodies.push({ name: "", at: { x: 1, id: 2, name: "" }, list: [1, 2, 3], id: 4 });
bodies.push(bodies.get(0));
bodies.get(0).at.x = 1;
bodies.get(0).assign({ name: "" });
expectError(bodies.push({ name: "", at: { x: 1 }, list: [1, 2, 3], id: 4 }));
expectError(bodies.get(0).at.id = 1);
expectError(bodies.push({ name: 1, at: { x: 1, id: 2, name: "" }, list: [1, 2, 3], id: 4 }));
expectError(bodies.column("name").set(0, 1));
expectError(bodies.get(0).id = 1);
expectError(bodies.get(0).assign({ id: 1 }));
expectError(bodies.sortBy("age"));

// The fields of a struct are columns too.
const positions = new SoaVector(Point, options);
expectType<number>(positions.get(0).x);
expectType<PointObject | undefined>(positions.pop());
expectError(positions.push({ x: 1 }));
expectError(positions.column("y"));

// Maps and sets have the types of their keys and values.
const map = new HashMap(u32, f64, options);
expectType<HashMap<number, number>>(map);
expectType<number | undefined>(map.get(1));
expectType<[number, number][]>(map.toArray());
expectError(map.set("1", 1));
expectError(map.set(1, "1"));
expectError(map.set(1));
expectError(map.get(1n));
expectType<HashMap<bigint, boolean>>(new HashMap(u64, bool, options));
expectType<HashMap<string, Uint8Array>>(new HashMap(anyText, anyBytes, options));
expectType<HashMap<Uint8Array, string>>(new HashMap(bytes(16), text(8), options));
expectType<HashMap<number, PointObject, PointPlace>>(
  new HashMap(asNumber(u64), Point, { ...options, incremental: true }),
);
expectAssignable<HashMap<number, PointObject>>(new HashMap(u32, Point, options));
expectType<PointObject | undefined>(new HashMap(Point, Point, options).get({ id: 1, x: 2, name: "" }));
expectType<HashMap<"a" | "b", number>>(new HashMap(enumeration({ a: 0, b: 1 }), u8, options));
for (const [key, value] of new HashMap(anyText, u64, options)) expectType<[string, bigint]>([key, value]);
expectError(new HashMap(u32, options));
expectError(new HashMap(u32, f64));
expectError(new HashMap(String, f64, options));
expectError(new HashMap(u32, f64, { ...options, maxEntries: 5 }));

expectType<HashSet<string>>(new HashSet(anyText, options));
expectType<HashSet<bigint>>(new HashSet(i64, options));
expectType<HashSet<PointObject>>(new HashSet(Point, options));
expectType<boolean>(new HashSet(u8, options).has(1));
expectError(new HashSet(u8, options).add("1"));
expectError(new HashSet(options));

const cache = new LruMap(anyText, Point, {
  allocator: heap,
  maxEntries: 10,
  onEvict(key, value): void {
    expectType<string>(key);
    expectType<PointObject>(value);
  },
});
expectType<LruMap<string, PointObject, PointPlace>>(cache);
cache.set("a", { id: 1, x: 2, name: "" }, { ttl: 5 });
expectError(cache.set("a", { id: 1, x: 2, name: "" }, { ttl: "5" }));
expectType<Promise<PointObject>>(cache.getOrFetch("a", () => Promise.resolve({ id: 1, x: 2, name: "" })));
expectError(cache.getOrFetch("a", () => Promise.resolve(5)));
expectType<number>(cache.getRemainingTTL("a"));
expectType<PointObject | undefined>(cache.peek("a"));
expectError(cache.set(1, { id: 1, x: 2, name: "" }));
expectError(cache.maxEntries = 5);

const sorted = new SortedMap(f64, i64, options);
expectType<bigint | undefined>(sorted.get(1));
expectType<number | undefined>(sorted.firstKey());
expectType<[number, bigint][]>(sorted.toArray({ from: 1, to: 5, reverse: true }));
expectError(sorted.entries({ from: 1n }));
expectError(sorted.entries({ start: 1 }));
expectError(sorted.set(1, 1));

// The others.
const deque = new Deque(u64, { allocator: heap, maxLength: 5 });
expectType<bigint | undefined>(deque.shift());
expectError(deque.push(1));
expectError(deque.length = 0);
expectError(new Deque(Point, options).slices());
expectType<bigint>(deque.slices()[1][0]!);
expectType<PointObject>(new Deque(Point, options).get(0));

const queue = new PriorityQueue(Point, { allocator: heap, priority: (point) => point.x });
expectType<PointObject | undefined>(queue.pop());
expectError(new PriorityQueue(Point, { allocator: heap, priority: (point: PointObject) => point.name }));
expectError(new PriorityQueue(f64, { allocator: heap, compare: (a: string, b: string) => a < b ? -1 : 1 }));
expectError(queue.push({ id: 1 }));

// What changes a value is given an accessor where values have one, and else returns a new value.
const pointsById = new HashMap(u32, Point, options);
expectType<boolean>(pointsById.update(1, (point) => {
  expectType<PointPlace>(point);
  point.x += 1;
}, { id: 1, x: 2, name: "" }));
expectError(pointsById.update(1, (point) => point.id = 2));
expectError(pointsById.update(1, () => {}, { id: 1 }));
expectType<PointObject>(pointsById.getOrInsert(1, { id: 1, x: 2, name: "" }));
expectType<number>(map.getOrInsertComputed(1, (key) => key + 1));
expectType<boolean>(map.update(1, (value) => value + 1, 0));
expectError(map.update(1, () => {}));
expectError(map.update(1, (value) => `${value}`));
for (const point of pointsById.cursor()) expectType<PointPlace>(point);
expectType<number>(pointsById.cursor().key);
const pointsInOrder = new SortedMap(f64, Point, options);
for (const point of pointsInOrder.cursor({ from: 1, reverse: true })) expectType<PointPlace>(point);
expectType<number>(pointsInOrder.cursor().key);
expectError(pointsInOrder.cursor({ from: "1" }));
for (const point of new LruMap(u32, Point, { ...options, maxEntries: 5 }).cursor()) expectType<PointPlace>(point);
new LruMap(anyText, Point, { ...options, maxEntries: 2 }).update("a", (point) => expectType<PointPlace>(point));
expectError(new SortedMap(u32, f64, options).getOrInsert(1, "1"));

const slots = new SlotMap(Point, options);
expectType<PointPlace>(slots.at(1));
expectError(slots.at(1).id = 2);
for (const point of slots.cursor()) expectType<PointPlace>(point);
expectType<PointPlace>(slots.cursor().move(1));
expectType<number>(new SlotMap(f64, options).at(1));
expectType<number>(slots.add({ id: 1, x: 2, name: "" }));
expectType<PointObject | undefined>(slots.get(1));
expectError(slots.add({ id: 1 }));

const set = new BitSet(options);
expectType<BitSet>(set.add(1));
for (const member of set) expectType<number>(member);
expectError(set.add("1"));

const table = new StringTable(options);
expectType<number>(table.intern("a"));
expectType<string>(table.get(0));
expectError(table.intern(1));
const growing = new Text(options);
expectError(growing.append(1));
expectType<string>(growing.toString());

// Every one of them is a container that knows its allocator.
for (
  const container of [numbers, points, texts, rows, map, cache, sorted, deque, queue, slots, set, table, growing]
) {
  expectAssignable<Container>(container);
  expectAssignable<Disposable>(container);
  expectType<Allocator>(container.allocator);
  expectType<number>(container.bytes);
  expectType<boolean>(container.closed);
  expectType<void>(container.reserve(10));
}
expectError(numbers.capacity = 5);
expectNotAssignable<Container>([]);
