import assert from "node:assert/strict";
import { test } from "node:test";
import { copyFileSync, readFileSync, truncateSync } from "node:fs";
import { pathToFileURL } from "node:url";
import process from "node:process";
import { Heap, ScopePool } from "../../../mod.ts";
import { addressOf, openLibrary, Pointer, pointer } from "../../../native/mod.ts";
import { asNumber, f16, f64, i32, i64, struct, u8, Vector } from "../../../stl/mod.ts";
import { died, runProgram, RUNTIME } from "../../_program.ts";
import { Temporary } from "../../ffi/_temporary.ts";
import {
  Box,
  byValue,
  Counter,
  Event,
  hasCompiler,
  libraryFile,
  openPlain,
  Packet,
  plain,
  Point,
} from "../_library.ts";

const options = { skip: !hasCompiler && "there is no C compiler" };

test("numbers go to C and come back", options, () => {
  const c = openPlain();
  for (const value of [-128, 0, 127]) assert.equal(c.same_i8(value), value);
  for (const value of [0, 255]) assert.equal(c.same_u8(value), value);
  for (const value of [-32768, 32767]) assert.equal(c.same_i16(value), value);
  for (const value of [0, 65535]) assert.equal(c.same_u16(value), value);
  for (const value of [-(2 ** 31), -1, 2 ** 31 - 1]) assert.equal(c.same_i32(value), value);
  for (const value of [0, 2 ** 32 - 1]) assert.equal(c.same_u32(value), value);
  for (const value of [-(2n ** 63n), -1n, 2n ** 63n - 1n]) assert.equal(c.same_i64(value), value);
  for (const value of [0n, 2n ** 64n - 1n]) assert.equal(c.same_u64(value), value);
  for (const value of [0.5, -Infinity]) assert.equal(c.same_f32(value), value);
  for (const value of [0.1, 2 ** 53, Number.MIN_VALUE]) assert.equal(c.same_f64(value), value);
  assert.ok(Number.isNaN(c.same_f64(NaN)));
  for (const value of [true, false]) assert.equal(c.same_bool(value), value);
  for (const value of [0, 2 ** 40, Number.MAX_SAFE_INTEGER]) assert.equal(c.same_usize(value), value);
  for (const value of [-1, -(2 ** 40)]) assert.equal(c.same_isize(value), value);
  assert.equal(c.same_long(-5), -5);
  assert.equal(c.same_ulong(5), 5);
  assert.equal(Object.is(c.same_i32(-0), 0), true);
});

test("64-bit integers are numbers where asNumber() says so", options, () => {
  using c = openLibrary(libraryFile(), { same_i64: { parameters: [asNumber(i64)], result: asNumber(i64) } });
  for (const value of [0, -5, 2 ** 40, -Number.MAX_SAFE_INTEGER]) assert.equal(c.same_i64(value), value);
  for (const value of [2 ** 54, 1.5, 5n]) assert.throws(() => c.same_i64(value as never), RangeError);
});

test("numbers that C would see as others are refused, also when the call is compiled", options, () => {
  const c = openPlain();
  for (let round = 0; round < 20_000; round++) assert.equal(c.same_u32(round), round);
  const refused: [() => unknown, RegExp][] = [
    [
      () => c.same_u32(2 ** 32 + 5),
      /parameter 1 of same_u32: expected an integer from 0 to 4294967295, got 4294967301/,
    ],
    [() => c.same_u32(-1), /got -1/],
    [() => c.same_u32(1.5), /got 1.5/],
    [() => c.same_u32(NaN), /got NaN/],
    [() => c.same_i8(128), /from -128 to 127/],
    [() => c.same_u8(-1), /from 0 to 255/],
    [() => c.same_i16(32768), /-32768 to 32767/],
    [() => c.same_u16(65536), /from 0 to 65535/],
    [() => c.same_i32(2 ** 31), /got 2147483648/],
    [() => c.same_i64(2n ** 63n), /bigint/],
    [() => c.same_u64(-1n), /bigint/],
    [() => c.same_usize(-1), /usize/],
    [() => c.same_usize(2 ** 53), /usize/],
    [() => c.same_usize(0.5), /usize/],
  ];
  for (const [call, message] of refused) assert.throws(call, { name: "RangeError", message });
  for (const value of ["1", null, undefined, {}, 1n, true]) {
    assert.throws(() => c.same_i32(value as never), { name: "TypeError", message: /parameter 1 of same_i32/ });
    if (value !== 1n) assert.throws(() => c.same_i64(value as never), { name: "TypeError" });
    if (value !== true) assert.throws(() => c.same_bool(value as never), { name: "TypeError" });
    assert.throws(() => c.same_f64(value as never), { name: "TypeError" });
  }
  assert.throws(() => (c.same_i32 as unknown as () => void)(), TypeError);
});

