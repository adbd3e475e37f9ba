import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  array,
  asNumber,
  bigEndian,
  bits,
  bool,
  bytes,
  type Element,
  enumeration,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  readonly,
  struct,
  text,
  type TruncatedText,
  u16,
  u32,
  u64,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";

/** What is read after storing `value`. */
function stored<T>(element: Element<T>, value: unknown): unknown {
  const Holder = struct({ before: u8, it: element, after: u8 });
  const place = Holder.at(new Uint8Array(Holder.byteLength).fill(0xff)) as {
    it: unknown;
    before: number;
    after: number;
  };
  place.it = value;
  assert.deepEqual([place.before, place.after], [255, 255]);
  return place.it;
}

test("numbers out of range wrap around in fields, as they do in typed arrays", () => {
  const cases: [Element<number>, { new (values: number[]): ArrayLike<number> }][] = [
    [u8, Uint8Array],
    [i8, Int8Array],
    [u16, Uint16Array],
    [i16, Int16Array],
    [u32, Uint32Array],
    [i32, Int32Array],
    [f16, Float16Array],
    [f32, Float32Array],
    [f64, Float64Array],
    [bigEndian(u16), Uint16Array],
    [bigEndian(i32), Int32Array],
    [bigEndian(f32), Float32Array],
  ];
  const values = [256, -1, -129, 65536, 2 ** 32 + 5, 1.9, -1.9, NaN, Infinity, -Infinity, 1e300, -0, 2 ** 53];
  for (const [element, type] of cases) {
    for (const value of values) {
      const expected = new type([value])[0];
      assert.ok(Object.is(stored(element, value), expected), `${value} as ${element.name}: ${stored(element, value)}`);
    }
    for (const wrong of [1n, Symbol()]) assert.throws(() => stored(element, wrong), TypeError);
  }
});

test("bigints wrap around in fields of 64 bits, and numbers are refused", () => {
  for (const value of [2n ** 64n + 5n, -1n, 2n ** 63n, -(2n ** 63n) - 1n]) {
    for (const element of [u64, bigEndian(u64)]) assert.equal(stored(element, value), BigInt.asUintN(64, value));
    for (const element of [i64, bigEndian(i64)]) assert.equal(stored(element, value), BigInt.asIntN(64, value));
  }
  for (const element of [i64, u64, bigEndian(i64), bigEndian(u64)]) assert.throws(() => stored(element, 5), TypeError);
});

