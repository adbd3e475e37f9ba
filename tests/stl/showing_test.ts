import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Heap, ScopePool } from "../../mod.ts";
import {
  anyBytes,
  borrow,
  f64,
  HashMap,
  i64,
  Pool,
  reference,
  SoaVector,
  struct,
  Text,
  u32,
  Vector,
} from "../../stl/mod.ts";
import { Everything, everything, SORTS } from "./_sorts.ts";

/** What is shown, in one kind of quotes for both runtimes. */
function shown(value: unknown, options: object = {}): string {
  return inspect(value, options).replaceAll("'", '"');
}

/** What is shown in several lines as one. */
function lines(text: string): string {
  return text.replace(/\n\s*/g, " ");
}

for (const { label, make, shown: expected, json, unordered } of SORTS) {
  test(`${label} shows what it holds, and is that for JSON.stringify`, () => {
    using heap = new Heap();
    const container = make({ allocator: heap }, [1, 2]);
    // The order of hashed keys differs from map to map: sorted letters are the same.
    const compared = unordered ? (text: string): string => [...text].sort().join("") : (text: string): string => text;
    assert.equal(compared(lines(shown(container))), compared(expected));
    assert.equal(compared(JSON.stringify(container)), compared(json));
    assert.equal(compared(JSON.stringify({ in: [container] })), compared(`{"in":[${json}]}`));
  });

  test(`${label} shows nothing of memory that is gone`, () => {
    const heap = new Heap();
    const container = make({ allocator: heap }, [1, 2]);
    heap.destroy();
    assert.match(shown(container), /^[\w ]+ \(closed\)$/);
    if (!label.startsWith("Pool")) assert.throws(() => JSON.stringify(container), { name: "ClosedError" });

    using pool = new ScopePool();
    const scope = pool.open();
    const inScope = make({ allocator: scope }, [1, 2]);
    scope.reset();
    if (!label.startsWith("Pool")) assert.match(shown(inScope), /^[\w ]+ \(closed\)$/);
  });
}

test("What is long is cut, as the runtimes cut arrays and strings", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  const vector = new Vector(u32, options);
  vector.pushMany(Array.from({ length: 250 }, (_, index) => index));
  assert.match(shown(vector), /^Vector\(250\) \[\n {2}0, 1, [^]+, 99, \.\.\. 150 more items\n\]$/);
  vector.length = 101;
  assert.match(shown(vector), / 99, \.\.\. 1 more item\n\]$/);
  assert.equal(shown(vector, { maxArrayLength: 2 }), "Vector(101) [ 0, 1, ... 99 more items ]");
  const text = new Text(options).append("x".repeat(10_005));
  assert.equal(shown(text), `Text(10005) "${"x".repeat(10_000)}"... 5 more bytes`);
  assert.equal(shown(new Vector(u32, options)), "Vector(0) []");
  assert.match(shown({ vector }, { depth: 0 }), /^\{ vector: \[Vector\(101\)\] \}$/);
});

test("An accessor shows its fields and those of its parts, and is a plain object for JSON.stringify", () => {
  using heap = new Heap();
  const accessor = Everything.create(heap, everything(3));
  assert.equal(
    lines(shown(accessor, { depth: 4 })),
    "Everything { id: 3, at: Point { x: 1.5 }, list: array(u8, 2) [ 3, 0 ], " +
      'flags: bits { on: true, level: 3 }, shape: union { tag: "circle", value: Circle { radius: 3 } } }',
  );
  assert.deepEqual(JSON.parse(JSON.stringify(accessor)), everything(3));
  assert.equal(JSON.stringify(accessor), JSON.stringify(accessor.toObject()));
  assert.equal(JSON.stringify([accessor.list, accessor.flags]), '[[3,0],{"on":true,"level":3}]');
  assert.equal(JSON.stringify(accessor.shape), '{"tag":"circle","value":{"radius":3}}');
  assert.equal(shown(accessor, { depth: 0 }).includes("at: [Point]"), true);

  const [{ list, shape }, row] = [accessor, new SoaVector({ id: u32 }, { allocator: heap })];
  row.push({ id: 1 });
  const first = row.get(0);
  assert.deepEqual([shown(first), JSON.stringify(first)], ["Row { id: 1 }", '{"id":1}']);
  heap.destroy();
  for (const gone of [accessor, list, shape, first]) {
    assert.match(shown(gone), /^[^ ]+(, 2\))? \(closed\)$/);
    assert.throws(() => JSON.stringify(gone), { name: "ClosedError" });
  }
});

test("A response of an accessor is its fields", async () => {
  using heap = new Heap();
  const accessor = Everything.create(heap, everything(2));
  assert.deepEqual(await Response.json({ accessor }).json(), { accessor: everything(2) });
});

test("Big integers cannot be JSON, as those of plain objects cannot", () => {
  using heap = new Heap();
  const vector = new Vector(i64, { allocator: heap });
  vector.push(5n);
  assert.equal(shown(vector), "Vector(1) [ 5n ]");
  assert.throws(() => JSON.stringify(vector), TypeError);
  assert.equal(JSON.stringify(vector, (_, value) => typeof value === "bigint" ? `${value}` : value), '["5"]');
});

