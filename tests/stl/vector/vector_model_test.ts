import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import {
  array,
  asNumber,
  bigEndian,
  bits,
  bool,
  bytes,
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
  union,
  Vector,
} from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { type Modelled, play } from "./_vector_model.ts";

const STEPS = 200_000;
const SEED = numberFrom("SEED", Date.now() % 2 ** 31);

function byValue(a: unknown, b: unknown): number {
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

const PLAIN = [
  { element: f64, zero: 0, make: (random: Random): unknown => random.below(2 ** 40) / 8 },
  { element: f32, zero: 0, make: (random: Random): unknown => random.below(1000) / 8 },
  { element: f16, zero: 0, make: (random: Random): unknown => random.below(1000) / 8 },
  { element: i8, zero: 0, make: (random: Random): unknown => random.below(256) - 128 },
  { element: u8, zero: 0, make: (random: Random): unknown => random.below(256) },
  { element: i16, zero: 0, make: (random: Random): unknown => random.below(65536) - 32768 },
  { element: u16, zero: 0, make: (random: Random): unknown => random.below(65536) },
  { element: i32, zero: 0, make: (random: Random): unknown => random.below(2 ** 32) - 2 ** 31 },
  { element: u32, zero: 0, make: (random: Random): unknown => random.below(2 ** 32) },
  { element: i64, zero: 0n, make: (random: Random): unknown => BigInt(random.below(2 ** 32) - 2 ** 31) << 20n },
  { element: u64, zero: 0n, make: (random: Random): unknown => BigInt(random.below(2 ** 32)) << 31n },
  { element: asNumber(i64), zero: 0, make: (random: Random): unknown => random.below(2 ** 32) * 4096 - 2 ** 42 },
  { element: bool, zero: false, make: (random: Random): unknown => random.once(2) },
  {
    element: enumeration({ a: 0, b: 1, c: 2 }, u8),
    zero: "a",
    make: (random: Random): unknown => random.pick("abc".split("")),
  },
  { element: text(12), zero: "", make: (random: Random): unknown => `é${random.below(9999)}` },
  { element: bigEndian(u32), zero: 0, make: (random: Random): unknown => random.below(2 ** 32) },
] as const;

for (const { element, zero, make } of PLAIN) {
  test(`Vector of ${element.name} behaves like an array`, () => {
    const random = new Random(SEED);
    using heap = new Heap();
    const vector = new Vector(element as typeof f64, { allocator: heap });
    play<unknown>(
      {
        vector: vector as Modelled<unknown>,
        zero,
        make: () => make(random),
        get: (index) => vector.get(index),
        sort: (model) => {
          vector.sort();
          model.sort(byValue);
        },
      },
      random,
      element === f64 || element.name === "text(12)" ? STEPS : STEPS / 8,
    );
    vector.dispose();
    assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0], `SEED=${SEED}`);
  });
}

const Row = struct({
  x: f64,
  id: u32,
  flags: bits({ on: bool, team: 4 }),
  name: text(10),
  samples: array(u16, 3),
}, { name: "Row" });

function makeRow(random: Random): ReturnType<typeof Row.read> {
  return {
    x: random.below(1000) / 4,
    id: random.below(100),
    flags: { on: random.once(2), team: random.below(16) },
    name: `n${random.below(50)}`,
    samples: [random.below(9), 2, 3],
  };
}

const ZERO_ROW = { x: 0, id: 0, flags: { on: false, team: 0 }, name: "", samples: [0, 0, 0] };

for (const place of ["heap", "scope"]) {
  test(`Vector of structs behaves like an array of objects, in a ${place}`, () => {
    const random = new Random(SEED);
    using heap = new Heap();
    using pool = new ScopePool();
    using scope = pool.open();
    const vector = new Vector(Row, { allocator: place === "heap" ? heap : scope });
    play(
      {
        vector,
        zero: ZERO_ROW,
        make: () => makeRow(random),
        get: (index) => vector.get(index).toObject(),
        sort: (model) => {
          const field = random.pick(["x", "id", "name"] as const);
          const descending = random.once(2);
          if (random.once(2)) vector.sortBy(field, { descending });
          else vector.sort((a, b) => descending ? byValue(b[field], a[field]) : byValue(a[field], b[field]));
          model.sort((a, b) => descending ? byValue(b[field], a[field]) : byValue(a[field], b[field]));
        },
      },
      random,
      place === "heap" ? STEPS : STEPS / 4,
    );
    vector.dispose();
    assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0], `SEED=${SEED}`);
  });
}

