import assert from "node:assert/strict";
import { test } from "node:test";
import { select } from "../../examples/core/select.ts";
import { below, seeded } from "./_seed.ts";

function check(values: Float64Array, index: number, message: string): void {
  const sorted = values.toSorted();
  const kept = values.slice();
  assert.equal(select(kept, 0, kept.length - 1, index), sorted[index], message);
  assert.equal(kept[index], sorted[index], message);
  for (let place = 0; place < kept.length; place++) {
    const right = place < index ? kept[place]! <= kept[index]! : kept[place]! >= kept[index]!;
    assert.ok(right, `place ${place}: ${message}`);
  }
  assert.deepEqual(kept.sort(), sorted, message);
}

test("select() puts the number of any rank in its place", () => {
  const { random, message } = seeded();
  for (let count = 0; count < 2_000; count++) {
    const length = 1 + below(random, 200);
    const distinct = 1 + below(random, 200);
    const values = Float64Array.from(
      { length },
      () => below(random, distinct) - distinct / 2,
    );
    check(values, below(random, length), message);
  }
});

test("select() touches nothing outside its part", () => {
  const values = Float64Array.of(9, 8, 3, 1, 2, 0, -1);
  assert.equal(select(values, 2, 4, 3), 2);
  assert.deepEqual([...values], [9, 8, 1, 2, 3, 0, -1]);
});

test("select() orders numbers that are chosen to slow it down", () => {
  const half = 5_000;
  const killer = new Float64Array(2 * half);
  for (let index = 0; index < half; index++) {
    killer[index] = index % 2 === 0 ? index + 1 : half + index + (half % 2);
    killer[half + index] = 2 * (index + 1);
  }
  for (const index of [0, half, 2 * half - 1]) check(killer, index, "killer");
  const pipe = Float64Array.from(
    { length: 10_000 },
    (_, index) => Math.min(index, 10_000 - index),
  );
  check(pipe, 9_500, "organ pipe");
});