test("views, rows and vectors go to C as they are", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "views" });
  const values = heap.allocate(Float64Array, 4);
  c.fill_doubles(values, 4, 1.5);
  assert.deepEqual([...values], [1.5, 1.5, 1.5, 1.5]);
  c.fill_doubles(values.subarray(2), 2, 2.5);
  assert.deepEqual([...values], [1.5, 1.5, 2.5, 2.5]);
  const numbers = new Vector(f64, { allocator: heap });
  numbers.pushMany([1, 2, 3]);
  c.fill_doubles(numbers, 3, 7);
  assert.deepEqual(numbers.toArray(), [7, 7, 7]);
  const points = new Vector(Point, { allocator: heap });
  points.pushMany([{ x: 1, y: 2 }, { x: 3, y: 4 }]);
  assert.equal(c.points_sum(points, 2), 10);
  c.point_scale(points.get(1), 2);
  assert.deepEqual(points.get(1).toObject(), { x: 6, y: 8 });
  assert.deepEqual(points.get(0).toObject(), { x: 1, y: 2 });
  const point = Point.create(heap, { x: 1, y: 1 });
  c.point_scale(point, 3);
  assert.equal(point.x, 3);
  using pool = new ScopePool();
  pool.run((scope) => {
    const own = scope.allocate(Float64Array, 3);
    c.fill_doubles(own, 3, 9);
    assert.deepEqual([...own], [9, 9, 9]);
    assert.equal(c.address_of(own), addressOf(own));
  });
  assert.equal(c.address_of(points.get(1)), addressOf(points) + 16);
  assert.equal(c.address_of(new Float64Array(2)) > 0, true);
  assert.equal(c.address_of(null), 0);
  assert.notEqual(c.address_of(new Uint8Array(0)), 0);
});

test("memory that was freed is refused before C", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "freed" });
  const values = heap.allocate(Float64Array, 4);
  const part = values.subarray(1);
  heap.free(values);
  for (const view of [values, part]) {
    assert.throws(() => c.fill_doubles(view, 1, 1), {
      name: "ClosedError",
      message: "Cannot pass parameter 1 of fill_doubles: the view was freed, or its buffer was moved",
    });
  }
  const points = new Vector(Point, { allocator: heap });
  points.push({ x: 1, y: 2 });
  const row = points.get(0);
  points.dispose();
  assert.throws(() => c.points_sum(points, 1), { name: "ClosedError" });
  assert.throws(() => c.point_scale(row, 1), { name: "ClosedError", message: /parameter 1 of point_scale/ });
  const point = Point.create(heap);
  Point.free(heap, point);
  assert.throws(() => c.point_scale(point, 1), { name: "ClosedError" });
  using pool = new ScopePool();
  const kept = pool.run((scope) => scope.allocate(Float64Array, 3));
  assert.throws(() => c.fill_doubles(kept, 1, 1), { name: "ClosedError" });
});

test("memory of another kind is refused", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "kinds" });
  assert.throws(() => c.fill_doubles(new Float32Array(4) as never, 1, 1), {
    name: "TypeError",
    message: "Cannot pass parameter 1 of fill_doubles: expected a pointer to f64, memory of that or null, " +
      "got a Float32Array",
  });
  assert.throws(() => c.fill_doubles(new Uint8Array(7), 1, 1), TypeError);
  const lying = Object.defineProperty(new Uint8Array(7), "byteLength", { value: 8 });
  assert.throws(() => c.fill_doubles(lying, 1, 1), { name: "TypeError", message: /got a Uint8Array$/ });
  const Other = struct({ x: f64 }, { name: "Other" });
  const others = new Vector(Other, { allocator: heap });
  others.push({ x: 1 });
  assert.throws(() => c.points_sum(others as never, 1), /got a Vector of Other/);
  assert.throws(() => c.point_scale(others.get(0) as never, 1), /got a Other/);
  assert.throws(() => c.point_scale({ x: 1, y: 2 } as never, 1), /got an object/);
  assert.throws(() => c.counter_next(new Uint8Array(8) as never), /expected a pointer to Counter or null/);
  assert.throws(() => c.counter_next(5 as never), /got 5/);
  assert.throws(() => c.fill_doubles(new Float64Array(new SharedArrayBuffer(0)) as never, 1, 1), TypeError);
});

