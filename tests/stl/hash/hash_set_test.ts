import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import { anyText, f64, HashSet, u32 } from "../../../stl/mod.ts";
import { nameOf, type Sample, sampleOf, SAMPLES, seeded, STEPS } from "../_kinds.ts";

const { random, message } = seeded();

function step(set: HashSet<unknown>, model: Map<string, unknown>, key: unknown, choice: number): void {
  const name = nameOf(key);
  if (choice < 0.4) {
    assert.equal(set.add(key), set);
    model.set(name, key);
  } else if (choice < 0.75) assert.equal(set.delete(key), model.delete(name));
  else if (choice < 0.999) assert.equal(set.has(key), model.has(name));
  else if (choice < 0.9993) set.shrinkToFit();
  else if (choice < 0.9995) {
    set.clear();
    model.clear();
  } else assert.deepEqual(new Set(set.toArray().map(nameOf)), new Set(model.keys()));
  assert.equal(set.size, model.size);
}

function play({ kind, make }: Sample, incremental: boolean, steps: number): void {
  const heap = new Heap();
  const set = new HashSet<unknown>(kind, { allocator: heap, incremental });
  const model = new Map<string, unknown>();
  try {
    for (let i = 0; i < steps; i++) step(set, model, make(random), random());
    assert.equal(heap.liveBytes, set.bytes);
    set.dispose();
    assert.equal(heap.liveBlocks, 0);
  } catch (cause) {
    throw new Error(`HashSet of ${kind.name}: ${message}`, { cause });
  }
  heap.close();
}

for (const incremental of [false, true]) {
  const mode = incremental ? ", growing a little at a time" : "";
  test(`HashSet behaves like Set through 200,000 random steps${mode}`, () => {
    play(sampleOf("u32"), incremental, 200_000);
  });

  test(`HashSet behaves like Set for every kind${mode}`, () => {
    for (const sample of SAMPLES) play(sample, incremental, STEPS);
  });
}

test("HashSet iterates like Set", () => {
  using heap = new Heap();
  const set = new HashSet(anyText, { allocator: heap, capacity: 4 }).add("one").add("two").add("one");
  assert.deepEqual([...set].sort(), ["one", "two"]);
  assert.deepEqual([...set.keys()].sort(), ["one", "two"]);
  assert.deepEqual([...set.entries()].sort(), [["one", "one"], ["two", "two"]]);
  const visited: string[] = [];
  set.forEach((key, same, of) => visited.push(`${key} ${same} ${of === set}`));
  assert.deepEqual(visited.sort(), ["one one true", "two two true"]);
  assert.throws(() => set.forEach((key) => set.add(`${key}!`)), /Cannot go on iterating over a HashSet/);
  assert.ok(set instanceof HashSet);
});

test("HashSet takes -0 for 0 and NaN for NaN", () => {
  using heap = new Heap();
  const set = new HashSet(f64, { allocator: heap }).add(-0).add(NaN).add(0).add(NaN);
  assert.deepEqual([set.size, set.has(0), set.has(-0), set.has(NaN)], [2, true, true, true]);
});

test("HashSet throws ClosedError when it was disposed or its heap destroyed", () => {
  const heap = new Heap({ name: "gone" });
  const [disposed, orphan] = [
    new HashSet(u32, { allocator: heap }).add(1),
    new HashSet(u32, { allocator: heap }).add(1),
  ];
  disposed.dispose();
  heap.destroy();
  for (const set of [disposed, orphan]) {
    for (const call of [() => set.has(1), () => set.has(2), () => set.add(1), () => set.delete(1), () => [...set]]) {
      assert.throws(call, { name: "ClosedError", message: /^Cannot use a HashSet: / });
    }
    assert.ok(set.closed);
  }
});
