import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  anyText,
  array,
  asNumber,
  bigEndian,
  bool,
  borrow,
  Deque,
  f64,
  HashMap,
  Pool,
  PriorityQueue,
  reference,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  struct,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";

const { byteLength, alignment, read, write, name, layout } = f64;

test("everything that is made of elements refuses what is not one", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const makers: Record<string, (element: never) => unknown> = {
    "a Vector": (element) => new Vector(element, options),
    "a Deque": (element) => new Deque(element, options),
    "a PriorityQueue": (element) => new PriorityQueue(element, { ...options, compare: () => 0 }),
    "a SlotMap": (element) => new SlotMap(element, options),
    "a HashMap": (element) => new HashMap(f64, element, options),
    "a SortedMap": (element) => new SortedMap(element, f64, options),
    "a struct with a field x": (element) => struct({ x: element }),
    "an array": (element) => array(element, 2),
    "a union with the tag x": (element) => union({ x: element }),
    "a SoaVector with column x": (element) => new SoaVector({ x: element }, options),
  };
  const wrong = new Map<unknown, string>([
    [undefined, "undefined"],
    [null, "null"],
    [7, "7"],
    ["f64", '"f64"'],
    [Float64Array, "a function"],
    [[f64], "an array"],
    [Object.create(null), "an object"],
    [{ ...f64, read: undefined }, "an object"],
    [{ name, layout, alignment, read, write }, "an object"],
    ...[0, -8, 0.5, NaN, "8"].map((bad) =>
      [{ name, layout, alignment, read, write, byteLength: bad }, "an object"] as const
    ),
    ...[0, 3, -1, 0.5, NaN].map((bad) =>
      [{ name, layout, alignment: bad, read, write, byteLength }, "an object"] as const
    ),
  ]);
  for (const [what, make] of Object.entries(makers)) {
    for (const [element, shown] of wrong) {
      assert.throws(() => make(element as never), {
        name: "TypeError",
        message: `Cannot make ${what}: expected an element like f64 or a struct, got ${shown}`,
      });
    }
  }
  assert.equal(heap.liveBlocks, 0);
});

test("new Pool(), asNumber() and bigEndian() refuse what they cannot be made of", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  for (const [type, shown] of [[null, "null"], [f64, "an object"], [Array, "a function"], [undefined, "undefined"]]) {
    assert.throws(() => new Pool(type as never, 4, options), {
      name: "TypeError",
      message: `Cannot make a Pool: expected a typed array class, DataView or a struct, got ${shown}`,
    });
  }
  for (const length of [0, -1, 0.5, NaN, Infinity, 2 ** 30, "4", undefined]) {
    assert.throws(() => new Pool(Float32Array, length as never, options), { name: "RangeError", message: /as length/ });
  }
  for (const view of [new Pool(DataView, 8, options).acquire(), new Pool(Float16Array, 4, options).acquire()]) {
    assert.equal(view.byteLength, 8);
  }
  for (const wrong of [bool, u8, null, undefined, {}]) {
    assert.throws(() => bigEndian(wrong as never), /TypeError: Cannot make .+: expected a number of several bytes$/);
  }
  for (const wrong of [f64, bool, null, undefined, {}]) {
    assert.throws(() => asNumber(wrong as never), /TypeError: Cannot take .+ as a number: expected i64 or u64$/);
  }
});

test("what is to be called is refused when it is not a function, before anything is made", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  for (const wrong of [null, 5, "compare", {}] as never[]) {
    const calls = [
      () => new PriorityQueue(f64, { ...options, compare: wrong }),
      () => new PriorityQueue(f64, { ...options, priority: wrong }),
      () => new SortedMap(anyText, f64, { ...options, compare: wrong }),
      () => borrow(new Float64Array(1), wrong),
      () => reference(wrong),
      () => new Vector(f64, options).sort(wrong),
      () => new Vector(struct({ x: f64 }), options).sort(wrong),
      () => new SoaVector({ x: f64 }, options).sort(wrong),
    ];
    for (const call of calls) {
      assert.throws(call, { name: "TypeError", message: /: expected a function, got (null|5|"compare"|an object)$/ });
    }
  }
});

test("containers are called with new, are instances of their class and have its prototype", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const made = new Map<{ readonly prototype: object; readonly name: string }, object>([
    [Vector as never, new Vector(f64, options)],
    [SoaVector as never, new SoaVector({ x: f64 }, options)],
    [Deque as never, new Deque(f64, options)],
    [PriorityQueue as never, new PriorityQueue(f64, options)],
    [SlotMap as never, new SlotMap(f64, options)],
    [SoaSlotMap as never, new SoaSlotMap({ x: f64 }, options)],
    [SortedMap as never, new SortedMap(f64, f64, options)],
  ]);
  for (const [Class, container] of made) {
    assert.ok(container instanceof (Class as never));
    assert.ok(Object.prototype.isPrototypeOf.call(Class.prototype, container));
    assert.throws(() => (Class as never as () => void)(), { name: "TypeError", message: /without new/ });
    for (const [Other, other] of made) if (Other !== Class) assert.ok(!(other instanceof (Class as never)));
  }
});