test("asNumber() refuses what is not a safe integer of its range, stored and read", () => {
  const [signed, unsigned] = [asNumber(i64), asNumber(u64)];
  for (const element of [signed, unsigned, bigEndian(signed), bigEndian(unsigned)]) {
    for (const value of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) assert.equal(stored(element, value), value);
    for (const wrong of [2 ** 53, 0.5, NaN, Infinity, "1", 1n, undefined]) {
      assert.throws(() => stored(element, wrong), { name: "RangeError", message: /as a number: expected an integer/ });
    }
  }
  assert.equal(stored(signed, Number.MIN_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
  assert.throws(() => stored(unsigned, -1), RangeError);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, 2n ** 53n, true);
  assert.throws(() => signed.read(view, 0), RangeError);
  assert.throws(() => unsigned.read(view, 0), RangeError);
  view.setBigUint64(0, 2n ** 53n);
  assert.throws(() => bigEndian(unsigned).read(view, 0), RangeError);
});

test("bits keep the lowest bits of a number, leave their neighbours alone and refuse bad widths", () => {
  const Flags = struct({ flags: bits({ low: 3, on: bool, high: 4 }) });
  const { flags } = Flags.at(new Uint8Array(1));
  flags.assign({ low: 5, on: true, high: 15 });
  flags.low = 8 + 2;
  assert.deepEqual(flags.toObject(), { low: 2, on: true, high: 15 });
  flags.high = -1;
  flags.on = false;
  assert.deepEqual(flags.toObject(), { low: 2, on: false, high: 15 });
  assert.throws(() => flags.assign({ other: 1 } as never), TypeError);
  assert.throws(() => stored(bits({ a: 1, b: 1 }) as never, { a: 1 }), {
    name: "TypeError",
    message: /their group b is missing, in field it$/,
  });
  for (const width of [0, -1, 1.5, 9, NaN, "3"]) {
    assert.throws(() => bits({ a: width as never }, u8), { name: "RangeError", message: /^Cannot make bits of a/ });
  }
  assert.throws(() => bits({ a: 5, b: 4 }, u8), { name: "RangeError", message: /3 of 8 bits are left$/ });
  assert.throws(() => bits({ a: 30, b: 3 }), RangeError);
  assert.throws(() => bits({}), TypeError);
  for (const name of ["toObject", "assign", "equals", "__proto__"]) {
    assert.throws(() => bits({ [name]: 1 }), { name: "TypeError", message: /every accessor has that itself$/ });
  }
});

test("enumerations refuse unknown names and numbers", () => {
  const State = enumeration({ idle: 0, failed: 9 }, u8);
  assert.equal(stored(State, "failed"), "failed");
  for (const wrong of ["gone", "toString", 0, undefined]) {
    assert.throws(() => stored(State, wrong), {
      name: "TypeError",
      message: /: expected one of idle, failed, in field it$/,
    });
  }
  assert.throws(() => struct({ state: State }).at(Uint8Array.of(3)).state, {
    name: "RangeError",
    message: "Cannot read number 3: none of idle, failed has it",
  });
  assert.throws(() => enumeration({ a: 256 }, u8), { name: "RangeError", message: /256 is not in its range$/ });
  assert.throws(() => enumeration({ a: -1 }), RangeError);
  assert.throws(() => enumeration({ a: 0.5 }), RangeError);
  assert.throws(() => enumeration({ a: 1, b: 1 }), TypeError);
  assert.throws(() => enumeration({}), TypeError);
});

test("text() refuses what does not fit, or tells what was cut at a whole character", () => {
  const cut: TruncatedText[] = [];
  const [Strict, Loose] = [text(4), text(4, { onTruncate: (truncated) => cut.push(truncated) })];
  assert.equal(stored(Strict, "añe"), "añe");
  assert.throws(() => stored(Strict, "añej"), {
    name: "RangeError",
    message: "Cannot store a text of 5 bytes: 4 fit, in field it",
  });
  assert.throws(() => stored(Strict, "abcde"), RangeError);
  assert.equal(stored(Loose, "abcd"), "abcd");
  assert.deepEqual(cut, []);
  assert.equal(stored(Loose, "añej"), "añe");
  assert.equal(stored(Loose, "abc😀"), "abc");
  assert.deepEqual(cut, [
    { text: "añej", stored: "añe", byteLength: 4 },
    { text: "abc😀", stored: "abc", byteLength: 4 },
  ]);
  for (const element of [Strict, Loose]) {
    assert.throws(() => stored(element, "a\0b"), { name: "RangeError", message: /U\+0000/ });
    for (const wrong of [5, null, {}]) assert.throws(() => stored(element, wrong), TypeError);
  }
  for (const length of [0, -1, 1.5, NaN]) assert.throws(() => text(length), RangeError);
});

test("arrays and bytes refuse another number of elements and invalid indexes", () => {
  const Sensor = struct({ samples: array(f32, 3), id: bytes(2) });
  const sensor = Sensor.at(new Uint8Array(Sensor.byteLength));
  const { samples } = sensor;
  samples.assign(new Set([1, 2, 3]));
  for (const wrong of [[1, 2], [1, 2, 3, 4], new Float32Array(2), []]) {
    assert.throws(() => samples.assign(wrong), { name: "RangeError", message: /it has exactly 3$/ });
    assert.throws(() => sensor.assign({ samples: wrong as never }), RangeError);
  }
  assert.deepEqual(samples.toArray(), [1, 2, 3]);
  for (const index of [-1, 3, 0.5, NaN, 2 ** 32]) {
    assert.throws(() => samples.get(index), RangeError);
    assert.throws(() => samples.set(index, 1), RangeError);
  }
  assert.throws(() => samples.get("0" as never), TypeError);
  assert.deepEqual([samples.at(-1), samples.at(3), samples.at(-4)], [3, undefined, undefined]);
  for (const wrong of [new Uint8Array(1), new Uint8Array(3), [1, 2], new Uint16Array(2)]) {
    assert.throws(() => sensor.id = wrong as never, {
      name: "TypeError",
      message: /: expected a Uint8Array of 2 bytes, in field id$/,
    });
  }
  for (const length of [0, -1, 1.5, NaN]) {
    assert.throws(() => array(u8, length), RangeError);
    assert.throws(() => bytes(length), RangeError);
  }
  assert.throws(() => bytes(65_537), RangeError);
  assert.throws(() => array({} as never, 2), {
    name: "TypeError",
    message: /expected an element like f64 or a struct, got /,
  });
});

test("unions refuse an unknown tag, stored and read", () => {
  const Shape = struct({ shape: union({ circle: f64, square: u32 }) }, { name: "Shape" });
  const memory = new Uint8Array(Shape.byteLength);
  const { shape } = Shape.at(memory);
  shape.assign({ tag: "square", value: 5 });
  for (const tag of ["triangle", "toString", 0, undefined]) {
    assert.throws(() => shape.assign({ tag, value: 1 } as never), {
      name: "TypeError",
      message: /: expected one of circle, square$/,
    });
  }
  assert.deepEqual(shape.toObject(), { tag: "square", value: 5 });
  memory[0] = 2;
  for (const use of [() => shape.tag, () => shape.value, () => shape.toObject(), () => shape.value = 1]) {
    assert.throws(use, { name: "RangeError", message: "Cannot read tag 2 of a union: it has circle, square" });
  }
  assert.throws(() => union({}), TypeError);
  assert.throws(() => union({ 1: u8 }), { name: "TypeError", message: /before all others$/ });
  assert.throws(() => union({ a: u8, b: 7 as never }), {
    name: "TypeError",
    message: "Cannot make a union with the tag b: expected an element like f64 or a struct, got 7",
  });
});

test("readonly fields are stored with the whole struct and refused afterwards", () => {
  using heap = new Heap();
  const Row = struct({ id: readonly(u32), at: readonly(struct({ x: f64 })), n: u8 }, { name: "Row" });
  const rows = new Vector(Row, { allocator: heap });
  rows.push({ id: 7, at: { x: 1 }, n: 1 });
  const row = rows.get(0);
  assert.throws(() => (row as { id: number }).id = 8, TypeError);
  assert.throws(() => (row as { at: unknown }).at = { x: 2 }, TypeError);
  assert.throws(() => row.assign({ id: 8 } as never), {
    name: "TypeError",
    message: "Cannot assign id of a Row: it is readonly",
  });
  assert.equal(row.id, 7);
  row.at.x = 3;
  rows.push({ id: 9, at: { x: 9 }, n: 9 });
  row.assign(rows.get(1));
  assert.deepEqual(row.toObject(), { id: 7, at: { x: 3 }, n: 9 });
  rows.set(0, { id: 8, at: { x: 4 }, n: 2 });
  assert.deepEqual(row.toObject(), { id: 8, at: { x: 4 }, n: 2 });
});

test("struct() refuses names and fields that it cannot have", () => {
  assert.throws(() => struct({}), { name: "TypeError", message: /without fields/ });
  for (const name of ["toObject", "assign", "equals", "__proto__"]) {
    assert.throws(() => struct({ [name]: u8 }), { name: "TypeError", message: /every accessor has that itself$/ });
  }
  for (const name of ["0", "17", "4294967294"]) {
    assert.throws(() => struct({ a: u8, [name]: u8 }), { name: "TypeError", message: /before all others$/ });
  }
  for (const wrong of [7, undefined, null, "f64", Float64Array, { byteLength: 1 }, () => u8]) {
    assert.throws(() => struct({ a: wrong as never }), {
      name: "TypeError",
      message: /expected an element like f64 or a struct, got /,
    });
  }
  const odd = { "": u8, "01": u8, "-1": u8, "a b": u8, '"': u8, "*/": u8, "constructor": u8, "\u2028": u8, "é": u8 };
  const Odd = struct(odd, { name: "*/ throw 1; /*" });
  assert.equal(Odd.byteLength, Object.keys(odd).length);
  const values = Object.fromEntries(Object.keys(odd).map((name, index) => [name, index]));
  const place = Odd.at(new Uint8Array(Odd.byteLength));
  place.assign(values as never);
  assert.deepEqual(place.toObject(), values);
});

test("struct accessors refuse missing and unknown fields, other structs and places outside of the view", () => {
  using heap = new Heap();
  const Point = struct({ x: f64, y: f64 }, { name: "Point" });
  const Other = struct({ x: f64, y: f64 }, { name: "Other" });
  assert.throws(() => Point.create(heap, { x: 1 } as never), {
    name: "TypeError",
    message: "Cannot store a Point: its field y is missing",
  });
  assert.equal(heap.liveBlocks, 0);
  const point = Point.create(heap, { x: 1, y: 2 });
  const other = Other.create(heap, { x: 1, y: 2 });
  assert.throws(() => point.assign({ z: 1 } as never), {
    name: "TypeError",
    message: "Cannot assign z of a Point: there is no such field",
  });
  for (const wrong of [other, { x: 1, y: 2 }, null, 5]) assert.throws(() => point.equals(wrong as never), TypeError);
  assert.throws(() => Point.free(heap, other as never), TypeError);
  assert.throws(() => Point.free(heap, Point.at(new Uint8Array(16))), {
    name: "TypeError",
    message: /it is a part of/,
  });
  for (const at of [-1, 1, 0.5, NaN, 2 ** 53]) {
    assert.throws(() => Point.at(new Uint8Array(16), at), {
      name: "RangeError",
      message: /it has 16 bytes, the view 16$/,
    });
  }
  for (const call of ["field", "offsetOf", "sizeOf", "alignOf"] as const) {
    assert.throws(() => Point[call]("z" as never), { name: "RangeError", message: /it has x, y$/ });
  }
  Point.free(heap, point);
  for (const use of [() => point.x, () => point.x = 1, () => point.toObject(), () => point.equals(point)]) {
    assert.throws(use, { name: "ClosedError", message: /memory of a Point: it was taken back$/ });
  }
  assert.throws(() => Point.free(heap, point), TypeError);
  assert.equal(heap.liveBlocks, 1);
});
