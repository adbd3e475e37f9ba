import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  type AnyElement,
  array,
  asNumber,
  bigEndian,
  bits,
  bool,
  cUnion,
  Deque,
  enumeration,
  f16,
  f32,
  f64,
  HashMap,
  i16,
  i32,
  i64,
  i8,
  PriorityQueue,
  SlotMap,
  SoaVector,
  SortedMap,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";

const NUMBERS = [f16, f32, f64, i8, i16, i32, u8, u16, u32, bigEndian(u32), asNumber(i64), asNumber(u64)];
const WRONG_NUMBERS: readonly unknown[] = [
  "1",
  "",
  null,
  true,
  [],
  [1],
  {},
  new Date(0),
  { valueOf: () => 1 },
  1n,
  undefined,
];

/** Elements, each with a value and what is none though JavaScript would make one of it. */
const KINDS: readonly (readonly [element: AnyElement, right: unknown, wrong: readonly unknown[]])[] = [
  ...NUMBERS.map((element) => [element as AnyElement, 1, WRONG_NUMBERS] as const),
  [i64, 1n, ["1", 1, true, null, undefined]],
  [u64, 1n, ["1", 1, true, null, undefined]],
  [bool, true, ["true", "", 1, 0, null, undefined]],
  [enumeration({ a: 0, b: 1 }), "b", [1, null, undefined]],
  [text(4), "a", [1, null, undefined]],
];

/** Whether an error is one that refuses a value, and says that it belongs to field or column x. */
function namesX(error: Error): boolean {
  assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
  assert.match(error.message, /field x\b|column x\b/);
  return true;
}

for (const [element, right, wrongs] of KINDS) {
  test(`${element.name} takes no value of another type, and names the field it was for`, () => {
    using heap = new Heap();
    const options = { allocator: heap };
    // With a text beside it a struct is stored in another way.
    for (const fields of [{ id: u32, x: element }, { id: u32, x: element, name: text(2) }]) {
      const row = { id: 1, x: right, name: "n" };
      const own = (given: unknown): never =>
        Object.fromEntries(Object.entries({ ...row, x: given }).filter(([name]) => name in fields)) as never;
      const Row = struct(fields);
      const vector = new Vector(Row, options);
      const rows = new SoaVector(fields, options);
      vector.push(own(right));
      rows.push(own(right));
      const before = JSON.stringify([vector, rows], (_, value) => typeof value === "bigint" ? `${value}` : value);
      for (const wrong of wrongs) {
        const place = vector.get(0) as { x: unknown; assign(values: unknown): unknown };
        const soaPlace = rows.get(0) as unknown as typeof place;
        const calls: readonly (() => unknown)[] = [
          () => vector.push(own(wrong)),
          () => vector.pushMany([own(wrong)]),
          () => vector.set(0, own(wrong)),
          () => Row.create(heap, own(wrong)),
          () => (place.x = wrong),
          () => place.assign({ x: wrong }),
          () => rows.push(own(wrong)),
          () => rows.pushMany([own(wrong)]),
          () => rows.set(0, own(wrong)),
          () => (soaPlace.x = wrong),
          () => soaPlace.assign({ x: wrong }),
        ];
        for (const call of calls) assert.throws(call, namesX, `${call} with ${String(JSON.stringify(typeof wrong))}`);
      }
      const after = JSON.stringify([vector, rows], (_, value) => typeof value === "bigint" ? `${value}` : value);
      assert.equal(after, before);
      vector.dispose();
      rows.dispose();
    }
    assert.equal(heap.liveBlocks, 0);
  });

  test(`no container of ${element.name} takes a value of another type`, () => {
    using heap = new Heap();
    const options = { allocator: heap };
    const value = right as never;
    const kind = element as typeof f64;
    const [vector, deque, slots] = [new Vector(kind, options), new Deque(kind, options), new SlotMap(kind, options)];
    const queue = new PriorityQueue(kind, { ...options, priority: () => 0 });
    const [map, sorted] = [new HashMap(u32, kind, options), new SortedMap(u32, kind, options)];
    vector.push(value);
    deque.push(value);
    const handle = slots.add(value);
    for (const each of wrongs) {
      const wrong = each as never;
      const calls: readonly (() => unknown)[] = [
        () => vector.push(wrong),
        () => vector.set(0, wrong),
        () => vector.fill(wrong),
        () => vector.insert(0, wrong),
        () => vector.pushMany([wrong]),
        () => deque.push(wrong),
        () => deque.set(0, wrong),
        () => slots.add(wrong),
        () => slots.set(handle, wrong),
        () => queue.push(wrong),
        () => map.set(1, wrong),
        () => sorted.set(1, wrong),
      ];
      for (const call of calls) {
        assert.throws(call, (error) => error instanceof TypeError || error instanceof RangeError, `${call}`);
      }
    }
    assert.deepEqual([vector.toArray(), deque.toArray(), slots.size], [[right], [right], 1]);
    assert.deepEqual([queue.length, map.size, sorted.size], [0, 0, 0]);
  });
}

