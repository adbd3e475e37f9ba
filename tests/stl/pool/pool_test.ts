import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, ScopePool } from "../../../mod.ts";
import { f64, Pool, struct, u32 } from "../../../stl/mod.ts";
import { VIEW_TYPES } from "../../heaps/_support.ts";

const Point = struct({ x: f64, at: struct({ row: u32 }) }, { name: "Point" });

test("Pool.acquire() hands out what was released, of every class of views", () => {
  using heap = new Heap();
  for (const [type, elementBytes] of VIEW_TYPES) {
    const pool = new Pool(type, 8, { allocator: heap });
    const [first, second] = [pool.acquire(), pool.acquire()];
    assert.notEqual(first, second);
    assert.equal(first.constructor, type);
    assert.equal(first.byteLength, 8 * elementBytes);
    pool.release(first);
    assert.equal(pool.acquire(), first);
    assert.deepEqual([pool.live, pool.idle, pool.highWater, pool.acquired], [2, 0, 2, 3]);
    assert.equal(pool.hitRate, 1 / 3);
    assert.equal(pool.bytes, heap.liveBytes);
    assert.ok(pool instanceof Pool);
    pool.dispose();
    pool.dispose();
    assert.equal(heap.liveBlocks, 0);
  }
});

test("Pool of structs hands out separate places, many in a block", () => {
  using heap = new Heap();
  using pool = new Pool(Point, { allocator: heap });
  const points = Array.from({ length: 3000 }, () => pool.acquire());
  points.forEach((point, index) => point.assign({ x: index, at: { row: index } as never }));
  points.forEach((point, index) => assert.deepEqual(point.toObject(), { x: index, at: { row: index } }));
  assert.ok(heap.liveBlocks < 10, `${heap.liveBlocks} blocks`);
  points.forEach((point) => pool.release(point));
  assert.deepEqual([pool.live, pool.idle, pool.highWater], [0, 3000, 3000]);
});

test("Pool.trim() frees idle views and keeps live ones", () => {
  using heap = new Heap();
  const views = new Pool(Float64Array, 16, { allocator: heap });
  const taken = Array.from({ length: 10 }, () => views.acquire());
  taken.slice(3).forEach((view) => views.release(view));
  assert.equal(views.trim(2), 5 * 128);
  assert.deepEqual([views.idle, views.bytes, heap.liveBlocks], [2, 5 * 128, 5]);
  assert.throws(() => views.trim(-1), RangeError);
  const structs = new Pool(Point, { allocator: heap });
  const places = Array.from({ length: 5000 }, () => structs.acquire());
  const before = structs.bytes;
  const kept = places.pop()!;
  places.forEach((place) => structs.release(place));
  kept.x = 5;
  assert.ok(structs.trim() > 0 && structs.bytes < before && structs.bytes > 0);
  assert.equal(kept.x, 5);
  structs.release(kept);
  structs.trim();
  assert.equal(structs.bytes, 0);
  assert.equal(structs.acquire().x, 0);
});

test("Pool.release() throws RangeError when nothing is live", () => {
  using heap = new Heap();
  const pool = new Pool(Uint8Array, 4, { allocator: heap });
  const view = pool.acquire();
  pool.release(view);
  assert.throws(() => pool.release(view), { name: "RangeError", message: /none of it is live$/ });
});

for (const checked of [false, true]) {
  test(`Pool refuses a second release, parts of views and what is not its own (checked: ${checked})`, () => {
    using heap = new Heap();
    using pool = new Pool(Float64Array, 8, { allocator: heap, checked });
    using other = new Pool(Float64Array, 8, { allocator: heap, checked });
    const [view, kept, foreign] = [pool.acquire(), pool.acquire(), other.acquire()];
    pool.release(view);
    const copies = [kept.subarray(), kept.subarray(1), new Float64Array(kept.buffer), structuredClone(kept)];
    for (const wrong of [view, foreign, ...copies, new Float64Array(8), null, undefined, 5]) {
      assert.throws(() => pool.release(wrong as Float64Array<ArrayBuffer>), {
        name: "TypeError",
        message: /^Cannot release/,
      });
    }
    assert.deepEqual([pool.live, pool.idle, other.live], [1, 1, 1]);
    assert.equal(pool.acquire(), view);
    assert.notEqual(pool.acquire(), view);

    using points = new Pool(Point, { allocator: heap, checked });
    const [point, last] = [points.acquire(), points.acquire()];
    points.release(point);
    for (const wrong of [point, last.at]) assert.throws(() => points.release(wrong as never), TypeError);
    points.release(last);
    assert.deepEqual([points.live, points.idle], [0, 2]);
  });
}

test("Pool that is checked finds a write after release, and where the release was", () => {
  using heap = new Heap();
  using pool = new Pool(Uint8Array, 8, { allocator: heap, checked: true });
  const view = pool.acquire();
  pool.release(view);
  view[3] = 1;
  assert.throws(() => pool.acquire(), (error: Error) => {
    assert.match(error.message, /byte 3 of 8 was written to after the release$/);
    assert.match((error.cause as Error).stack!, /pool_test/);
    return true;
  });
  assert.deepEqual([pool.live, pool.idle], [0, 1]);
  assert.deepEqual([...pool.acquire()], [0, 0, 0, 0, 0, 0, 0, 0]);
});

test("Pool that is checked makes accessors throw from their release on", () => {
  using heap = new Heap();
  using pool = new Pool(Point, { allocator: heap, checked: true });
  const point = pool.acquire();
  const part = point.at;
  pool.release(point);
  const again = pool.acquire();
  for (const use of [() => point.x, () => point.x = 1, () => part.row, () => part.row = 1, () => point.toObject()]) {
    assert.throws(use, { name: "ClosedError", message: /of a Point after its release/ });
  }
  assert.deepEqual(again.toObject(), { x: 0, at: { row: 0 } });
});

test("Pool throws ClosedError when it is disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const pools = [
    new Pool(Uint8Array, 4, { allocator: heap }),
    new Pool(DataView, 4, { allocator: heap }),
    new Pool(Point, { allocator: heap }),
  ];
  for (const pool of pools as Pool<never>[]) pool.release(pool.acquire());
  pools[0]!.dispose();
  heap.destroy();
  for (const pool of pools) {
    assert.throws(() => pool.acquire(), { name: "ClosedError" });
    assert.throws(() => pool.trim(), { name: "ClosedError" });
    assert.equal(pool.closed, true);
    pool.dispose();
  }
});

test("Pool makes new views when a scope freed the idle ones", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  for (const views of [new Pool(Uint8Array, 8, { allocator: scope }), new Pool(Point, { allocator: scope })]) {
    const first = views.acquire() as never;
    (views as Pool<never>).release(first);
    scope.reset();
    assert.notEqual(views.acquire(), first);
  }
  scope[Symbol.dispose]();
});

test("Pool destroys the heap that it owns", () => {
  const heap = new Heap();
  const pool = new Pool(Float32Array, 4, { allocator: heap, owned: true });
  const view = pool.acquire();
  pool.dispose();
  assert.deepEqual([heap.closed, view.length], [true, 0]);
});
