import type { Heap } from "@mimalloc/ffi";
import {
  addressOf,
  adopt,
  bytesOf,
  callback,
  cString,
  giveBack,
  inOut,
  lend,
  mapFile,
  opaque,
  openLibrary,
  out,
  type OwnedView,
  type Pointer,
  pointer,
  readCString,
  usize,
} from "@mimalloc/ffi/native";
import { type AccessorOf, bool, cUnion, f32, f64, i32, i64, struct, u32, u8, Vector } from "@mimalloc/ffi/stl";
import { expectError, expectType } from "tsd";

declare const heap: Heap;
const Point = struct({ x: f64, y: f64 });
declare const point: AccessorOf<typeof Point>;
const Database = opaque("sqlite3");
const Statement = opaque("sqlite3_stmt");
const Compare = callback({ parameters: [pointer(f64), cString, i64], result: i32 });

const c = openLibrary("libc.so.6", {
  numbers: { parameters: [i32, i64, f32, bool, usize], result: u32 },
  nothing: {},
  scale: { parameters: [pointer(Point), f64] },
  sort: { parameters: [pointer(f64), usize, Compare] },
  open: { parameters: [cString, out(pointer(Database))], result: i32 },
  grow: { parameters: [inOut(usize), out(f64)] },
  text: { result: cString },
  statement: { parameters: [pointer(Statement)], result: pointer(Point) },
  byValue: { parameters: [Point], result: Point },
  slow: { parameters: [pointer()], result: i32, nonblocking: true },
});

// Values and results have the types of their elements.
expectType<number>(c.numbers(1, 2n, 0.5, true, 4));
expectError(c.numbers(1, 2, 0.5, true, 4));
expectError(c.numbers(1, 2n, 0.5, true));
expectType<void>(c.nothing());
expectType<string | null>(c.text());
expectType<{ x: number; y: number }>(c.byValue({ x: 1, y: 2 }));
expectType<Promise<number>>(c.slow(new Uint8Array(1)));

// Memory of the right kind goes as a pointer.
c.scale(point, 2);
c.scale(new Vector(Point, { allocator: heap }), 2);
c.scale(heap.allocate(Uint8Array, 16), 2);
c.scale(null, 2);
expectError(c.scale({ x: 1, y: 2 }, 2));
expectError(c.scale(new Float32Array(4), 2));
c.sort(new Float64Array(2), 2, (a, text, count) => {
  expectType<Pointer<typeof f64> | null>(a);
  expectType<string | null>(text);
  expectType<bigint>(count);
  return 0;
});
expectError(c.sort(new Float64Array(2), 2, () => "0"));
c.sort(new Float64Array(2), 2, Compare.keep(() => 0));

// What C returns through parameters stands behind the result.
const [code, database] = c.open("file");
expectType<number>(code);
expectType<Pointer<typeof Database> | null>(database);
expectError(c.statement(database));
expectType<[number, number]>(c.grow(1));
expectType<{ x: number; y: number }>(c.statement(null)!.read());

// Fields of structs.
const Packet = struct({ bytes: pointer(u8), value: cUnion({ code: u32, level: f32 }) });
const packet = Packet.create(heap, { bytes: heap.allocate(Uint8Array, 1), value: { code: 1 } });
expectType<Pointer<typeof u8> | null>(packet.bytes);
expectType<number>(packet.value.level);
expectError(Packet.create(heap, { bytes: null, value: { code: 1, level: 2 } }));
expectType<number>(addressOf(point));
expectType<Uint8Array<ArrayBuffer>>(bytesOf(point));
expectType<Uint8Array<ArrayBuffer>>(new Vector(Point, { allocator: heap }).asBytes());
expectType<string>(readCString(packet.bytes!));
expectType<Uint8Array<ArrayBuffer>>(heap.cString("text"));
expectType<Promise<number>>(heap.hold(new Uint8Array(1), Promise.resolve(1)));

// Memory of C is of the numbers that the pointer leads to, and `using` gives adopted memory back.
declare const doubles: Pointer<typeof f64>;
declare const rows: Pointer<typeof Point>;
const adopted = adopt(doubles, 64, { free: (given) => expectType<Pointer<typeof f64>>(given) });
expectType<OwnedView<Float64Array<ArrayBuffer>>>(adopted);
expectType<void>(adopted[Symbol.dispose]());
expectType<void>(giveBack(adopted));
expectType<OwnedView<Uint8Array<ArrayBuffer>>>(adopt(rows, 64, { free: () => {} }));
expectError(adopt(doubles, 64, {}));
expectError(adopt(doubles, 64));
expectError(adopt(null, 64, { free: () => {} }));
expectType<number>(lend(doubles, 8, (view) => {
  expectType<Float64Array<ArrayBuffer>>(view);
  return view.length;
}));
expectError(giveBack("text"));

// A file is bytes.
expectType<OwnedView<Uint8Array<ArrayBuffer>>>(mapFile("file"));
expectType<OwnedView<Uint8Array<ArrayBuffer>>>(mapFile(new URL("file:///file")));
expectError(mapFile(5));
