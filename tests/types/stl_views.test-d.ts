import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import type { Heap } from "@mimalloc/ffi";
import {
  asNumber,
  bigEndian,
  borrow,
  type Borrowed,
  compare,
  concat,
  copy,
  f32,
  fill,
  i64,
  Pool,
  readAt,
  slice,
  struct,
  subview,
  swapBytes,
  text,
  toOwned,
  u32,
  u64,
  viewOf,
  writeAt,
} from "@mimalloc/ffi/stl";

declare const heap: Heap;
declare const floats: Float64Array<ArrayBuffer>;
declare const bigs: BigInt64Array<ArrayBuffer>;
declare const data: DataView<ArrayBuffer>;
declare const shared: Uint8Array<SharedArrayBuffer>;

// A view under another class has the type of that class.
expectType<Uint8Array<ArrayBuffer>>(viewOf(floats, Uint8Array));
expectType<BigUint64Array<ArrayBuffer>>(viewOf(floats, BigUint64Array));
expectType<DataView<ArrayBuffer>>(viewOf(floats, DataView));
expectError(viewOf(floats, Array));
expectError(viewOf(shared, Uint8Array));
expectError(viewOf([1, 2], Uint8Array));
expectError(viewOf(floats));

// Parts and copies keep the type.
expectType<Float64Array<ArrayBuffer>>(subview(floats, { start: 1, end: -1 }));
expectType<DataView<ArrayBuffer>>(subview(data));
expectType<BigInt64Array<ArrayBuffer>>(slice(heap, bigs, { start: 1 }));
expectType<Float64Array<ArrayBuffer>>(toOwned(floats));
expectType<Float64Array<ArrayBuffer>>(concat(heap, [floats, data, bigs]));
expectError(concat(heap, []));
expectError(subview(floats, { from: 1 }));
expectError(slice(bigs));
expectType<number>(copy(floats, bigs));
expectType<number>(compare(floats, data));
expectType<void>(fill(floats, 0));
expectType<void>(fill(floats, Uint8Array.of(1, 2)));
expectError(fill(floats, "0"));
expectType<void>(swapBytes(floats));
expectError(swapBytes([1, 2]));

// An element says what is read and stored.
expectType<number>(readAt(floats, bigEndian(u32), 0));
expectType<bigint>(readAt(data, bigEndian(u64), 0));
expectType<number>(readAt(data, asNumber(u64), 0));
expectType<string>(readAt(data, text(4), 0));
expectType<void>(writeAt(data, i64, 0, 5n));
expectError(writeAt(data, i64, 0, 5));
expectError(writeAt(data, u32, 0, "5"));
expectError(bigEndian(text(4)));

// What is lent has no buffer to keep; a promise is handed on.
expectType<number>(
  borrow(floats, (lent) => {
    expectType<Borrowed<number>>(lent);
    expectType<number>(lent.get(0));
    expectError(lent.set(0, "1"));
    expectError(lent.buffer);
    return lent.length;
  }),
);
expectType<Promise<bigint>>(borrow(bigs, async (lent) => await Promise.resolve(lent.get(0))));
expectError(borrow(data, () => 1));
expectError(borrow(["a"], (lent) => lent.length));

// Pools hand out views of their class, or accessors of their struct.
const Point = struct({ x: f32, y: f32 });
const views = new Pool(Float32Array, 64, { allocator: heap, checked: true });
expectType<Pool<Float32Array<ArrayBuffer>>>(views);
expectType<Float32Array<ArrayBuffer>>(views.acquire());
expectError(views.release(new Float64Array(64)));
const points = new Pool(Point, { allocator: heap });
expectType<number>(points.acquire().x);
expectError(points.acquire().z);
expectError(points.release({ x: 1, y: 2 }));
expectError(new Pool(Float32Array, { allocator: heap }));
expectError(new Pool(Float32Array, "64", { allocator: heap }));
expectError(new Pool(Float32Array, 64));
expectError(new Pool(Point, 64, { allocator: heap }));
expectError(new Pool(Point, {}));
expectError(new Pool(f32, { allocator: heap }));
expectError(views.hitRate = 1);
expectAssignable<Disposable>(views);
expectNotAssignable<Pool<Float64Array<ArrayBuffer>>>(views);