test("pointers come from C and go back", options, () => {
  const c = openPlain();
  const [code, counter] = c.counter_open();
  assert.equal(code, 0);
  assert.ok(counter instanceof Pointer);
  assert.equal(counter.target, Counter);
  assert.equal(c.counter_next(counter), 1);
  assert.equal(c.counter_next(counter), 2);
  assert.equal(counter.equals(Pointer.at(counter.address)), true);
  assert.equal(counter.as(i32).read(), 2);
  assert.throws(() => counter.read(), /only C knows how many bytes it has/);
  assert.throws(() => c.points_sum(counter as never, 1), /expected a pointer to Point, got one to Counter/);
  c.counter_close(counter);
  assert.equal(c.counter_none(), null);
  assert.throws(() => Pointer.at(0), RangeError);
  assert.throws(() => Pointer.at(1.5), RangeError);
  const values = Float64Array.of(1, 2);
  const found = Pointer.at(addressOf(values), f64);
  c.fill_doubles(found, 1, 5);
  assert.deepEqual([...values], [5, 2]);
});

test("C returns through parameters", options, () => {
  const c = openPlain();
  assert.deepEqual(c.divide(17, 5), [0, 3, 2]);
  assert.deepEqual(c.divide(1, 0), [1, 0, 0]);
  assert.deepEqual(c.grow(21), [42]);
  assert.deepEqual(c.origin(), [{ x: 1, y: -1 }]);
  assert.deepEqual(c.text_of(), ["out of C"]);
  assert.throws(() => c.grow(-1), { name: "RangeError", message: /parameter 1 of grow/ });
});

test("unions, pointer fields and callbacks lie in structs as in C", options, () => {
  const c = openPlain();
  using heap = new Heap({ name: "structs" });
  const event = Event.create(heap);
  c.event_level(event, 1);
  assert.deepEqual([event.kind, event.value.level, event.value.code], [2, 1, 0x3f800000]);
  event.value.assign({ code: 7 });
  assert.equal(c.event_code(event), 7);
  const packets = new Vector(Packet, { allocator: heap });
  const [first, second] = [heap.bytes([1, 2, 3]), heap.bytes([10])];
  packets.push({ bytes: second, length: 1, next: null });
  packets.push({ bytes: first, length: 3, next: null });
  packets.get(1).assign({ next: packets.get(0) });
  assert.equal(c.packets_sum(packets.get(1)), 16);
  assert.equal(packets.get(1).next?.address, addressOf(packets.get(0)));
  heap.free(second);
  assert.throws(() => packets.get(0).assign({ bytes: second }), { name: "ClosedError" });
});

test("structs go by value", options, () => {
  const open = () => openLibrary(libraryFile(), byValue);
  if (RUNTIME === "bun" && process.arch !== "x64") {
    assert.throws(open, { name: "UnsupportedError", message: /structs by value/ });
    return;
  }
  using c = open();
  using heap = new Heap({ name: "values" });
  const point = Point.create(heap, { x: 10, y: 20 });
  assert.deepEqual(c.point_add({ x: 1, y: 2 }, point), { x: 11, y: 22 });
  assert.deepEqual(c.pair_turn({ x: 1, y: 2 }), { x: 2, y: 1 });
  assert.deepEqual(c.mixed_more(3, { id: 2n ** 60n, weight: 1.5 }, 2), { id: 2n ** 60n + 3n, weight: 3 });
  assert.deepEqual(c.turned_more({ weight: 0.25, id: -3 }), { weight: 0.5, id: -2 });
  assert.deepEqual(c.color_invert({ r: 0, g: 1, b: 255 }), { r: 255, g: 254, b: 0 });
  assert.deepEqual(c.range_shift({ first: -1n, second: 2n ** 50n }, 1n), { first: 0n, second: 2n ** 50n + 1n });
  assert.deepEqual(
    c.box_grow({ corners: [{ x: 1, y: 2 }, { x: 3, y: 4 }], kind: 1 }, 0.5, 9),
    { corners: [{ x: 1, y: 2 }, { x: 3.5, y: 4.5 }], kind: 9 },
  );
  assert.throws(() => c.point_add({ x: 1 } as never, point), TypeError);
});

