import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Heap } from "../../../mod.ts";
import { BitSet } from "../../../stl/vector/bit_set.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { assertCloses } from "../_closed.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function step(set: BitSet, model: Set<number>, random: Random, range: number): void {
  const value = random.below(range);
  switch (random.below(6)) {
    case 0:
      assert.equal(set.delete(value), model.delete(value));
      return;
    case 1: {
      const toggled = !model.has(value);
      if (toggled) model.add(value);
      else model.delete(value);
      return assert.equal(set.toggle(value), toggled);
    }
    case 2:
      return assert.equal(set.has(value), model.has(value));
    case 3:
      if (random.once(500)) set.shrinkToFit();
      return;
    default:
      model.add(value);
      assert.equal(set.add(value), set);
  }
}

function combine(a: BitSet, modelA: Set<number>, b: BitSet, modelB: Set<number>, random: Random): Set<number> {
  assert.equal(a.isSubsetOf(b), modelA.isSubsetOf(modelB));
  assert.equal(a.isDisjointFrom(b), modelA.isDisjointFrom(modelB));
  switch (random.below(4)) {
    case 0:
      a.and(b);
      return modelA.intersection(modelB);
    case 1:
      a.or(b);
      return modelA.union(modelB);
    case 2:
      a.xor(b);
      return modelA.symmetricDifference(modelB);
    default:
      a.andNot(b);
      return modelA.difference(modelB);
  }
}

test(`BitSet behaves like Set through 200,000 random steps (SEED=${SEED})`, () => {
  using heap = new Heap();
  const random = new Random(SEED);
  const sets = [new BitSet({ allocator: heap }), new BitSet({ allocator: heap })] as const;
  const models: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let at = 0; at < 200_000; at++) {
    const which = random.below(2) as 0 | 1;
    const [set, model] = [sets[which], models[which]];
    step(set, model, random, 1 + (at >>> 7));
    if (random.once(1000)) models[which] = combine(set, model, sets[which ^ 1]!, models[which ^ 1]!, random);
    if (random.once(20_000)) {
      set.clear();
      models[which].clear();
    }
    assert.equal(set.size, models[which].size);
    if (at % 5000 === 0) assert.deepEqual(set.toArray(), sorted(models[which]));
  }
  sets.forEach((set, which) => assert.deepEqual(set.toArray(), sorted(models[which]!)));
  assert.equal(heap.liveBytes, sets[0].bytes + sets[1].bytes);
  for (const set of sets) set.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("BitSet holds every number up to 4,294,967,295", () => {
  using heap = new Heap();
  const set = new BitSet({ allocator: heap });
  set.add(2 ** 32 - 1).add(2 ** 31).add(31).add(0);
  assert.deepEqual([set.size, set.toArray(), set.capacity], [4, [0, 31, 2 ** 31, 2 ** 32 - 1], 2 ** 32]);
  assert.deepEqual([set.has(2 ** 32 - 1), set.has(2 ** 32), set.has(-1), set.has(0.5)], [true, false, false, false]);
  assert.deepEqual([set.next(1), set.next(32), set.next(2 ** 32), set.next(NaN)], [31, 2 ** 31, -1, -1]);
  set.delete(2 ** 32 - 1);
  set.delete(2 ** 31);
  set.shrinkToFit();
  assert.deepEqual([set.bytes, heap.liveBytes], [4, 4]);
  for (const value of [-1, 2 ** 32, 1.5, NaN, "7" as never]) {
    assert.throws(() => set.add(value), { name: "RangeError", message: /: expected an integer from 0 to 4294967295$/ });
  }
  assert.throws(() => set.reserve(2 ** 32 + 1), { name: "RangeError" });
  assert.throws(() => set.reserve(-1), { name: "RangeError" });
  assert.deepEqual(set.toArray(), [0, 31]);
});

test("BitSet begins empty in memory that others have used", () => {
  using heap = new Heap();
  const set = new BitSet({ allocator: heap });
  for (let round = 0; round < 20; round++) {
    const dirty = Array.from({ length: 20 }, (_, i) => heap.allocate(Uint8Array, 16 << (i % 8)).fill(255));
    for (const view of dirty) heap.free(view);
    set.reserve(128 * (round + 1));
    set.add(128 * (round + 1) + 40);
    assert.equal(set.size, round + 1);
    assert.equal(set.toArray().length, round + 1);
  }
});

test("BitSet keeps its members when there is no memory to grow", () => {
  using heap = new Heap({ limit: 1000 });
  const set = new BitSet({ allocator: heap }).add(5).add(70);
  assert.throws(() => set.add(100_000), AllocationError);
  assert.throws(() => set.reserve(100_000), AllocationError);
  assert.deepEqual([set.size, set.toArray()], [2, [5, 70]]);
});

test("BitSet iterates like Set", () => {
  using heap = new Heap();
  const set = new BitSet({ allocator: heap }).add(9).add(3);
  assert.deepEqual([[...set], [...set.keys()], [...set.entries()]], [[3, 9], [3, 9], [[3, 3], [9, 9]]]);
  const seen: unknown[] = [];
  set.forEach((value, same, whole) => seen.push(value, same, whole === set));
  assert.deepEqual(seen, [3, 3, true, 9, 9, true]);
  assert.deepEqual(set.or(set).andNot(set).toArray(), []);
});

test("BitSet throws ClosedError once its memory is gone", () => {
  using heap = new Heap();
  const other = new BitSet({ allocator: heap }).add(1);
  assertCloses<BitSet>({
    label: "BitSet",
    make: (options) => new BitSet(options),
    fill(set): void {
      for (let i = 0; i < 2000; i += 3) set.add(i);
    },
    calls: (set) => [
      () => set.add(1),
      () => set.has(1),
      () => set.delete(1),
      () => set.toggle(1),
      () => set.next(0),
      () => set.and(other),
      () => set.or(other),
      () => set.xor(other),
      () => set.andNot(other),
      () => other.or(set),
      () => set.isSubsetOf(other),
      () => set.isDisjointFrom(other),
      () => set.forEach(() => {}),
      () => [...set.entries()],
      () => set.toArray(),
      () => set.clear(),
    ],
  });
});

test("BitSet refuses to combine with what is not a BitSet", () => {
  using heap = new Heap();
  const set = new BitSet({ allocator: heap });
  set.add(1);
  for (const other of [undefined, null, 5, new Set([1])] as never[]) {
    const calls = [
      () => set.and(other),
      () => set.or(other),
      () => set.xor(other),
      () => set.andNot(other),
      () => set.isSubsetOf(other),
      () => set.isDisjointFrom(other),
    ];
    for (const call of calls) assert.throws(call, { name: "TypeError", message: /^Cannot compare a BitSet with / });
  }
  assert.deepEqual(set.toArray(), [1]);
});
