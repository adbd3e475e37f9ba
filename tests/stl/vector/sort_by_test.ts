import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  array,
  asNumber,
  bigEndian,
  bool,
  enumeration,
  f16,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  SoaVector,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
  Vector,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

const COLUMNS = {
  f64,
  f32,
  f16,
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  u64,
  i64,
  whole: asNumber(i64),
  big: bigEndian(u32),
  flag: bool,
  state: enumeration({ idle: 0, busy: 1, failed: 9 }),
  name: text(8),
  id: u32,
} as const;
type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS).filter((name) => name !== "id") as Name[];
const FLOATS = [0, -0, NaN, 1, -1, Infinity, -Infinity, 0.5, -0.5, 1e-310, -1e-310, 1.5];

function rowOf(random: Random, id: number): Record<Name, never> {
  const float = (): number => random.once(2) ? random.pick(FLOATS) : (random.below(2000) - 1000) / 8;
  const row = {
    f64: float(),
    f32: float(),
    f16: float(),
    u8: random.below(256),
    i8: random.below(256) - 128,
    u16: random.below(65536),
    i16: random.below(65536) - 32768,
    u32: random.below(2) * 2 ** 31 + random.below(5000),
    i32: random.below(2 ** 32) - 2 ** 31,
    u64: BigInt(random.below(3)) << 62n | BigInt(random.below(100)),
    i64: BigInt(random.below(2 ** 32) - 2 ** 31) << BigInt(random.below(30)),
    whole: (random.below(2 ** 32) - 2 ** 31) * 2 ** random.below(20),
    big: random.below(2 ** 32),
    flag: random.once(2),
    state: random.pick(["idle", "busy", "failed"]),
    name: random.pick(["", "a", "b", "ab", "ä", "😀", "\uffee"]),
    id,
  };
  return row as unknown as Record<Name, never>;
}

/** The order that is documented: NaN above every number, -0 below 0, everything else as `<` has it. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    if (a === 0 && b === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  }
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

type Keys = readonly { readonly by: Name; readonly descending: boolean }[];

function expected(rows: readonly Record<Name, unknown>[], keys: Keys): number[] {
  const sorted = rows.map((_, index) => index).sort((a, b) => {
    for (const { by, descending } of keys) {
      const found = compare(rows[a]![by], rows[b]![by]);
      if (found !== 0) return descending ? -found : found;
    }
    return a - b;
  });
  return sorted;
}

for (
  const [label, make] of [
    ["SoaVector", (heap: Heap) => new SoaVector(COLUMNS, { allocator: heap })],
    ["Vector", (heap: Heap) => new Vector(struct(COLUMNS), { allocator: heap })],
    ["Vector of packed structs", (heap: Heap) => new Vector(struct(COLUMNS, { packed: true }), { allocator: heap })],
  ] as const
) {
  test(`sortBy() of a ${label} takes any fields in any direction (SEED=${SEED})`, () => {
    const random = new Random(SEED);
    using heap = new Heap();
    for (let turn = 0; turn < 60; turn++) {
      const vector = make(heap) as SoaVector<typeof COLUMNS>;
      const count = random.pick([0, 1, 2, 1500, random.below(300)]);
      vector.pushMany(Array.from({ length: count }, (_, id) => rowOf(random, id)) as never);
      const rows = vector.toArray() as unknown as Record<Name, unknown>[];
      const keys: Keys = turn < NAMES.length
        ? [{ by: NAMES[turn]!, descending: random.once(2) }]
        : Array.from({ length: 1 + random.below(4) }, () => ({ by: random.pick(NAMES), descending: random.once(2) }));
      const order = expected(rows, keys);
      const message = JSON.stringify(keys);
      assert.deepEqual([...vector.order(keys)], order, message);
      assert.deepEqual(vector.toArray(), rows, "rows stay");
      assert.equal(vector.sortBy(keys), vector);
      assert.deepEqual(vector.toArray(), order.map((index) => rows[index]), message);
    }
  });
}

test("sortBy() puts every NaN last, whatever its bits are", () => {
  using heap = new Heap();
  const doubles = new SoaVector({ x: f64, y: f32 }, { allocator: heap });
  doubles.length = 4;
  new BigUint64Array(doubles.column("x").buffer, doubles.column("x").byteOffset, 4).set([
    0xfff8000000000000n, // what 0 / 0 is on x86
    0x7ff0000000000001n,
    0x7ff0000000000000n,
    0xffefffffffffffffn,
  ]);
  new Uint32Array(doubles.column("y").buffer, doubles.column("y").byteOffset, 4).set([
    0xffc00000,
    0x7f800001,
    0x7f800000,
    0xff7fffff,
  ]);
  for (const name of ["x", "y"] as const) {
    assert.deepEqual([...doubles.order(name)], [3, 2, 0, 1], name);
    assert.deepEqual([...doubles.order(name, { descending: true })], [0, 1, 2, 3], name);
  }
});

test("sortBy() refuses what cannot be sorted by", () => {
  using heap = new Heap();
  const rows = new SoaVector({ x: f64, list: array(u8, 2) }, { allocator: heap });
  rows.push({ x: 1, list: [1, 2] });
  const points = new Vector(struct({ x: f64, list: array(u8, 2) }), { allocator: heap });
  points.push({ x: 1, list: [1, 2] });
  for (const vector of [rows, points] as { sortBy(by: unknown): unknown; order(by: unknown): unknown }[]) {
    for (const call of [(by: unknown) => vector.sortBy(by), (by: unknown) => vector.order(by)]) {
      assert.throws(() => call([]), { name: "TypeError", message: /it needs a field to sort by/ });
      assert.throws(() => call(["x", "y"]), { name: "RangeError" });
      assert.throws(() => call(["x", { descending: true }]), { name: "TypeError", message: /by an object: expected/ });
      assert.throws(() => call(undefined), { name: "TypeError" });
      assert.throws(() => call(["x", "list"]), { name: "TypeError", message: /expected numbers, booleans or texts/ });
    }
  }
});

test("sortBy() takes 8 bytes for each row of numbers besides", () => {
  using heap = new Heap();
  const rows = new SoaVector({ station: u32, time: f64 }, { allocator: heap });
  rows.length = 1000;
  const before = heap.liveBytes;
  const made: number[] = [];
  const plain = globalThis.Uint32Array;
  // What is asked of the heap of JavaScript: arrays for each row are the ones of 1,000 and more.
  class Counted extends plain {
    constructor(...given: readonly unknown[]) {
      super(...given as [number]);
      if (typeof given[0] === "number" && this.length >= 1000) made.push(this.byteLength);
    }
  }
  globalThis.Uint32Array = Counted as typeof plain;
  try {
    rows.sortBy(["station", "time"]);
  } finally {
    globalThis.Uint32Array = plain;
  }
  assert.deepEqual(made.filter((bytes) => bytes % 1000 === 0), [4000, 4000]);
  assert.equal(heap.liveBytes, before);
});