test("What refers to itself is shown once, and is no JSON", () => {
  using heap = new Heap();
  const Node = struct({ value: f64, next: reference("self") }, { name: "Node" });
  const nodes = new Vector(Node, { allocator: heap });
  nodes.push({ value: 1, next: null });
  nodes.push({ value: 2, next: nodes.get(0) });
  assert.equal(JSON.stringify(nodes), '[{"value":1,"next":null},{"value":2,"next":{"value":1,"next":null}}]');
  nodes.get(0).next = nodes.get(1);
  const first = nodes.get(0);
  assert.equal(shown(first, { depth: null }), "Node { value: 1, next: Node { value: 2, next: [Circular] } }");
  const circular = { name: "TypeError", message: "Cannot make JSON of a Node: it refers to itself" };
  for (const value of [first, nodes]) assert.throws(() => JSON.stringify(value), circular);

  const other = new Heap();
  const target = Node.create(other, { value: 3, next: null });
  first.next = target;
  other.destroy();
  assert.match(shown(first), /^Node \{[^]+next: <ClosedError: Cannot follow a reference: [^>]+>/);
});

test("A borrowed view and a cursor show themselves", () => {
  using heap = new Heap();
  const kept = borrow(heap.allocateZeroed(Float64Array, 3), (lent) => {
    assert.deepEqual([shown(lent), JSON.stringify(lent)], ["Borrowed(3) [ 0, 0, 0 ]", "[0,0,0]"]);
    return lent;
  });
  assert.equal(shown(kept), "Borrowed (closed)");
  const vector = new Vector(Everything, { allocator: heap });
  vector.push(everything(1));
  const cursor = vector.cursor();
  cursor.next();
  assert.deepEqual([shown(cursor), JSON.stringify(cursor)], ["Cursor { next: 1, length: 1 }", '{"next":1,"length":1}']);
});

test("A subclass shows itself too, and no field can be called toJSON", () => {
  class Names<K> extends HashMap<K, number> {}
  using heap = new Heap();
  const names = new Names(anyBytes, u32, { allocator: heap });
  names.set(Uint8Array.of(7), 1);
  assert.match(shown(names), /^HashMap\(1\) \{ Uint8Array\(1\) \[ 7 \] => 1 \}$/);
  assert.throws(() => struct({ toJSON: u32 }), /every accessor has that itself/);
  assert.throws(() => new SoaVector({ toJSON: u32 }, { allocator: heap }), /every row has that itself/);
});

test("What was released to a checked pool of structs shows nothing of what comes after it", () => {
  using heap = new Heap();
  const pool = new Pool(Everything, { allocator: heap, checked: true });
  const item = pool.acquire();
  pool.release(item);
  pool.acquire().id = 5;
  assert.equal(shown(item), "Everything (closed)");
});

test("A row has no fields itself: toObject() and toArray() are what spreads, clones and lists of keys are made of", async () => {
  using heap = new Heap();
  const Point = struct({ x: f64, y: f64 }, { name: "Point" });
  const points = new Vector(Point, { allocator: heap });
  points.push({ x: 1, y: 2 });
  const rows = new SoaVector({ x: f64, y: f64 }, { allocator: heap });
  rows.push({ x: 1, y: 2 });
  const map = new HashMap(u32, Point, { allocator: heap }).set(7, { x: 1, y: 2 });
  for (const row of [points.get(0), rows.get(0)]) {
    assert.deepEqual(Object.keys(row), []);
    const copy = row.toObject();
    assert.deepEqual([Object.keys(copy), { ...copy }, structuredClone(copy)], [["x", "y"], { x: 1, y: 2 }, {
      x: 1,
      y: 2,
    }]);
    // Inherited, but there.
    const names: string[] = [];
    for (const name in row) names.push(name);
    assert.deepEqual([names, "x" in row], [["x", "y"], true]);
    // A spread row is refused, not stored as something else.
    assert.throws(() => points.push({ ...row }), { name: "TypeError", message: /its field x is missing$/ });
    assert.throws(() => rows.push({ ...row }), { name: "TypeError", message: /its column x is missing$/ });
  }
  assert.match(shown({ ...points.get(0) }), /memory of a Vector: toObject\(\) of an accessor copies the fields/);
  assert.deepEqual(structuredClone(points.toArray()), [{ x: 1, y: 2 }]);
  assert.deepEqual(structuredClone(map.toArray()), [[7, { x: 1, y: 2 }]]);
  assert.deepEqual(new Map(map), new Map([[7, { x: 1, y: 2 }]]));
  assert.equal(await Response.json(points).text(), '[{"x":1,"y":2}]');
  assert.equal(await Response.json(map).text(), '[[7,{"x":1,"y":2}]]');
  assert.equal(await Response.json({ row: rows.get(0) }).text(), '{"row":{"x":1,"y":2}}');
});
