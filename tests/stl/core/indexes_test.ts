import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  type AnyElement,
  array,
  asNumber,
  bigEndian,
  BitSet,
  bool,
  borrow,
  Deque,
  f64,
  i64,
  readAt,
  slice,
  SoaVector,
  StringTable,
  struct,
  subview,
  Text,
  text,
  u16,
  u32,
  u8,
  Vector,
  writeAt,
} from "../../../stl/mod.ts";

const LENGTH = 5;
/** Numbers that name none of five elements. */
const NONE = [-1, -0.5, 0.5, 3.7, LENGTH, 4.9999, NaN, Infinity, -Infinity, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 1e300];
/** Bounds of ranges: all of them are good for Array. */
const BOUNDS = [undefined, 0, -0, 1, 2, 4, 4.9, 6, -2, -2.5, -5, -6, -0.5, ...NONE];
/** What TypeScript does not let through. */
const WRONG = ["x", "1", "length", undefined, null, {}, 1n, true, [1], Symbol.iterator];

/** What takes indexes, over five elements. */
interface List {
  /** The elements as plain values. */
  readonly values: readonly unknown[];
  /** All elements as they are now. */
  readonly all: () => readonly unknown[];
  /** What needs an element: reads it, or changes something. */
  readonly strict?: Readonly<Record<string, (index: number) => unknown>>;
  /** As `Array.prototype.at`. */
  readonly at?: (index: number) => unknown;
  /** As `Array.prototype.slice`. */
  readonly ranges?: Readonly<Record<string, (start?: number, end?: number) => readonly unknown[]>>;
  /** As `Array.prototype.indexOf`. */
  readonly indexOf?: (value: never, start?: number) => number;
  /** As `Array.prototype.fill` with the first value; the list is not looked at afterwards. */
  readonly fill?: (start?: number, end?: number) => unknown;
}

function plain(value: unknown): unknown {
  return (value as { toObject?(): unknown } | undefined)?.toObject?.() ?? value;
}

function numbers(element: AnyElement, values: readonly unknown[]): (heap: Heap) => List {
  return (heap) => {
    const vector = new Vector(element, { allocator: heap });
    vector.pushMany(values as never);
    return {
      values,
      all: () => vector.toArray(),
      strict: {
        get: (index) => vector.get(index),
        set: (index) => vector.set(index, values[0] as never),
        removeAt: (index) => vector.removeAt(index),
        swapRemove: (index) => vector.swapRemove(index),
        deleteAt: (index) => vector.deleteAt(index),
        swapDelete: (index) => vector.swapDelete(index),
        insert: (index) => vector.insert(index === LENGTH ? LENGTH + 1 : index, values[0] as never),
      },
      at: (index) => vector.at(index),
      ranges: { toArray: (start, end) => vector.toArray(start, end) },
      indexOf: (value, start) => vector.indexOf(value, start),
      fill: (start, end) => vector.fill(values[0] as never, start, end),
    };
  };
}

const Point = struct({ x: f64, y: u8 }, { name: "Point" });
const POINTS = [1, 2, 3, 4, 5].map((x) => ({ x, y: 9 - x }));

function points(heap: Heap): List {
  const vector = new Vector(Point, { allocator: heap });
  vector.pushMany(POINTS);
  return {
    values: POINTS,
    all: () => vector.toArray(),
    strict: {
      get: (index) => vector.get(index),
      set: (index) => vector.set(index, POINTS[0]!),
      removeAt: (index) => vector.removeAt(index),
      swapRemove: (index) => vector.swapRemove(index),
      deleteAt: (index) => vector.deleteAt(index),
      swapDelete: (index) => vector.swapDelete(index),
      insert: (index) => vector.insert(index === LENGTH ? LENGTH + 1 : index, POINTS[0]!),
      move: (index) => vector.cursor().move(index),
    },
    at: (index) => plain(vector.at(index)),
    ranges: {
      toArray: (start, end) => vector.toArray(start, end),
      cursor: (start, end) => Array.from(vector.cursor(start, end), plain),
    },
    fill: (start, end) => vector.fill(POINTS[0]!, start, end),
  };
}

function column(heap: Heap): List {
  const vector = new Vector(Point, { allocator: heap });
  vector.pushMany(POINTS);
  const x = vector.column("x");
  return {
    values: [1, 2, 3, 4, 5],
    all: () => x.toArray(),
    strict: { get: (index) => x.get(index), set: (index) => x.set(index, 7) },
  };
}