test("structs that cannot go by value are refused by name", options, () => {
  const Packed = struct({ kind: u8, weight: f64 }, { name: "Packed", packed: true });
  for (const type of [Packed, Event]) {
    assert.throws(
      () => openLibrary(libraryFile(), { touch: { parameters: [type] } }),
      { name: "TypeError", message: new RegExp(`a ${type.name} is no struct of numbers`) },
    );
  }
  assert.equal(Box.byteLength, 40);
});

test("wrong types are named with their place", options, () => {
  const file = libraryFile();
  const refused: [unknown, RegExp][] = [
    [{ touch: { parameters: ["int"] } }, /parameter 1 of touch is "int", expected a type such as i32/],
    [{ touch: { parameters: [i32, undefined] } }, /parameter 2 of touch is undefined/],
    [{ touch: { result: "void" } }, /the result of touch is "void"/],
    [{ touch: { parameters: [f16] } }, /parameter 1 of touch is f16/],
    [{ touch: null }, /open touch: expected its signature, got null/],
    [null, /open a library/],
  ];
  for (const [symbols, message] of refused) {
    assert.throws(() => openLibrary(file, symbols as never), { name: "TypeError", message });
  }
});

test("a library and functions that are not there are named", options, () => {
  assert.throws(() => openLibrary(libraryFile(), { touch: {}, touhc: {}, nothing_here: {} }), {
    name: "LibraryLoadError",
    message: /exports no touhc, nothing_here/,
  });
  assert.throws(() => openLibrary("libnothing_of_that_name.so.7", {}), {
    name: "LibraryLoadError",
    message: /Cannot open libnothing_of_that_name.so.7: none of these places[^]*it does not exist/,
  });
  assert.throws(() => openLibrary("/nothing/here.so", {}), { name: "LibraryLoadError" });
  for (const name of ["", "a\0b", 5, null, new URL("https://example.com/a.so")]) {
    assert.throws(() => openLibrary(name as never, {}), TypeError);
  }
});

test("a library is found by its file: URL", options, () => {
  using c = openLibrary(pathToFileURL(libraryFile()), { same_i32: plain.same_i32 });
  assert.equal(c.same_i32(4), 4);
});

test("a truncated library is refused before the loader, which would kill the process", options, () => {
  using directory = new Temporary();
  const file = `${directory.path}/cut.so`;
  copyFileSync(libraryFile(), file);
  truncateSync(file, Math.floor(readFileSync(file).length / 2));
  assert.throws(() => openLibrary(file, { touch: {} }), { name: "LibraryLoadError" });
});

test("functions of a library that was disposed of throw ClosedError", options, () => {
  const c = openLibrary(libraryFile(), { touch: plain.touch, divide: plain.divide });
  const { touch, divide } = c;
  touch();
  const again = openPlain();
  const before = again.touched();
  c[Symbol.dispose]();
  assert.throws(() => touch(), { name: "ClosedError", message: /Cannot call touch of .*: the library was closed/ });
  assert.throws(() => divide(1, 2), { name: "ClosedError" });
  assert.equal(again.touched(), before);
});

test("the library works in a program without code generation", options, async () => {
  const outcome = await runProgram("tests/native/library/programs/no_code_generation.ts", {
    engineFlags: RUNTIME === "deno" ? ["--disallow-code-generation-from-strings"] : [],
    arguments: [libraryFile()],
  });
  assert.equal(died(outcome), false, outcome.stderr);
  assert.equal(outcome.stdout, "[0,3,2] 5 [1,2,3] refused\n", outcome.stderr);
});

test("the type of a pointer is pointer(target)", () => {
  assert.equal(pointer(u8).name, "pointer(u8)");
  assert.throws(() => pointer({ name: "x" } as never), TypeError);
});
