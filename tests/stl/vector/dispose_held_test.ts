import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { f64, SoaVector, u32, Vector } from "../../../stl/mod.ts";

test("dispose() of a Vector whose memory is held changes nothing", async () => {
  using heap = new Heap();
  const numbers = new Vector(u32, { allocator: heap });
  numbers.push(5);
  const held = heap.hold(numbers.subarray(), Promise.resolve());
  assert.throws(() => numbers.dispose(), /promises hold it/);
  assert.deepEqual([numbers.get(0), numbers.push(6)], [5, 2]);
  await held;
  numbers.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("dispose() of a SoaVector with a held column is finished by the next call", async () => {
  for (const column of ["x", "id"] as const) {
    using heap = new Heap();
    const rows = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
    rows.push({ x: 1, id: 2 });
    const held = heap.hold(rows.column(column), Promise.resolve());
    assert.throws(() => rows.dispose(), /promises hold it/);
    await held;
    rows.dispose();
    assert.equal(heap.liveBlocks, 0);
    assert.ok(rows.closed);
    rows.dispose();
  }
});
