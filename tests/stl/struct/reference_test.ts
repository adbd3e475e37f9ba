import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  array,
  asNumber,
  f64,
  i64,
  Pool,
  reference,
  SoaVector,
  struct,
  text,
  u32,
  u8,
  union,
  Vector,
} from "../../../stl/mod.ts";

const Node = struct({ value: f64, next: reference("self") }, { name: "Node" });
const Owner = struct({ id: u32, node: reference(() => Node) }, { name: "Owner" });

test('reference("self") links structs of a vector, also after the vector has grown', () => {
  using heap = new Heap();
  const nodes = new Vector(Node, { allocator: heap });
  nodes.push({ value: 0, next: null });
  for (let i = 1; i < 1000; i++) nodes.push({ value: i, next: nodes.get(i - 1) });
  let [length, sum] = [0, 0];
  for (let node: ReturnType<typeof nodes.get> | null = nodes.get(999); node !== null; node = node.next) {
    length++;
    sum += node.value;
  }
  assert.deepEqual([length, sum], [1000, 999 * 500]);
  const first = nodes.get(0);
  first.next = first;
  assert.equal(first.next?.next?.value, 0);
  first.next = null;
  assert.equal(first.toObject().next, null);
});

test('reference("self") stands for the struct that it is declared in, inside of arrays and unions too', () => {
  using heap = new Heap();
  const Tree = struct({
    value: f64,
    children: array(reference("self"), 3),
    grid: array(array(reference("self"), 2), 2),
    link: union({
      none: u8,
      one: reference("self"),
      two: array(reference("self"), 2),
      deep: union({ it: reference("self") }),
    }),
    // A struct inside has fields, and so a "self", of its own.
    inner: struct({ id: u32, self: reference("self") }),
  }, { name: "Tree" });
  const nothing = {
    children: [null, null, null],
    grid: [[null, null], [null, null]],
    link: { tag: "none", value: 0 },
    inner: { id: 7, self: null },
  } as const;
  const trees = new Vector(Tree, { allocator: heap });
  trees.push({ value: 1, ...nothing });
  const first = trees.get(0);
  trees.push({ ...nothing, value: 2, children: [first, null, null], link: { tag: "one", value: first } });
  const second = trees.get(1);
  assert.equal(second.children.get(0)?.value, 1);
  assert.equal(second.children.get(1), null);
  assert.equal(second.link.tag === "one" && second.link.value?.value, 1);
  second.children.set(2, second);
  assert.equal(second.children.at(-1)?.children.get(0)?.value, 1);
  second.grid.get(1).set(0, first);
  assert.deepEqual(second.grid.toArray().map((row) => row.map((node) => node?.value)), [[undefined, undefined], [
    1,
    undefined,
  ]]);
  second.link.assign({ tag: "two", value: [null, second] });
  assert.equal(second.link.tag === "two" && second.link.value.get(1)?.value, 2);
  second.link.assign({ tag: "deep", value: { tag: "it", value: first } });
  assert.equal(second.link.tag === "deep" && second.link.value.tag === "it" && second.link.value.value?.value, 1);
  second.inner.self = first.inner;
  assert.equal(second.inner.self?.id, 7);
  for (const wrong of [first.inner, 5, undefined, {}, trees]) {
    assert.throws(() => second.children.set(0, wrong as never), {
      name: "TypeError",
      message: /: expected null or an accessor of a Tree$/,
    });
  }
  assert.equal(Tree.field("children").byteLength, 24);
});

test('reference("self") outside of a struct is refused when it is used', () => {
  const view = new DataView(new ArrayBuffer(64));
  const lone = [reference("self"), array(reference("self"), 2), union({ a: reference("self") })];
  view.setUint32(0, 1, true);
  assert.throws(() => lone[0]!.read(view, 0), { name: "TypeError", message: /outside of the fields of a struct$/ });
  assert.throws(() => lone[1]!.write(view, 0, [null, null] as never), { name: "TypeError" });
  assert.throws(() => lone[2]!.write(view, 0, { tag: "a", value: null } as never), { name: "TypeError" });
});

test("reference() links structs across vectors, pools and heaps, and refuses other structs", () => {
  using heap = new Heap();
  using other = new Heap();
  const pool = new Pool(Node, { allocator: other });
  const owners = new Vector(Owner, { allocator: heap });
  const node = pool.acquire();
  node.value = 3;
  owners.push({ id: 1, node });
  assert.equal(owners.get(0).node?.value, 3);
  for (const wrong of [owners.get(0), { value: 1, next: null }, 7, "node", undefined]) {
    assert.throws(() => owners.get(0).node = wrong as never, { name: "TypeError", message: /an accessor of a Node$/ });
  }
  assert.equal(owners.get(0).node?.value, 3);
  const columns = new SoaVector({ value: f64 }, { allocator: heap });
  columns.push({ value: 1 });
  assert.throws(() => owners.push({ id: 2, node: columns.get(0) as never }), TypeError);
  assert.equal(owners.length, 1);
});

test("reference() throws ClosedError once the memory of its target is freed", () => {
  const [heap, gone] = [new Heap(), new Heap()];
  const owners = new Vector(Owner, { allocator: heap });
  const single = Node.create(gone, { value: 1, next: null });
  const pool = new Pool(Node, { allocator: gone, checked: true });
  const released = pool.acquire();
  const vector = new Vector(Node, { allocator: gone });
  vector.push({ value: 1, next: null });
  const element = vector.get(0);
  for (const node of [single, released, element]) owners.push({ id: 0, node });
  Node.free(gone, single);
  vector.dispose();
  pool.release(released);
  for (const index of [0, 2]) {
    assert.throws(() => owners.get(index).node, { name: "ClosedError", message: /^Cannot follow a reference/ });
  }
  for (const node of [single, released, element]) {
    assert.throws(() => owners.push({ id: 1, node }), { name: "ClosedError", message: /^Cannot refer to a struct/ });
  }
  assert.equal(owners.length, 3);
  gone.destroy();
  assert.throws(() => owners.get(1).node, { name: "ClosedError" });
  heap.destroy();
});

test("reference() throws RangeError for a place behind the end of memory, ClosedError for one that never was", () => {
  using heap = new Heap();
  const nodes = new Vector(Node, { allocator: heap });
  for (let i = 0; i < 100; i++) nodes.push({ value: i, next: null });
  const owner = Owner.create(heap, { id: 1, node: nodes.get(99) });
  nodes.length = 10;
  nodes.shrinkToFit();
  assert.throws(() => owner.node, {
    name: "RangeError",
    message: "Cannot follow a reference to byte 1584 of a Vector: it has 160 bytes",
  });
  const bytes = new Uint8Array(Owner.byteLength).fill(0xff);
  assert.throws(() => Owner.at(bytes).node, { name: "ClosedError" });
});

test("every kind of element keeps its value next to a reference", () => {
  using heap = new Heap();
  const Mixed = struct({ a: u8, big: asNumber(i64), next: reference("self"), name: text(3) });
  const one = Mixed.create(heap, { a: 1, big: -(2 ** 50), next: null, name: "abc" });
  one.next = one;
  assert.deepEqual([one.next?.a, one.next?.big, one.next?.name], [1, -(2 ** 50), "abc"]);
});
