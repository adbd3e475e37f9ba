// Run where code may not be made from text: structs and what holds them still do what they do elsewhere.
import assert from "node:assert/strict";
import process from "node:process";
import { Heap } from "../../../mod.ts";
import {
  array,
  bits,
  bool,
  Deque,
  f64,
  Pool,
  PriorityQueue,
  readonly,
  reference,
  SlotMap,
  SoaVector,
  SortedMap,
  struct,
  text,
  u32,
  union,
  Vector,
} from "../../../stl/mod.ts";

assert.throws(() => new Function("return 1"), EvalError);
const heap = new Heap();
const Row = struct({
  id: readonly(u32),
  name: text(8),
  flags: bits({ on: bool, level: 5 }),
  samples: array(f64, 2),
  shape: union({ side: f64, none: u32 }),
  next: reference("self"),
}, { name: "Row" });
const Point = struct({ x: f64, id: u32 });

function rowOf(id: number): Parameters<typeof Row.write>[2] {
  return {
    id,
    name: `n${id}`,
    flags: { on: id % 2 === 0, level: id % 32 },
    samples: [id, id / 2],
    shape: { tag: "side", value: id },
    next: null,
  };
}

const rows = new Vector(Row, { allocator: heap });
const numbers = new Vector(f64, { allocator: heap });
const columns = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
const mixed = new SoaVector(Row, { allocator: heap });
const deque = new Deque(Point, { allocator: heap });
const queue = new PriorityQueue(Point, { allocator: heap, priority: ({ x }) => x });
const slots = new SlotMap(Point, { allocator: heap });
const sorted = new SortedMap(f64, u32, { allocator: heap });
const pool = new Pool(Point, { allocator: heap, checked: true });
const handles: number[] = [];
for (let id = 0; id < 1000; id++) {
  rows.push(rowOf(id));
  rows.get(id).next = rows.get(id >> 1);
  numbers.push(-id);
  columns.push({ x: -id, id });
  mixed.push(rowOf(id));
  deque.unshift({ x: id, id });
  queue.push({ x: -id, id });
  handles.push(slots.add({ x: id, id }));
  sorted.set(-id, id);
}
for (let id = 0; id < 1000; id++) {
  const row = rows.get(id);
  assert.deepEqual({ ...row.toObject(), next: row.next?.id }, { ...rowOf(id), next: id >> 1 });
  assert.deepEqual(mixed.get(id).toObject(), rowOf(id));
  assert.equal(deque.get(999 - id).x, id);
  assert.equal(slots.get(handles[id]!)?.id, id);
}
assert.throws(() => rows.get(0).assign({ id: 5 } as never), TypeError);
assert.throws(() => rows.push({ ...rowOf(1), name: "much too long" }), RangeError);
assert.equal(rows.column("name").get(7), "n7");
assert.deepEqual(Array.from(rows.cursor(998), ({ flags }) => flags.level), [6, 7]);
assert.deepEqual([rows.sortBy("id", { descending: true }).get(0).id, numbers.sort().get(0)], [999, -999]);
assert.deepEqual([columns.sortBy("x").get(0).id, columns.column("id")[0]], [999, 999]);
assert.deepEqual([queue.pop()?.id, sorted.firstKey()], [999, -999]);
const point = pool.acquire();
point.assign({ x: 1, id: 2 });
pool.release(point);
assert.throws(() => point.x, { name: "ClosedError" });
assert.deepEqual(pool.acquire().toObject(), { x: 0, id: 0 });
for (const container of [rows, numbers, columns, mixed, deque, queue, slots, sorted, pool]) container.dispose();
heap.close();
process.stdout.write("The containers work\n");
