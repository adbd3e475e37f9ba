import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { ClosedError, deleteHeap, Heap, mainHeap, ScopePool } from "../../../mod.ts";
import { AllocationProfile, AllocationRecorder } from "../../../realtime/mod.ts";
import { u32, Vector } from "../../../stl/mod.ts";
import { numberFrom, Random } from "../../fuzz/_random.ts";
import { Directory } from "../_directory.ts";
import { figuresOf, playTrace, recount } from "./_trace.ts";

const SEED = numberFrom("SEED", Math.floor(Math.random() * 2 ** 32));

/** The most live blocks of each size. */
function peaks(profile: AllocationProfile): Record<number, number> {
  const sizes = [...profile.classes, ...profile.singles];
  return Object.fromEntries(sizes.map(({ blockBytes, peakBlocks }) => [blockBytes, peakBlocks]));
}

/** The size of the blocks that hold `byteLength` bytes, as `heap` counts them. */
function sizeOf(byteLength: number): number {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  heap.allocate(Uint8Array, byteLength);
  const { classes, singles } = recorder.profile();
  return (classes[0] ?? singles[0])!.blockBytes;
}

test(`AllocationProfile.record() counts exactly what a written trace holds (SEED=${SEED})`, () => {
  using directory = new Directory();
  const file = directory.path("trace");
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  writeFileSync(file, playTrace(heap, new Random(SEED), 3000).join("\n"));
  const profile = recorder.profile();
  const trace = readFileSync(file, "utf8").split("\n");
  assert.ok(trace.length > 1500);
  assert.ok(profile.classes.length > 20, `${profile.classes.length} sizes`);
  assert.ok(profile.singles.length > 0);
  assert.deepEqual(figuresOf(profile), recount(trace, profile));
});

test("AllocationProfile.record() counts blocks that were live before, and frees of them", () => {
  using heap = new Heap();
  const before = [heap.allocate(Uint8Array, 100), heap.allocate(Uint8Array, 100)];
  using recorder = AllocationProfile.record(heap);
  for (const view of before) heap.free(view);
  heap.allocate(Uint8Array, 100);
  assert.deepEqual(peaks(recorder.profile()), { [sizeOf(100)]: 2 });
});

test("AllocationProfile.record() counts a block that is resized in place in the size that it has", () => {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  const [size, room] = [sizeOf(2000), sizeOf(1100)];
  assert.notEqual(size, room);
  heap.reallocate(heap.allocate(Uint8Array, 2000), 1100);
  heap.allocate(Uint8Array, 2000);
  assert.deepEqual(peaks(recorder.profile()), { [size]: 2 });
});

test("AllocationProfile.record() counts an aligned block with room for its alignment", () => {
  using heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  const view = heap.allocate(Uint8Array, 1000, { alignment: 4096 });
  heap.free(view);
  heap.free(heap.allocate(Uint8Array, 1000, { alignment: 4096 }));
  assert.deepEqual(peaks(recorder.profile()), { [sizeOf(5096)]: 1 });
});

test("AllocationProfile.record() counts a block whose buffer was moved as live for good", () => {
  const heap = new Heap();
  using recorder = AllocationProfile.record(heap);
  for (let block = 0; block < 3; block++) structuredClone(0, { transfer: [heap.allocate(Uint8Array, 100).buffer] });
  heap.free(heap.allocate(Uint8Array, 100));
  assert.deepEqual(peaks(recorder.profile()), { [sizeOf(100)]: 4 });
});

test("AllocationProfile.record() without a heap counts those of the thread together, also later ones", () => {
  using first = new Heap();
  first.allocate(Uint8Array, 100);
  using recorder = AllocationProfile.record();
  const before = peaks(recorder.profile())[sizeOf(100)]!;
  using second = new Heap();
  second.allocate(Uint8Array, 100);
  first.allocate(Uint8Array, 100);
  assert.equal(peaks(recorder.profile())[sizeOf(100)], before + 2);
});

test("AllocationProfile.record() counts the chunks of scopes, and the memory of containers", () => {
  using recorder = AllocationProfile.record();
  const before = peaks(recorder.profile())[sizeOf(65_536)] ?? 0;
  using pool = new ScopePool();
  pool.run((scope) => scope.allocate(Uint8Array, 100));
  using vector = new Vector(u32, { allocator: mainHeap() });
  vector.reserve(16_384);
  assert.equal(peaks(recorder.profile())[sizeOf(65_536)], before + 2);
});

test("AllocationProfile.record() ends with the recorder, and heaps go on as before", () => {
  using heap = new Heap();
  const recorder = AllocationProfile.record(heap);
  const prototype = Object.getPrototypeOf(heap);
  const view = heap.allocate(Uint8Array, 100);
  recorder[Symbol.dispose]();
  recorder[Symbol.dispose]();
  assert.equal(recorder.recording, false);
  heap.allocate(Uint8Array, 5000);
  heap.free(view);
  assert.deepEqual(peaks(recorder.profile()), { [sizeOf(100)]: 1 });
  assert.equal(Object.getPrototypeOf(heap), prototype);
  assert.equal(heap.liveBlocks, 1);
});

test("Two recorders of one heap count each for itself, and the first may end first", () => {
  using heap = new Heap();
  const first = AllocationProfile.record(heap);
  heap.free(heap.allocate(Uint8Array, 100));
  const second = AllocationProfile.record(heap);
  heap.allocate(Uint8Array, 5000);
  first[Symbol.dispose]();
  heap.allocate(Uint8Array, 5000);
  assert.deepEqual(peaks(first.profile()), { [sizeOf(100)]: 1, [sizeOf(5000)]: 1 });
  assert.deepEqual(peaks(second.profile()), { [sizeOf(5000)]: 2 });
  second[Symbol.dispose]();
  assert.deepEqual(peaks(second.profile()), { [sizeOf(5000)]: 2 });
});

test("AllocationProfile.record() counts the blocks of a heap no more that is destroyed", () => {
  using recorder = AllocationProfile.record();
  const before = peaks(recorder.profile())[sizeOf(100)] ?? 0;
  for (let round = 0; round < 3; round++) {
    const heap = new Heap();
    heap.allocate(Uint8Array, 100);
    heap.destroy();
  }
  assert.equal(peaks(recorder.profile())[sizeOf(100)], before + 1);
});

test("AllocationProfile.record() counts the blocks that deleteHeap() leaves once", () => {
  using recorder = AllocationProfile.record();
  const before = peaks(recorder.profile())[sizeOf(3000)] ?? 0;
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 3000);
  const main = deleteHeap(heap);
  main.free(view);
  const other = main.allocate(Uint8Array, 3000);
  main.free(other);
  assert.equal(peaks(recorder.profile())[sizeOf(3000)], before + 1);
});

test("AllocationProfile.record() refuses what is no heap, and a closed one", () => {
  const heap = new Heap({ name: "gone" });
  heap.destroy();
  assert.throws(() => AllocationProfile.record(heap), ClosedError);
  assert.throws(() => AllocationProfile.record({} as Heap), TypeError);
  assert.throws(() => Reflect.construct(AllocationRecorder, []), TypeError);
  assert.throws(() => Reflect.construct(AllocationProfile, []), TypeError);
});

test("AllocationProfile.record() knows the sizes of blocks, which are no larger than they need to be", () => {
  for (const byteLength of [1, 8, 9, 17, 1000, 1025, 4097, 20_480]) {
    assert.ok(sizeOf(byteLength) >= byteLength, `${byteLength}`);
    assert.ok(sizeOf(byteLength) <= byteLength * 1.25 + 16, `${byteLength}`);
  }
});