function rows(heap: Heap): List {
  const vector = new SoaVector({ x: f64, name: text(4) }, { allocator: heap });
  const values = ["a", "b", "c", "d", "e"].map((name, x) => ({ x, name }));
  vector.pushMany(values);
  return {
    values,
    all: () => vector.toArray(),
    strict: {
      get: (index) => vector.get(index),
      set: (index) => vector.set(index, values[0]!),
      removeAt: (index) => vector.removeAt(index),
      swapRemove: (index) => vector.swapRemove(index),
      deleteAt: (index) => vector.deleteAt(index),
      swapDelete: (index) => vector.swapDelete(index),
      insert: (index) => vector.insert(index === LENGTH ? LENGTH + 1 : index, values[0]!),
      move: (index) => vector.cursor().move(index),
      "column.get": (index) => vector.column("name").get(index),
      "column.set": (index) => vector.column("name").set(index, "z"),
    },
    at: (index) => plain(vector.at(index)),
    ranges: {
      toArray: (start, end) => vector.toArray(start, end),
      cursor: (start, end) => Array.from(vector.cursor(start, end), plain),
    },
  };
}

function deque(heap: Heap): List {
  const list = new Deque(f64, { allocator: heap, capacity: 8 });
  list.pushMany([3, 4, 5]);
  list.unshift(2);
  list.unshift(1);
  return {
    values: [1, 2, 3, 4, 5],
    all: () => list.toArray(),
    strict: { get: (index) => list.get(index), set: (index) => list.set(index, 7) },
    at: (index) => list.at(index),
  };
}

function fixedArray(): List {
  const { list } = struct({ list: array(u16, LENGTH) }).at(new Uint8Array(2 * LENGTH));
  list.assign([1, 2, 3, 4, 5]);
  return {
    values: [1, 2, 3, 4, 5],
    all: () => list.toArray(),
    strict: { get: (index) => list.get(index), set: (index) => list.set(index, 7) },
    at: (index) => list.at(index),
  };
}

function textBytes(heap: Heap): List {
  const text = new Text({ allocator: heap }).append("abcde");
  return {
    values: ["a", "b", "c", "d", "e"],
    all: () => [...text],
    ranges: {
      slice: (start, end) => text.slice(start, end).split(""),
      subarray: (start, end) => Array.from(text.subarray(start, end), (unit) => String.fromCharCode(unit)),
    },
    indexOf: (value, start) => text.indexOf(value, start),
  };
}

function lent(heap: Heap): List {
  const view = heap.allocate(Float64Array, LENGTH);
  view.set([1, 2, 3, 4, 5]);
  // The calls are made while it is lent: the promise is never settled.
  let list: List | undefined;
  void borrow(view, (loan) => {
    list = {
      values: [1, 2, 3, 4, 5],
      all: () => loan.toArray(),
      strict: { get: (index) => loan.get(index), set: (index) => loan.set(index, 7) },
      ranges: { toArray: (start, end) => loan.toArray(start, end) },
      fill: (start, end) => loan.fill(1, start, end),
    };
    return new Promise(() => {});
  });
  return list!;
}

function views(heap: Heap): List {
  const view = heap.allocate(Uint32Array, LENGTH);
  view.set([1, 2, 3, 4, 5]);
  return {
    values: [1, 2, 3, 4, 5],
    all: () => [...view],
    ranges: {
      subview: (start, end) => [...subview(view, range(start, end))],
      slice: (start, end) =>
        [1, 2, 3, 4, 5].slice(start, end).length === 0 ? [] : [...slice(heap, view, range(start, end))],
    },
  };
}

function range(start?: number, end?: number): { start?: number; end?: number } {
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}

function table(heap: Heap): List {
  const texts = new StringTable({ allocator: heap });
  const values = ["a", "b", "c", "d", "e"];
  for (const value of values) texts.intern(value);
  return {
    values,
    all: () => texts.toArray(),
    strict: {
      get: (handle) => texts.get(handle),
      byteLengthOf: (handle) => texts.byteLengthOf(handle),
      view: (handle) => texts.view(handle),
      compare: (handle) => texts.compare(0, handle),
      startsWith: (handle) => texts.startsWith(handle, "a"),
    },
  };
}

const LISTS: Readonly<Record<string, (heap: Heap) => List>> = {
  "Vector of f64": numbers(f64, [1.5, 2, 3, 2, 5]),
  "Vector of u8": numbers(u8, [1, 2, 3, 2, 5]),
  "Vector of i64": numbers(i64, [1n, 2n, 3n, 2n, -5n]),
  "Vector of bool": numbers(bool, [true, false, true, false, true]),
  "Vector of i64 as number": numbers(asNumber(i64), [1, 2, 3, 2, 5]),
  "Vector of text": numbers(text(4), ["a", "b", "c", "b", "e"]),
  "Vector of big-endian numbers": numbers(bigEndian(u32), [1, 2, 3, 2, 5]),
  "Vector of structs": points,
  "Column": column,
  "SoaVector": rows,
  "Deque": deque,
  "FixedArray": fixedArray,
  "Text": textBytes,
  "Borrowed": lent,
  "a view": views,
  "StringTable": table,
};

