import { expectError, expectType } from "tsd";
import type { Heap } from "@mimalloc/ffi";
import {
  anyText,
  BitSet,
  Deque,
  f64,
  FormatError,
  HashMap,
  HashSet,
  i64,
  LruMap,
  type NumberDeque,
  type NumberVector,
  PriorityQueue,
  type ReadonlyHashMap,
  type ReadonlyHashSet,
  SlotMap,
  SoaVector,
  SortedMap,
  StringTable,
  struct,
  type StructVector,
  Text,
  u32,
  Vector,
} from "@mimalloc/ffi/stl";

declare const allocator: Heap;
declare const bytes: Uint8Array;
const options = { allocator };
const Point = struct({ x: f64, id: i64 });

// The types of what is read are those of the constructor.
expectType<NumberVector<typeof f64>>(Vector.fromBytes(f64, bytes, options));
expectType<StructVector<typeof Point>>(Vector.fromBytes(Point, bytes, options));
expectType<bigint>(Vector.fromBytes(Point, bytes, options).get(0).id);
expectType<bigint>(SoaVector.fromBytes({ x: f64, id: i64 }, bytes, options).get(0).id);
expectType<HashMap<string, number>>(HashMap.fromBytes(anyText, f64, bytes, { allocator, incremental: true }));
expectType<HashSet<bigint>>(HashSet.fromBytes(i64, bytes, options));
expectType<LruMap<number, string>>(LruMap.fromBytes(u32, anyText, bytes, { allocator, maxEntries: 9 }));
expectType<SortedMap<number, string>>(SortedMap.fromBytes(u32, anyText, bytes, { ...options, capacity: 9 }));
expectType<NumberDeque<typeof i64>>(Deque.fromBytes(i64, bytes, { allocator, maxLength: 9 }));
expectType<SlotMap<typeof u32>>(SlotMap.fromBytes(u32, bytes, options));
expectType<PriorityQueue<typeof Point>>(PriorityQueue.fromBytes(Point, bytes, { allocator, priority: ({ x }) => x }));
expectType<BitSet>(BitSet.fromBytes(bytes, options));
expectType<StringTable>(StringTable.fromBytes(bytes, options));
expectType<Text>(Text.fromBytes(bytes, options));
expectType<Uint8Array<ArrayBuffer>>(new Text(options).toBytes());
expectType<number>(new FormatError("", 0).byteOffset);

// An allocator and Uint8Arrays are needed, and the options of the constructor.
expectError(Vector.fromBytes(f64, bytes));
expectError(Vector.fromBytes(f64, bytes.buffer, options));
expectError(HashMap.fromBytes(u32, bytes, options));
expectError(LruMap.fromBytes(u32, anyText, bytes, { allocator, onEvict: (key: string) => key }));
expectError(PriorityQueue.fromBytes(Point, bytes, { allocator, priority: ({ y }) => y }));
expectError(new Text(options).toBytes(allocator));

// Over bytes they are the same, and the allocator may be left out.
expectType<NumberVector<typeof f64>>(Vector.over(f64, bytes));
expectType<StructVector<typeof Point>>(Vector.over(Point, bytes, options));
expectType<bigint>(SoaVector.over({ x: f64, id: i64 }, bytes).get(0).id);
expectType<number>(SoaVector.over(Point, bytes, { allocator }).get(0).x);
expectError(Vector.over(f64));
expectError(Vector.over(f64, bytes, { allocator: 5 }));

// A map over bytes is only for reading, and needs no allocator.
expectType<ReadonlyHashMap<string, number>>(HashMap.over(anyText, f64, bytes));
expectType<ReadonlyHashSet<bigint>>(HashSet.over(i64, bytes));
expectType<number | undefined>(HashMap.over(anyText, f64, bytes).get("tea"));
expectType<bigint | undefined>(HashMap.over(u32, Point, bytes).get(1)?.id);
for (const [key, value] of HashMap.over(anyText, f64, bytes)) expectType<[string, number]>([key, value]);
for (const place of HashMap.over(u32, Point, bytes).cursor()) expectType<number>(place.x);
for (const key of HashSet.over(i64, bytes)) expectType<bigint>(key);
expectError(HashMap.over(anyText, f64, bytes).set("tea", 1));
expectError(HashMap.over(anyText, f64, bytes).update("tea", (value: number) => value));
expectError(HashSet.over(i64, bytes).add(1n));
expectError(HashMap.over(anyText, f64));
