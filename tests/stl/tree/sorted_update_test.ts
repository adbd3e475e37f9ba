import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { anyBytes, anyText, array, f64, HashMap, SortedMap, struct, u32 } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));
const Group = struct({ sum: f64, count: u32, last: array(u32, 2) });
const EMPTY = { sum: 0, count: 0, last: [0, 0] };

test("update() of a SortedMap does what that of a HashMap does (SEED)", () => {
  const random = new Random(SEED);
  using heap = new Heap();
  const maps = [
    new SortedMap(anyText, Group, { allocator: heap }),
    new HashMap(anyText, Group, { allocator: heap }),
  ] as const;
  for (let step = 0; step < 3000; step++) {
    const key = `k${random.below(300)}`;
    const initial = random.once(3) ? undefined : EMPTY;
    const [one, other] = [
      maps[0].update(key, (group) => {
        group.sum += step;
        group.count++;
        group.last[1] = step;
      }, initial),
      maps[1].update(key, (group) => {
        group.sum += step;
        group.count++;
        group.last.set(1, step);
      }, initial),
    ];
    assert.equal(one, other, `SEED=${SEED}`);
  }
  assert.deepEqual(new Map(maps[0]), new Map(maps[1]), `SEED=${SEED}`);
  assert.deepEqual(EMPTY, { sum: 0, count: 0, last: [0, 0] }, "what is there first is copied");
});

test("update() of a SortedMap stores what a function returns of numbers, texts and bytes", () => {
  using heap = new Heap();
  const counts = new SortedMap(anyText, u32, { allocator: heap });
  for (const word of ["to", "be", "to"]) counts.update(word, (count) => count + 1, 0);
  assert.deepEqual(counts.toArray(), [["be", 1], ["to", 2]]);
  assert.equal(counts.update("or", (count) => count + 1), false);
  const names = new SortedMap(u32, anyText, { allocator: heap }).set(1, "a");
  names.update(1, (name) => `${name}b`);
  assert.equal(names.get(1), "ab");
  const parts = new SortedMap(u32, anyBytes, { allocator: heap }).set(1, Uint8Array.of(1));
  parts.update(1, (bytes) => Uint8Array.of(...bytes, 2));
  assert.deepEqual(parts.get(1), Uint8Array.of(1, 2));
  assert.throws(() => counts.update("to", (() => undefined) as never), {
    name: "TypeError",
    message: "Cannot update a SortedMap: the function has returned undefined, not the new value",
  });
  assert.throws(() => counts.update("to", 5 as never), { name: "TypeError", message: /expected a function, got 5$/ });
  assert.throws(() => counts.update("new", 5 as never, 1), TypeError);
  assert.equal(counts.has("new"), false);
  assert.throws(() => counts.update("to", () => "1" as never), TypeError);
  assert.deepEqual(counts.toArray(), [["be", 1], ["to", 2]]);
});

test("a function that throws changes nothing, and one that deletes the entry deletes it", () => {
  using heap = new Heap();
  const map = new SortedMap(u32, Group, { allocator: heap }).set(1, EMPTY);
  assert.throws(() =>
    map.update(1, (group) => {
      group.sum = 5;
      throw new Error("mine");
    }), { message: "mine" });
  assert.deepEqual(map.get(1), EMPTY);
  map.update(1, (group) => {
    group.sum = 5;
    map.delete(1);
  });
  assert.equal(map.size, 0);
  assert.throws(() => map.update(1, () => map.dispose(), EMPTY), { name: "ClosedError" });
  assert.throws(() => map.update(1, () => {}, EMPTY), { name: "ClosedError" });
  assert.equal(heap.liveBlocks, 0);
});