for (const [name, make] of Object.entries(LISTS)) {
  test(`${name} takes an index that names an element, and refuses every other`, () => {
    using heap = new Heap();
    const list = make(heap);
    for (const [method, call] of Object.entries(list.strict ?? {})) {
      for (const index of NONE) {
        assert.throws(() => call(index), RangeError, `${method}(${index})`);
      }
      for (const index of WRONG) {
        // What names a property of a typed array is found there, as in an array: a check would cost every read.
        if (method === "get" && name.startsWith("Vector") && String(index) === "1") continue;
        assert.throws(() => call(index as never), /^(Type|Range)Error: /, `${method}(${String(index)})`);
      }
      assert.deepEqual(list.all(), list.values, method);
    }
    for (let index = 0; index < LENGTH; index++) {
      if (list.strict?.["get"] === undefined) continue;
      assert.deepEqual(plain(list.strict["get"](index)), list.values[index]);
      if (index === 0) assert.deepEqual(plain(list.strict["get"](-0)), list.values[0]);
    }
  });

  test(`${name} takes bounds as Array does`, () => {
    using heap = new Heap();
    const { values, at, ranges = {}, indexOf, fill } = make(heap);
    for (const start of BOUNDS) {
      if (at !== undefined) assert.deepEqual(at(start as number), values.at(start as number), `at(${start})`);
      for (const value of indexOf === undefined ? [] : values) {
        assert.equal(indexOf!(value as never, start), values.indexOf(value, start), `indexOf(${value}, ${start})`);
      }
      for (const end of BOUNDS) {
        for (const [method, call] of Object.entries(ranges)) {
          assert.deepEqual(call(start, end), values.slice(start, end), `${method}(${start}, ${end})`);
        }
        if (fill === undefined) continue;
        const list = make(heap);
        list.fill!(start, end);
        assert.deepEqual(list.all(), [...values].fill(values[0], start, end), `fill(${start}, ${end})`);
      }
    }
  });
}

test("Text.indexOf() finds an empty text where it begins to look", () => {
  using heap = new Heap();
  const text = new Text({ allocator: heap }).append("abc");
  const found = [undefined, 0, 1.5, 3, 4, Infinity, NaN, -0, -1, -1.5, -9, -Infinity].map((at) => text.indexOf("", at));
  assert.deepEqual(found, [0, 0, 1, 3, -1, -1, 0, 0, 2, 2, 0, 0]);
});

test("Borrowed.assign() takes a start as TypedArray.prototype.set does", () => {
  const view = new Float64Array(4);
  borrow(view, (loan) => {
    for (const start of [undefined, 0, -0, 1, 2, 2.9, -0.5, NaN]) {
      view.fill(0);
      const expected = new Float64Array(4);
      expected.set([1, 2], start);
      loan.assign([1, 2], start);
      assert.deepEqual(view, expected, `${start}`);
    }
    for (const start of [3, -1, Infinity, -Infinity, 2 ** 32]) {
      assert.throws(() => loan.assign([1, 2], start), RangeError);
    }
  });
});

test("BitSet.next() accepts any number as its lower bound", () => {
  using heap = new Heap();
  const set = new BitSet({ allocator: heap }).add(0).add(3).add(40);
  const asked = [-Infinity, -1, -0, 0, 0.5, 3, 3.1, 40, 40.5, 41, 2 ** 32, Infinity, NaN, undefined as never];
  assert.deepEqual(asked.map((value) => set.next(value)), [0, 0, 0, 0, 3, 3, 40, 40, -1, -1, -1, -1, -1, -1]);
  for (const value of NONE.filter((value) => !Number.isInteger(value) || value < 0 || value >= 2 ** 32)) {
    assert.equal(set.has(value), false);
    assert.equal(set.delete(value), false);
    assert.throws(() => set.add(value), RangeError);
  }
});

test("readAt(), writeAt(), Struct.at() and StringTable.internBytes() refuse invalid byte offsets", () => {
  using heap = new Heap();
  const view = new Uint8Array(16);
  const texts = new StringTable({ allocator: heap });
  for (const byteOffset of [-1, 0.5, NaN, Infinity, -Infinity, 9, 2 ** 32]) {
    assert.throws(() => readAt(view, f64, byteOffset), RangeError);
    assert.throws(() => writeAt(view, f64, byteOffset, 1), RangeError);
    assert.throws(() => Point.at(view, byteOffset), RangeError);
    if (byteOffset !== 9) assert.throws(() => texts.internBytes(view, byteOffset), RangeError);
    if (byteOffset !== 9) assert.throws(() => texts.internBytes(view, 0, byteOffset), RangeError);
  }
  assert.equal(texts.size, 0);
});
