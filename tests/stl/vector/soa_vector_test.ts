import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import {
  anyText,
  array,
  bits,
  bool,
  bytes,
  enumeration,
  f32,
  f64,
  type FieldsOf,
  readonly,
  reference,
  SoaVector,
  struct,
  text,
  u32,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";

const Point = struct({ x: f32, y: f64 }, { name: "Point" });
const Body = struct({
  name: text(8),
  place: Point,
  samples: array(u8, 3),
  flags: bits({ on: bool, team: 4 }),
  shape: union({ side: f64, none: u8 }),
  id: readonly(u32),
  home: readonly(text(4)),
}, { name: "Body" });

type Bodies = SoaVector<FieldsOf<typeof Body>>;

function bodyOf(id: number): ReturnType<typeof Body.read> {
  return {
    name: `n${id}`,
    place: { x: id, y: -id },
    samples: [id % 256, 1, 2],
    flags: { on: id % 2 === 0, team: id % 16 },
    shape: { tag: "side", value: id / 2 },
    id,
    home: `h${id % 10}`,
  };
}

function bodies(heap: Heap, length = 20): Bodies {
  const vector = new SoaVector(Body, { allocator: heap });
  for (let id = 0; id < length; id++) vector.push(bodyOf(id));
  return vector;
}

test("SoaVector rows reach into columns of structs, arrays, bits and unions", () => {
  using heap = new Heap();
  const vector = bodies(heap);
  const row = vector.get(3);
  row.place.x = 7;
  row.samples.set(1, 9);
  row.flags.team = 5;
  row.shape.assign({ tag: "none", value: 4 });
  row.name = "changed";
  // Accessors stay while the columns move.
  for (let id = 20; id < 2000; id++) vector.push(bodyOf(id));
  row.place.y = 8;
  assert.deepEqual(vector.get(3).toObject(), {
    ...bodyOf(3),
    name: "changed",
    place: { x: 7, y: 8 },
    samples: [3, 9, 2],
    flags: { on: false, team: 5 },
    shape: { tag: "none", value: 4 },
  });
  let sum = 0;
  for (const { place } of vector.cursor(4)) sum += place.x;
  assert.equal(sum, (4 + 1999) * 1996 / 2);
});

test("SoaVector.column() is a typed array of numbers and a Column of anything else, which follows the vector", () => {
  using heap = new Heap();
  const vector = bodies(heap);
  assert.ok(vector.column("id") instanceof Uint32Array);
  const [names, places] = [vector.column("name"), vector.column("place")];
  for (let id = 20; id < 500; id++) vector.push(bodyOf(id));
  assert.deepEqual([names.length, names.get(499), places.get(3)], [500, "n499", { x: 3, y: -3 }]);
  names.set(0, "first");
  places.fill({ x: 1, y: 2 });
  assert.deepEqual(vector.get(0).toObject(), { ...bodyOf(0), name: "first", place: { x: 1, y: 2 } });
  assert.deepEqual([...names], names.toArray());
  const seen: string[] = [];
  names.forEach((name, index) => seen.push(`${index}${name}`));
  assert.equal(seen[499], "499n499");
  assert.throws(() => names.get(500), { name: "RangeError", message: /length is 500$/ });
  assert.throws(() => names.set(-1, ""), RangeError);
  assert.throws(() => vector.column("none" as "id"), { name: "RangeError", message: /it has name, place, samples/ });
  heap.destroy();
  assert.throws(() => names.get(0), { name: "ClosedError" });
  assert.throws(() => names.set(0, ""), { name: "ClosedError" });
  assert.throws(() => [...places], { name: "ClosedError" });
});

test("SoaVector rows refuse what is readonly, unknown or out of range", () => {
  using heap = new Heap();
  const vector = bodies(heap);
  const row = vector.get(1) as unknown as { id: number; home: string; assign(values: object): void };
  assert.throws(() => row.id = 5, TypeError);
  assert.throws(() => row.home = "x", TypeError);
  assert.throws(() => row.assign({ home: "x" }), { name: "TypeError", message: /home of a row: it is readonly$/ });
  assert.throws(() => row.assign({ age: 1 }), { name: "TypeError", message: /there is no such column$/ });
  assert.throws(() => vector.push({ ...bodyOf(1), name: "longer than eight" }), RangeError);
  assert.throws(() => vector.push({ ...bodyOf(1), name: undefined as never }), { message: /column name is missing$/ });
  assert.throws(() => vector.sortBy("place"), {
    name: "TypeError",
    message: /^Cannot sort: expected numbers, booleans or texts, got a value of type object$/,
  });
  assert.deepEqual(vector.toArray(), Array.from({ length: 20 }, (_, id) => bodyOf(id)));
});

test("SoaVector rows copy the columns of other rows and of structs, but for readonly ones", () => {
  using heap = new Heap();
  const vector = bodies(heap);
  const structs = new Vector(Body, { allocator: heap });
  structs.push(bodyOf(77));
  vector.get(1).assign(vector.get(2));
  vector.get(3).assign(structs.get(0));
  assert.deepEqual(vector.get(1).toObject(), { ...bodyOf(2), id: 1, home: "h1" });
  assert.deepEqual(vector.get(3).toObject(), { ...bodyOf(77), id: 3, home: "h3" });
  vector.push(structs.get(0));
  vector.set(0, vector.get(20));
  assert.deepEqual([vector.get(0).toObject(), vector.pop()], [bodyOf(77), bodyOf(77)]);
});

test("SoaVector.pushMany() takes rows of its own", () => {
  using heap = new Heap();
  const vector = bodies(heap, 7);
  assert.equal(vector.pushMany(vector), 14);
  assert.equal(vector.pushMany(bodies(heap, 2)), 16);
  const ids = [0, 1, 2, 3, 4, 5, 6];
  assert.deepEqual(vector.toArray(), [...ids, ...ids, 0, 1].map(bodyOf));
});

test("SoaVector refuses columns that it cannot have", () => {
  using heap = new Heap();
  const make = (columns: unknown): unknown => new SoaVector(columns as { x: typeof f64 }, { allocator: heap });
  for (const columns of [{}, undefined, 7, null]) {
    assert.throws(() => make(columns), { name: "TypeError", message: /^Cannot make a SoaVector: it has no columns/ });
  }
  for (const wrong of [undefined, null, "f64", {}, anyText, readonly(undefined as never)]) {
    assert.throws(() => make({ x: wrong }), { name: "TypeError", message: /with column x: expected an element/ });
  }
  for (const name of ["assign", "toObject"]) assert.throws(() => make({ [name]: f64 }), /every row has that itself$/);
  for (const wrong of [reference("self"), array(reference("self"), 2)]) {
    assert.throws(() => make({ next: wrong }), { name: "TypeError", message: /needs a struct/ });
  }
  assert.equal(heap.liveBlocks, 0);
});

test("SoaVector of a struct has references, and no bytes of them", () => {
  using heap = new Heap();
  const Node = struct({ value: f64, next: reference("self") }, { name: "Node" });
  const nodes = new Vector(Node, { allocator: heap });
  nodes.push({ value: 2, next: null });
  const rows = new SoaVector(Node, { allocator: heap });
  rows.push({ value: 1, next: nodes.get(0) });
  assert.equal(rows.get(0).next?.value, 2);
  assert.deepEqual(rows.column("next").get(0)?.toObject(), { value: 2, next: null });
  assert.throws(() => rows.toBytes(), { name: "TypeError", message: /references in a reference/ });
});

test("SoaVector rows and their parts throw once the memory is gone or shorter", () => {
  for (const end of ["dispose", "destroy", "scope", "shrink"]) {
    using heap = new Heap();
    using pool = new ScopePool();
    const scope = pool.open();
    const vector = new SoaVector(Body, { allocator: end === "scope" ? scope : heap });
    for (let id = 0; id < 20; id++) vector.push(bodyOf(id));
    const row = vector.get(19);
    const { place } = row;
    if (end === "dispose") vector.dispose();
    else if (end === "destroy") heap.destroy();
    else if (end === "shrink") vector.length = 2, vector.shrinkToFit();
    scope[Symbol.dispose]();
    const error = { name: "ClosedError" };
    assert.throws(() => row.name, error);
    assert.throws(() => row.name = "", error);
    assert.throws(() => row.place, error);
    assert.throws(() => row.toObject(), error);
    assert.throws(() => row.assign({ name: "" }), error);
    if (end !== "shrink") assert.throws(() => place.x, error);
    if (end !== "shrink") assert.throws(() => vector.push(bodyOf(1)), error);
    else assert.deepEqual(vector.toArray(), [bodyOf(0), bodyOf(1)]);
  }
});

test("SoaVector is as it was when a getter of a part of a row changes or ends it", () => {
  const changes: Record<string, (vector: Bodies) => unknown> = {
    push: (vector) => vector.push(bodyOf(1)),
    pop: (vector) => vector.pop(),
    dispose: (vector) => vector.dispose(),
    shrinkToFit: (vector) => vector.shrinkToFit(),
    reserve: (vector) => vector.reserve(5000),
  };
  for (const [name, change] of Object.entries(changes)) {
    for (const action of ["push", "set", "assign"]) {
      using heap = new Heap();
      const vector = bodies(heap);
      const place = {
        x: 1,
        get y(): number {
          change(vector);
          return 2;
        },
      };
      const row = { ...bodyOf(5), place };
      const run = (): unknown =>
        action === "push"
          ? vector.push(row)
          : action === "set"
          ? vector.set(5, row)
          : vector.get(5).assign({ place: place as never });
      let failed = false;
      try {
        run();
      } catch (error) {
        failed = true;
        assert.match(String(error), /Cannot change a SoaVector|was taken back|was disposed/, `${name} in ${action}`);
      }
      assert.ok(failed || action !== "push", `${name} in ${action}`);
      if (vector.closed) continue;
      const rows = vector.toArray();
      assert.equal(rows.length, vector.length);
      rows.forEach((found, id) => {
        if (id !== 5 && id < 20) assert.deepEqual(found, bodyOf(id), `${name} in ${action}`);
      });
      vector.push(bodyOf(9));
      assert.deepEqual(vector.at(-1)?.toObject(), bodyOf(9));
    }
  }
});

test("SoaVector.toBytes() ignores what was in memory before, and refuses invalid values", () => {
  using heap = new Heap();
  const one = new SoaVector({ place: Point, key: bytes(3) }, { allocator: heap });
  for (let index = 0; index < 9; index++) one.push({ place: { x: 1, y: 2 }, key: Uint8Array.of(1, 2, index) });
  using dirty = new Heap();
  dirty.free(dirty.allocate(Uint8Array, 128).fill(255));
  const other = new SoaVector({ place: Point, key: bytes(3) }, { allocator: dirty });
  other.pushMany(one.toArray());
  assert.deepEqual(one.toBytes(), other.toBytes());
  const State = enumeration({ idle: 1, running: 2 }, u8);
  const wrong = new SoaVector({ at: struct({ state: State }) }, { allocator: heap });
  wrong.length = 2;
  assert.throws(() => wrong.toBytes(), { name: "RangeError", message: /its row 0 has no struct$/ });
  const Raw = { at: struct({ state: u8 }) };
  const raw = new SoaVector(Raw, { allocator: heap });
  raw.push({ at: { state: 1 } });
  assert.throws(() => SoaVector.fromBytes({ at: struct({ state: State }) }, raw.toBytes(), { allocator: heap }), {
    name: "FormatError",
  });
});

test("SoaVector.fromBytes() accepts the bytes of a struct for a record of the same columns", () => {
  using heap = new Heap();
  const written = bodies(heap).toBytes();
  const record = Object.fromEntries(Body.fields.map(({ name, element }) => [name, element]));
  const copy = SoaVector.fromBytes(record, written, { allocator: heap });
  assert.deepEqual(copy.toArray(), Array.from({ length: 20 }, (_, id) => bodyOf(id)));
  written[60]! ^= 1;
  const blocks = heap.liveBlocks;
  assert.throws(() => SoaVector.fromBytes(Body, written, { allocator: heap }), { name: "FormatError" });
  assert.equal(heap.liveBlocks, blocks);
});
