import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f64, SoaVector, struct, u32, Vector } from "../../../stl/mod.ts";

const Point = struct({ x: f64, id: u32 }, { name: "Point" });
const LENGTH = 10;

test("cursor() walks from start to before end, or to the last", () => {
  using heap = new Heap();
  const points = new Vector(Point, { allocator: heap });
  const rows = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
  const ids = Array.from({ length: LENGTH }, (_, id) => id);
  for (const vector of [points, rows]) {
    for (const id of ids) vector.push({ x: id / 2, id });
    assert.deepEqual(Array.from(vector.cursor(), ({ id, x }) => id === 2 * x ? id : -1), ids);
    for (const start of [undefined, 0, 1, 5.5, 9, 10, 11, -0, -3, -11, 2 ** 32, Infinity, -Infinity, NaN]) {
      for (const end of [undefined, 0, 1, 5, 10, 11, 2.5, -1, -11, 2 ** 32, Infinity, -Infinity, NaN]) {
        const walked = Array.from(vector.cursor(start, end), ({ id }) => id);
        assert.deepEqual(walked, ids.slice(start, end), `${start} to ${end}`);
      }
    }
  }
});

test("cursor() follows the vector while it grows, shrinks and moves", () => {
  using heap = new Heap();
  const points = new Vector(Point, { allocator: heap });
  points.push({ x: 0, id: 0 });
  let seen = 0;
  for (const point of points.cursor()) {
    assert.equal(point.id, seen++);
    if (seen < 1000) points.push({ x: 0, id: seen });
    point.x = seen;
  }
  assert.equal(seen, 1000);
  assert.deepEqual(points.toArray().map(({ x }) => x), Array.from({ length: 1000 }, (_, index) => index + 1));
  const cursor = points.cursor(0, 500);
  assert.equal(cursor.move(999).id, 999);
  points.length = 3;
  assert.equal([...cursor].length, 3);
  for (const index of [3, -1, 0.5, NaN]) assert.throws(() => cursor.move(index), { name: "RangeError" });
});
