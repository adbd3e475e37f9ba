import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  array,
  bits,
  bool,
  Deque,
  enumeration,
  f64,
  i64,
  SlotMap,
  struct,
  text,
  u16,
  u32,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";
import { assertQuick } from "../../_time.ts";

const cut: string[] = [];
const Plain = struct({ id: u32, x: f64, big: i64, on: bool }, { name: "Plain" });
const Shape = union({ circle: struct({ radius: f64, id: u8 }), label: text(8) });
const Mixed = struct({
  id: u32,
  at: Plain,
  name: text(4, { onTruncate: ({ stored }) => cut.push(stored) }),
  list: array(u16, 3),
  shape: Shape,
  flags: bits({ a: 3, b: bool }),
  state: enumeration({ idle: 0, running: 1 }, u8),
}, { name: "Mixed" });

const plain = { id: 7, x: 1.5, big: 3n, on: true };
const mixed = {
  id: 1,
  at: plain,
  name: "abcd",
  list: [1, 2, 3],
  shape: { tag: "circle", value: { radius: 2, id: 9 } },
  flags: { a: 5, b: true },
  state: "running",
} as const;

/** Values that are right up to some field. */
const BAD_PLAIN = [
  { ...plain, id: 8, big: 5 },
  { ...plain, id: 8, x: 5n },
  { ...plain, id: 8, x: Symbol("x") },
  { ...plain, id: 8, on: undefined },
];
const BAD_MIXED = [
  { ...mixed, id: 8, at: BAD_PLAIN[0] },
  { ...mixed, id: 8, name: "a\0" },
  { ...mixed, id: 8, name: 5 },
  { ...mixed, id: 8, list: [9, 9, 9n] },
  { ...mixed, id: 8, list: [9, 9] },
  { ...mixed, id: 8, shape: { tag: "circle", value: { radius: 5, id: 5n } } },
  { ...mixed, id: 8, shape: { tag: "square", value: 1 } },
  { ...mixed, id: 8, shape: { tag: "label", value: "far too long" } },
  { ...mixed, id: 8, flags: { a: 1 } },
  { ...mixed, id: 8, state: "gone" },
];

/** Asserts that `store` throws for every bad value and that `read` is then what it was. */
function assertKept(bad: readonly unknown[], read: () => unknown, store: (value: never) => unknown): void {
  const before = read();
  for (const value of bad) {
    assert.throws(() => store(value as never), /^(TypeError|RangeError): /);
    assert.deepEqual(read(), before);
  }
}

/** Whether every field is given: assign() takes some of them. */
function isComplete(value: object): boolean {
  return !Object.values(value).includes(undefined);
}

for (const [Element, good, bad] of [[Plain, plain, BAD_PLAIN], [Mixed, mixed, BAD_MIXED]] as const) {
  test(`a ${Element.name} of which a later field is refused changes nothing in a container`, () => {
    using heap = new Heap();
    const options = { allocator: heap };
    const [vector, deque, slots] = [
      new Vector(Element as typeof Plain, options),
      new Deque(Element as typeof Plain, options),
      new SlotMap(Element as typeof Plain, options),
    ];
    const handle = slots.add(good as typeof plain);
    for (let index = 0; index < 3; index++) vector.push(good as typeof plain), deque.push(good as typeof plain);
    const read = (): unknown => [vector.toArray(), deque.toArray(), slots.toArray()];
    assert.deepEqual(vector.toArray(), [good, good, good]);
    assertKept(bad, read, (value) => vector.set(1, value));
    assertKept(bad, read, (value) => vector.fill(value));
    assertKept(bad, read, (value) => vector.push(value));
    assertKept(bad, read, (value) => vector.insert(0, value));
    assertKept(bad, read, (value) => deque.set(1, value));
    assertKept(bad, read, (value) => deque.push(value));
    assertKept(bad, read, (value) => slots.set(handle, value));
    assertKept(bad.filter(isComplete), read, (value) => vector.get(1).assign(value));
  });

  test(`a ${Element.name} of which a later field is refused changes nothing in a view`, () => {
    const place = Element.at(new Uint8Array(Element.byteLength)) as ReturnType<typeof Plain.at>;
    place.assign(good as typeof plain);
    assertKept(bad.filter(isComplete), () => place.toObject(), (value) => place.assign(value));
  });
}

test("parts of a struct keep what they had when a later element of them is refused", () => {
  using heap = new Heap();
  const vector = new Vector(Mixed, { allocator: heap });
  vector.push(mixed);
  const place = vector.get(0);
  const read = (): unknown => place.toObject();
  assertKept([[9, 9, 9n], [9, 9, Symbol("x")], [1]], read, (value) => place.list.assign(value));
  assertKept([5n, Symbol("x")], read, (value) => place.list.fill(value));
  assertKept(BAD_MIXED.slice(5, 8).map(({ shape }) => shape), read, (value) => place.shape.assign(value));
  assertKept([{ radius: 5, id: 5n }], read, (value) => (place.shape.value = value));
  assertKept([{ a: 1, c: 2 }, { a: 1, b: 1, id: 3 }], read, (value) => place.flags.assign(value));
  assertKept(BAD_PLAIN, read, (value) => (place.at = value));
  const column = vector.column("at");
  assertKept(BAD_PLAIN, read, (value) => column.set(0, value));
  assertKept(BAD_PLAIN, read, (value) => column.fill(value));
});

test("a listener of cut texts may refuse them, and finds what was there before", () => {
  using heap = new Heap();
  const Name = text(4, {
    onTruncate: ({ text }) => {
      seen.push(names.get(0).name);
      if (text === "refuse me") throw new Error("refused");
    },
  });
  const seen: string[] = [];
  const names = new Vector(struct({ id: u8, name: Name }), { allocator: heap });
  names.push({ id: 1, name: "abcd" });
  assert.throws(() => names.set(0, { id: 2, name: "refuse me" }), /refused/);
  assert.deepEqual(names.get(0).toObject(), { id: 1, name: "abcd" });
  names.set(0, { id: 2, name: "cut me" });
  assert.deepEqual([seen, names.get(0).toObject()], [["abcd", "abcd"], { id: 2, name: "cut " }]);
});

test("a getter that stores another value at the same place leaves no mixture of both", () => {
  using heap = new Heap();
  const vector = new Vector(Plain, { allocator: heap });
  vector.push(plain);
  vector.set(0, {
    ...plain,
    id: 100,
    get x() {
      vector.set(0, { id: 200, x: 200, big: 200n, on: false });
      return 100;
    },
  });
  assert.deepEqual(vector.get(0).toObject(), { ...plain, id: 100, x: 100 });
});

test("array() takes no time in its length, and refuses more bytes than a block has", () => {
  assertQuick(200, () => {
    const Big = struct({ all: array(u8, 2 ** 21), more: array(array(f64, 2 ** 10), 2 ** 10) });
    assert.equal(Big.byteLength, 2 ** 21 + 2 ** 23);
  });
  const Padded = struct({ a: u8, b: u32 });
  for (const make of [() => array(u8, 2 ** 32), () => array(f64, 2 ** 31), () => array(Padded, 2 ** 29)]) {
    assert.throws(make, { name: "RangeError", message: /^Cannot make an array/ });
  }
  assert.equal(array(Padded, 1000).byteLength, 8000);
});
