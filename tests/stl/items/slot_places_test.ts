import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { array, f64, reference, SlotMap, struct, u32 } from "../../../stl/mod.ts";

const Point = struct({ x: f64, y: f64 });
const Entity = struct({ at: Point, hits: array(u32, 2), id: u32 }, { name: "Entity" });

function entity(id: number): { at: { x: number; y: number }; hits: number[]; id: number } {
  return { at: { x: id, y: -id }, hits: [id, id + 1], id };
}

test("at() looks into the value itself, while others come and go", () => {
  using heap = new Heap();
  const slots = new SlotMap(Entity, { allocator: heap });
  const first = slots.add(entity(1));
  const place = slots.at(first);
  const handles = Array.from({ length: 5000 }, (_, i) => slots.add(entity(i)));
  place.at.x += 0.5;
  place.hits.set(1, 9);
  slots.at(first).id = 77;
  assert.deepEqual(slots.get(first), { at: { x: 1.5, y: -1 }, hits: [1, 9], id: 77 });
  for (const handle of handles) slots.delete(handle);
  slots.shrinkToFit();
  place.at.y = 3;
  assert.equal(slots.get(first)?.at.y, 3);
});

test("an accessor of a deleted value throws, and all that it has made", () => {
  using heap = new Heap();
  const slots = new SlotMap(Entity, { allocator: heap });
  const handle = slots.add(entity(1));
  const place = slots.at(handle);
  const { at, hits } = place;
  slots.delete(handle);
  const other = slots.add(entity(2));
  assert.equal(other >>> 0, handle >>> 0, "the same place");
  for (
    const use of [
      () => place.id,
      () => place.id = 5,
      () => at.x,
      () => at.x = 5,
      () => hits.get(0),
      () => place.toObject(),
    ]
  ) {
    assert.throws(use, { name: "ClosedError", message: /of a SlotMap: the value was deleted/ }, `${use}`);
  }
  assert.deepEqual(slots.get(other), entity(2));
  assert.throws(() => slots.at(handle), { name: "RangeError", message: /Cannot see the value of .* it was deleted/ });
  assert.throws(() => slots.at("1" as never), RangeError);
  const kept = slots.at(other);
  slots.clear();
  assert.throws(() => kept.id, { name: "ClosedError", message: /the value was deleted/ });
  const last = slots.at(slots.add(entity(3)));
  slots.dispose();
  assert.throws(() => last.id, { name: "ClosedError", message: /it was disposed/ });
  assert.throws(() => slots.at(other), { name: "ClosedError" });
});

test("an accessor of a value throws once a scope has ended", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const slots = new SlotMap(Point, { allocator: scope });
  const place = slots.at(slots.add({ x: 1, y: 2 }));
  scope.reset();
  assert.throws(() => place.x = 1, { name: "ClosedError" });
});

test("references do not lead to values of a SlotMap, whose handles do", () => {
  using heap = new Heap();
  const Node = struct({ value: u32, next: reference("self") });
  const slots = new SlotMap(Node, { allocator: heap });
  const handle = slots.add({ value: 1, next: null });
  assert.throws(() => slots.at(handle).next = slots.at(handle), { name: "TypeError", message: /keep its handle/ });
  assert.equal(slots.get(handle)?.next, null);
});

test("accessors of different values are different for deepEqual", () => {
  using heap = new Heap();
  const slots = new SlotMap(Point, { allocator: heap });
  const [a, b] = [slots.add({ x: 1, y: 2 }), slots.add({ x: 3, y: 4 })];
  assert.deepEqual(slots.at(a), slots.at(a));
  assert.notDeepEqual(slots.at(a), slots.at(b));
  const twin = new SlotMap(Point, { allocator: heap });
  assert.notDeepEqual(slots.at(a), twin.at(twin.add({ x: 9, y: 9 })));
});

test("a cursor walks over the values of a SlotMap with one object", () => {
  using heap = new Heap();
  const slots = new SlotMap(Point, { allocator: heap });
  const handles = Array.from({ length: 2000 }, (_, i) => slots.add({ x: i, y: 0 }));
  for (let i = 0; i < 2000; i += 3) slots.delete(handles[i]!);
  const cursor = slots.cursor();
  assert.throws(() => cursor.handle, { name: "RangeError", message: /it is at no value/ });
  const seen: number[] = [];
  const objects = new Set<object>();
  for (const point of cursor) {
    point.y = point.x + 1;
    objects.add(point);
    assert.deepEqual(slots.get(cursor.handle), { x: point.x, y: point.x + 1 });
    seen.push(cursor.handle);
    if (point.x % 2 === 0) {
      slots.delete(cursor.handle);
      assert.throws(() => point.x, { name: "ClosedError", message: /the value was deleted/ });
    }
  }
  assert.deepEqual(seen, handles.filter((_, i) => i % 3 !== 0));
  assert.equal(objects.size, 1);

  const left = [...slots.keys()];
  assert.equal(cursor.move(left[5]!).x, slots.get(left[5]!)!.x);
  assert.deepEqual(cursor.next().done, false);
  assert.equal(cursor.handle, left[6]);
  assert.throws(() => cursor.move(handles[0]!), { name: "RangeError" });
  slots.dispose();
  assert.throws(() => slots.cursor(), { name: "ClosedError" });
  assert.throws(() => cursor.next(), { name: "ClosedError" });
  const numbers = new SlotMap(f64, { allocator: heap });
  assert.throws(() => numbers.cursor(), { name: "TypeError", message: /its values are f64/ });
  assert.equal(numbers.at(numbers.add(0.5)), 0.5);
});
