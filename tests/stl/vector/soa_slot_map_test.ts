import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { f64, SlotMap, SoaSlotMap, struct, text, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Inner = struct({ a: u32, b: f64 }, { name: "Inner" });

test("rows of a SoaSlotMap keep their handles while others come, go and move (SEED)", () => {
  const random = new Random(SEED);
  using heap = new Heap();
  using map = new SoaSlotMap({ x: f64, id: u32, name: text(8), inner: Inner }, { allocator: heap });
  const model = new Map<number, number>();
  const given: number[] = [];
  const row = (id: number) => ({ x: id / 2, id, name: `n${id}`, inner: { a: id, b: -id } });
  for (let step = 0; step < 20_000; step++) {
    const handle = given[random.below(given.length)] ?? 7;
    const choice = random.below(step % 8000 < 4000 ? 10 : 7);
    if (choice >= 6) {
      const added = map.add(row(step));
      assert.ok(Number.isSafeInteger(added) && !model.has(added), `SEED=${SEED}`);
      model.set(added, step);
      given.push(added);
    } else if (choice < 4) assert.equal(map.delete(handle), model.delete(handle), `SEED=${SEED}`);
    else if (choice === 4) {
      if (model.has(handle)) {
        map.at(handle).id = step;
        map.set(handle, { ...row(step), id: map.at(handle).id });
        model.set(handle, step);
      } else assert.throws(() => map.set(handle, row(step)), RangeError);
    } else {
      const id = model.get(handle);
      assert.deepEqual(map.get(handle), id === undefined ? undefined : row(id), `SEED=${SEED}`);
      assert.equal(map.has(handle), id !== undefined);
      if (random.once(500)) map.shrinkToFit();
      if (random.once(3000)) {
        map.clear();
        model.clear();
      }
    }
    if (step % 500 > 0) continue;
    assert.equal(map.size, model.size);
    assert.deepEqual(new Map(map.toArray()), new Map([...model].map(([each, id]) => [each, row(id)])), `SEED=${SEED}`);
    const ids = map.column("id");
    assert.equal(ids.length, map.size);
    for (const [each, id] of model) {
      assert.equal(ids[map.indexOf(each)], id);
      assert.equal(map.handleAt(map.indexOf(each)), each);
    }
  }
  assert.equal(heap.liveBytes, map.bytes);
});

test("an accessor of a SoaSlotMap follows its row, and ends with it", () => {
  using heap = new Heap();
  const map = new SoaSlotMap({ x: f64, inner: Inner }, { allocator: heap });
  const handles = [0, 1, 2].map((n) => map.add({ x: n, inner: { a: n, b: n } }));
  const [first, last] = [map.at(handles[0]!), map.at(handles[2]!)];
  map.delete(handles[0]!);
  assert.deepEqual([map.indexOf(handles[2]!), last.x, last.toObject()], [0, 2, { x: 2, inner: { a: 2, b: 2 } }]);
  last.x = 7;
  last.inner.a = 9;
  last.assign({ inner: { a: 9, b: 8 } });
  assert.deepEqual(map.get(handles[2]!), { x: 7, inner: { a: 9, b: 8 } });
  map.add({ x: 100, inner: { a: 1, b: 1 } }); // has the slot of the first one
  const gone: readonly (() => unknown)[] = [
    () => first.x,
    () => (first.x = 1),
    () => first.inner,
    () => (first.inner = { a: 1, b: 1 } as never),
    () => first.toObject(),
    () => first.assign({ x: 1 }),
    () => JSON.stringify(first),
  ];
  for (const call of gone) {
    assert.throws(call, {
      name: "ClosedError",
      message: "Cannot access a row: it was deleted, or its memory was taken back",
    });
  }
  assert.throws(() => map.at(handles[0]!), {
    name: "RangeError",
    message: /it was deleted or never added, has\(\) tells$/,
  });
  for (const wrong of [-1, 0, 0.5, NaN, 2 ** 53, "1", null, undefined, 5n]) {
    assert.equal(map.has(wrong as never), false);
    assert.equal(map.indexOf(wrong as never), -1);
    assert.equal(map.get(wrong as never), undefined);
    assert.equal(map.delete(wrong as never), false);
    assert.throws(() => map.at(wrong as never), RangeError);
  }
  for (const index of [-1, 3, 0.5, NaN]) assert.throws(() => map.handleAt(index), RangeError);
  map.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("columns of a SoaSlotMap have no gaps, and its cursor makes no objects", () => {
  using heap = new Heap();
  const map = new SoaSlotMap({ x: f64, vx: f64 }, { allocator: heap, capacity: 10 });
  assert.ok(map.capacity >= 10);
  const handles = Array.from({ length: 10 }, (_, n) => map.add({ x: n, vx: 1 }));
  for (const place of [0, 3, 9]) map.delete(handles[place]!);
  assert.deepEqual(map.column("x").toSorted(), Float64Array.of(1, 2, 4, 5, 6, 7, 8));
  const seen = new Set<unknown>();
  for (const row of map.cursor()) {
    row.x += row.vx;
    seen.add(row);
  }
  assert.equal(seen.size, 1);
  assert.equal(map.get(handles[5]!)?.x, 6);
  assert.throws(() => map.column("y" as never), { name: "RangeError", message: /it has x, vx$/ });
});

test("a SoaSlotMap that finds no memory stays as it was", () => {
  using heap = new Heap({ limit: 20_000 });
  const map = new SoaSlotMap({ x: f64, id: u32 }, { allocator: heap });
  const handles: number[] = [];
  assert.throws(() => {
    for (;;) handles.push(map.add({ x: handles.length, id: handles.length }));
  }, AllocationError);
  assert.ok(handles.length > 300);
  assert.equal(map.size, handles.length);
  for (const [id, handle] of handles.entries()) assert.equal(map.at(handle).id, id);
  map.delete(handles[7]!);
  assert.ok(map.has(map.add({ x: 1, id: 2 })));
  map.delete(handles[8]!);
  assert.throws(() => map.add({ x: 1 } as never), { name: "TypeError", message: /its column id is missing$/ });
  assert.throws(() => map.add({ x: "1", id: 2 } as never), TypeError);
  assert.equal(map.size, handles.length - 1);
});

test("a getter of a row cannot change the SoaSlotMap that is storing it", () => {
  using heap = new Heap();
  const map = new SoaSlotMap({ x: f64, id: u32 }, { allocator: heap });
  const [one, two, three] = [1, 2, 3].map((id) => map.add({ x: id, id }));
  const deleting = (handle: number) => ({
    get x(): number {
      map.delete(handle);
      return 9;
    },
    id: 9,
  });
  // The last one moves to the place of the first.
  assert.throws(() => map.set(three!, deleting(one!)), {
    message: /^Cannot change a SoaSlotMap: it is storing a value/,
  });
  assert.deepEqual([map.get(two!), map.get(three!)], [{ x: 2, id: 2 }, { x: 3, id: 3 }]);
  assert.throws(() => map.add(deleting(two!)), { message: /^Cannot change a SoaSlotMap: it is storing a value/ });
  assert.deepEqual(map.toArray(), [[three, { x: 3, id: 3 }]]);
});

test("handles of a SoaSlotMap are valid after fromBytes(), and those of what was deleted are not", () => {
  using heap = new Heap();
  using map = new SoaSlotMap({ x: f64, name: text(4) }, { allocator: heap });
  const handles = Array.from({ length: 9 }, (_, n) => map.add({ x: n, name: `${n}` }));
  for (const place of [1, 4, 8]) map.delete(handles[place]!);
  const again = map.add({ x: 50, name: "50" });
  using copy = SoaSlotMap.fromBytes(map.columns, map.toBytes(), { allocator: heap });
  assert.deepEqual(copy.toArray(), map.toArray());
  assert.equal(copy.get(again)?.x, 50);
  for (const place of [1, 4, 8]) assert.equal(copy.has(handles[place]!), false);
  for (let n = 0; n < 20; n++) assert.ok(![...handles, again].includes(copy.add({ x: n, name: "" })));
});

test("a slot that was used often enough is not used again", () => {
  using heap = new Heap();
  using slots = new SlotMap(u32, { allocator: heap });
  using map = new SoaSlotMap({ id: u32 }, { allocator: heap });
  for (let turn = 0; turn < 2 ** 20 + 2; turn++) {
    const [one, other] = [slots.add(turn), map.add({ id: turn })];
    assert.ok(one === other, `${one} and ${other}`);
    slots.delete(one);
    map.delete(other);
  }
  assert.equal(map.add({ id: 1 }) % 2 ** 32, 1);
});

test("SoaSlotMap throws ClosedError when it was disposed or its memory is gone", () => {
  assertCloses({
    label: "SoaSlotMap",
    make: (options) => new SoaSlotMap({ x: f64, id: u32 }, options),
    fill: (map) => {
      for (let id = 0; id < 20; id++) map.add({ x: id, id });
    },
    calls: (map) => [
      () => map.add({ x: 1, id: 1 }),
      () => map.get(2 ** 32),
      () => map.has(2 ** 32),
      () => map.indexOf(2 ** 32),
      () => map.delete(2 ** 32),
      () => map.column("x"),
      () => map.cursor(),
      () => map.toArray(),
      () => [...map.keys()],
    ],
  });
});

test("messages about the rows of a SoaSlotMap name the SoaSlotMap", () => {
  using heap = new Heap({ limit: 20_000 });
  const messages: string[] = [];
  const keep = (call: () => unknown): void => {
    try {
      call();
      assert.fail("nothing was thrown");
    } catch (error) {
      messages.push((error as Error).message);
    }
  };
  keep(() => new SoaSlotMap({}, { allocator: heap }));
  keep(() => new SoaSlotMap({ toObject: f64 }, { allocator: heap }));
  const map = new SoaSlotMap({ x: f64, inner: Inner }, { allocator: heap });
  const handle = map.add({ x: 1, inner: { a: 1, b: 1 } });
  keep(() => map.column("y" as never));
  keep(() => map.reserve(-1));
  keep(() => map.reserve(2 ** 40));
  const { inner } = map.at(handle);
  keep(() =>
    map.add({
      get x(): number {
        map.reserve(1000);
        return 1;
      },
      inner: { a: 1, b: 1 },
    })
  );
  map.dispose();
  keep(() => inner.a);
  keep(() => map.column("x"));
  keep(() => map.cursor());
  assert.equal(messages.length, 9);
  for (const message of messages) assert.match(message, /a SoaSlotMap/);
  assert.equal(heap.liveBlocks, 0);
});