test("SoaVector behaves like an array of objects", () => {
  const random = new Random(SEED);
  using heap = new Heap();
  const vector = new SoaVector({ x: f64, id: i16, big: u64, on: bool }, { allocator: heap });
  play(
    {
      vector,
      zero: { x: 0, id: 0, big: 0n, on: false },
      make: () => ({
        x: random.below(100) / 4,
        id: random.below(100) - 50,
        big: BigInt(random.below(2 ** 32)) << 31n,
        on: random.once(2),
      }),
      get: (index) => vector.get(index).toObject(),
      sort: (model) => {
        const field = random.pick(["x", "id", "big", "on"] as const);
        if (random.once(2)) vector.sortBy(field);
        else vector.sort((a, b) => byValue(a[field], b[field]));
        model.sort((a, b) => byValue(a[field], b[field]));
      },
    },
    random,
    STEPS,
  );
  vector.dispose();
  assert.deepEqual([heap.liveBlocks, heap.liveBytes], [0, 0], `SEED=${SEED}`);
});

const Point = struct({ x: f32, y: f64 });
const Record = struct({
  name: text(10),
  x: f64,
  key: bytes(3),
  state: enumeration({ idle: 0, running: 1, failed: 9 }, u8),
  flags: bits({ on: bool, team: 4 }),
  samples: array(u16, 3),
  place: Point,
  shape: union({ none: u8, side: f64, at: Point }),
  port: bigEndian(u16),
  size: asNumber(i64),
  on: bool,
  letter: text(1),
});
type RecordObject = ReturnType<typeof Record.read>;

function makeShape(random: Random): RecordObject["shape"] {
  return random.pick<RecordObject["shape"]>([
    { tag: "none", value: random.below(256) },
    { tag: "side", value: random.below(99) / 4 },
    { tag: "at", value: { x: 1.5, y: random.below(99) } },
  ]);
}

function makeRecord(random: Random): RecordObject {
  return {
    name: `é${random.below(50)}`,
    x: random.below(1000) / 4,
    key: Uint8Array.of(random.below(256), 1, random.below(256)),
    state: random.pick(["idle", "running", "failed"] as const),
    flags: { on: random.once(2), team: random.below(16) },
    samples: [random.below(9), 2, 3],
    place: { x: random.below(99) / 4, y: random.below(99) },
    shape: makeShape(random),
    port: random.below(65536),
    size: random.below(2 ** 32) * 1024 - 2 ** 41,
    on: random.once(2),
    letter: random.pick("abc".split("")),
  };
}

const ZERO_RECORD: RecordObject = {
  name: "",
  x: 0,
  key: new Uint8Array(3),
  state: "idle",
  flags: { on: false, team: 0 },
  samples: [0, 0, 0],
  place: { x: 0, y: 0 },
  shape: { tag: "none", value: 0 },
  port: 0,
  size: 0,
  on: false,
  letter: "",
};

test("SoaVector of columns of every kind behaves like an array of objects", () => {
  const random = new Random(SEED);
  using heap = new Heap();
  const vector = new SoaVector(Record, { allocator: heap });
  play(
    {
      vector,
      zero: ZERO_RECORD,
      make: () => makeRecord(random),
      get: (index) => vector.get(index).toObject(),
      sort: (model) => {
        const field = random.pick(["name", "x", "state", "port", "size", "on", "letter"] as const);
        if (random.once(2)) vector.sortBy(field);
        else vector.sort((a, b) => byValue(a[field], b[field]));
        model.sort((a, b) => byValue(a[field], b[field]));
      },
    },
    random,
    STEPS,
  );
  assert.deepEqual(SoaVector.fromBytes(Record, vector.toBytes(), { allocator: heap }).toArray(), vector.toArray());
  heap.destroy();
  assert.throws(() => vector.get(0), { name: "ClosedError" });
});