test("a value that is refused deep inside is named with its whole path", () => {
  using heap = new Heap();
  const Point = struct({ x: f64, y: f64 }, { name: "Point" });
  const Line = struct({ from: Point, name: text(4) }, { name: "Line" });
  const Plan = struct({ line: Line, flags: bits({ on: bool, level: 3 }) }, { name: "Plan" });
  const plan = { line: { from: { x: 1, y: 2 }, name: "a" }, flags: { on: true, level: 1 } };
  const plans = new Vector(Plan, { allocator: heap });
  plans.push(plan);
  const from = { x: 1, y: "2" as never };
  for (const given of [{ ...plan, line: { ...plan.line, from } }]) {
    assert.throws(() => plans.push(given), {
      name: "TypeError",
      message: 'Cannot store field line.from.y: expected a number, got "2"',
    });
  }
  assert.throws(() => plans.push({ ...plan, flags: { on: 1 as never, level: 1 } }), {
    message: "Cannot store field flags.on: expected true or false, got 1",
  });
  assert.throws(() => plans.push({ ...plan, line: { ...plan.line, name: "too long" } }), {
    name: "RangeError",
    message: "Cannot store a text of 8 bytes: 4 fit, in field line.name",
  });
  assert.throws(() => (plans.get(0).line.from.x = "1" as never), { message: /^Cannot store "1".*, in field x$/ });
  const Either = struct({ it: union({ a: f64, b: u32 }), c: cUnion({ whole: u32, real: f32 }), list: array(u8, 2) });
  const either = { it: { tag: "a", value: 1 }, c: { whole: 1 }, list: [1, 2] } as const;
  const eithers = new Vector(Either, { allocator: heap });
  eithers.push(either);
  const bad: readonly (readonly [object, RegExp])[] = [
    [{ it: { tag: "a", value: "1" } }, /^Cannot store "1": expected a number, in field it$/],
    [{ c: { real: "1" } }, /, in field c\.real$/],
    [{ list: [1, "2"] }, /^Cannot store "2": expected a number, in field list$/],
  ];
  for (const [part, message] of bad) assert.throws(() => eithers.push({ ...either, ...part } as never), { message });
  assert.deepEqual([plans.length, eithers.length], [1, 1]);
});

test("fields that a struct does not have are refused where a value is looked at closely, and named", () => {
  using heap = new Heap();
  const Point = struct({ x: f64, y: f64 }, { name: "Point" });
  const Line = struct({ from: Point, width: u8 }, { name: "Line" });
  const wide = { x: 1, y: 2, z: 3 };
  const refused = {
    name: "TypeError",
    message: "Cannot store z of a Point: there is no such field, it has x, y",
  };
  assert.throws(() => Point.create(heap, wide), refused);
  assert.throws(() => new Vector(Point, { allocator: heap }).push(wide), refused);
  assert.throws(() => new Vector(Point, { allocator: heap }).pushMany([wide]), refused);
  assert.throws(() => new Vector(Point, { allocator: heap }).insert(0, wide), refused);
  assert.throws(() => new Vector(Line, { allocator: heap }).push({ from: wide, width: 1 }), refused);
  assert.throws(() => new SoaVector({ x: f64 }, { allocator: heap }).pushMany([wide]), {
    name: "TypeError",
    message: "Cannot store y of a row: there is no such column, it has x",
  });
  assert.equal(heap.liveBlocks, 0);

  const points = new Vector(Point, { allocator: heap });
  for (let n = 0; n < 8; n++) points.push({ x: n, y: 0 });
  // The ninth makes it grow.
  assert.throws(() => points.push(wide), refused);
  points.push(points.get(0));
  assert.deepEqual(points.at(-1)?.toObject(), { x: 0, y: 0 });
  // Not looked for here.
  points.set(0, wide);
  assert.deepEqual(points.get(0).toObject(), { x: 1, y: 2 });
  let read = 0;
  const counting = {
    get x(): number {
      return ++read;
    },
    y: 0,
  };
  new Vector(Point, { allocator: heap }).push(counting);
  assert.equal(read, 1, "getters are called once");
});

test("struct() refuses an option that there is not", () => {
  assert.throws(() => struct({ x: f64 }, { pack: true } as never), {
    name: "TypeError",
    message: "Cannot make a struct with the option pack: the nearest is packed, it has name, packed",
  });
});

test("Heap.allocate() of an element names what holds many of it", () => {
  using heap = new Heap();
  const Point = struct({ x: f64 }, { name: "Point" });
  assert.throws(() => heap.allocate(Point as never, 10), {
    name: "TypeError",
    message: "Cannot allocate Point: expected a typed array class or DataView, new Vector(Point, { allocator }) of " +
      "@mimalloc/ffi/stl holds elements like this",
  });
  for (const element of [f64, text(4), array(u8, 2)]) {
    assert.throws(() => heap.allocateZeroed(element as never, 10), /new Vector\(/);
  }
  assert.throws(() => heap.allocate({} as never, 10), { message: /DataView, got an object$/ });
});
