import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { canLeave } from "../../../heaps/core/subprocess_state.ts";
import {
  type AnyView,
  Arena,
  arenaContains,
  ClosedError,
  deleteHeap,
  expand,
  Heap,
  heapOf,
  library,
  mainHeap,
  reallocateZeroed,
  Subprocess,
  UnsupportedError,
  visitHeaps,
} from "../../../mod.ts";
import { Random } from "../../fuzz/_random.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
const isOld = library().version.major < 3;

test("deleteHeap() leaves blocks of every kind to the main heap, which frees them", () => {
  const main = mainHeap();
  const before = [main.liveBytes, main.liveBlocks] as const;
  const heap = new Heap({ name: "ending", limit: 10 * MIB });
  const views: AnyView[] = [
    heap.allocate(Uint8Array, 10),
    heap.allocateZeroed(Float64Array, 100),
    heap.allocate(Uint8Array, 100, { alignment: 4096 }),
    heap.allocate(Uint8Array, 100, { alignment: MIB }),
    heap.allocate(Uint8Array, 3 * MIB),
    heap.bytes([]),
  ];
  views.forEach(fill);
  const { liveBytes, liveBlocks } = heap;
  const addresses = views.slice(0, -1).map(addressOf);
  assert.equal(deleteHeap(heap), main);
  assertLive(main, before[0] + liveBytes, before[1] + liveBlocks);
  assertLive(heap, 0, 0);
  assert.deepEqual(views.slice(0, -1).map(addressOf), addresses);
  views.forEach((view, index) => {
    assertFilled(view, index);
    if (view.byteLength > 0) assert.equal(heapOf(view), main);
    assert.throws(() => heap.free(view), ClosedError);
    main.free(view);
    assert.equal(view.byteLength, 0);
  });
  assertLive(main, ...before);
  main.collect(true);
});

test("deleteHeap() closes the heap and refuses it the second time", () => {
  const heap = new Heap({ name: "ending" });
  deleteHeap(heap);
  assert.equal(heap.closed, true);
  assert.throws(() => heap.allocate(Uint8Array, 1), ClosedError);
  assert.throws(() => deleteHeap(heap), { name: "ClosedError", message: /heap "ending": it is closed$/ });
  heap.destroy();
  heap.close();
  const destroyed = new Heap();
  destroyed.destroy();
  assert.throws(() => deleteHeap(destroyed), ClosedError);
});

test("deleteHeap() leaves blocks that the main heap can reallocate, expand and zero", () => {
  const heap = new Heap();
  const [plain, zeroed] = [heap.allocate(Uint8Array, 1001), heap.allocateZeroed(Uint8Array, 100)];
  fill(plain, 1);
  const main = deleteHeap(heap);
  const expanded = expand(plain, 1005) ?? plain;
  const moved = main.reallocate(expanded, 70_000);
  assertFilled(moved, 1, 1001);
  const grown = reallocateZeroed(main, zeroed, 5000);
  assert.ok(grown.every((byte) => byte === 0));
  main.free(moved);
  main.free(grown);
});

test(`deleteHeap() keeps the contents of survivors over many heaps and random calls (SEED=${SEED})`, () => {
  const random = new Random(SEED);
  const main = mainHeap();
  const before = [main.liveBytes, main.liveBlocks] as const;
  const alive: [Uint8Array<ArrayBuffer>, number][] = [];
  for (let round = 0; round < 60; round++) {
    const heap = new Heap();
    const views = Array.from(
      { length: 60 },
      () => heap.allocate(Uint8Array, 1 + random.below(random.pick([64, 3000, 90_000]))),
    );
    views.forEach((view, index) => {
      if (random.below(2) === 0) return heap.free(view);
      fill(view, round * 100 + index);
      alive.push([view, round * 100 + index]);
    });
    deleteHeap(heap);
    for (let count = 0; count < 25 && alive.length > 0; count++) {
      const place = random.below(alive.length);
      const [view, mark] = alive[place]!;
      assertFilled(view, mark);
      if (random.below(3) === 0) alive[place] = [main.reallocate(view, view.length), mark];
      else {
        main.free(view);
        alive.splice(place, 1);
      }
    }
    if (round % 10 === 0) main.collect(true);
  }
  const bytes = alive.reduce((total, [view]) => total + view.length, 0);
  assertLive(main, before[0] + bytes, before[1] + alive.length);
  for (const [view, mark] of alive) {
    assertFilled(view, mark);
    main.free(view);
  }
  assertLive(main, ...before);
});

test("deleteHeap() of a heap in an arena keeps its blocks there on 3.x, and is refused before", ofArenas, () => {
  using arena = Arena.reserve(64 * MIB);
  const heap = new Heap({ arena });
  const views = [heap.allocate(Uint8Array, 100), heap.allocate(Uint8Array, 5 * MIB)];
  views.forEach(fill);
  if (isOld) {
    assertRefused(heap, () => deleteHeap(heap), UnsupportedError, "");
    assert.equal(heap.closed, false);
    const shared = Heap.attach(heap.share());
    heap.destroy();
    assertRefused(shared, () => deleteHeap(shared), UnsupportedError, "");
    shared.destroy();
    return;
  }
  const main = deleteHeap(heap);
  assert.equal(arena.liveHeaps, 0);
  arena.destroy();
  using next = Arena.reserve(64 * MIB);
  assert.equal(next.area.address, arena.area.address);
  // Other heaps, in the arena and elsewhere, do not get the memory of what lives on.
  using inside = new Heap({ arena: next });
  for (let count = 0; count < 500; count++) {
    inside.allocate(Uint8Array, 10_000).fill(255);
    main.free(main.allocate(Uint8Array, 10_000).fill(255));
  }
  views.forEach((view, index) => {
    assertFilled(view, index);
    assert.equal(arenaContains(next, view), true);
    main.free(view);
  });
});

test("deleteHeap() in an exclusive arena, repeated, gives the memory back to that arena alone", () => {
  if (isOld) return;
  using arena = Arena.reserve(64 * MIB);
  const main = mainHeap();
  for (let round = 0; round < 300; round++) {
    const heap = new Heap({ arena });
    const view = heap.allocate(Uint8Array, MIB);
    deleteHeap(heap);
    main.free(view);
    const plain = main.allocate(Uint8Array, 1000);
    assert.equal(arenaContains(arena, plain), false);
    main.free(plain);
  }
});

test("deleteHeap() is refused while others use the heap", () => {
  const heap = new Heap({ name: "shared" });
  const same = Heap.attach(heap.share());
  const view = heap.allocate(Uint8Array, 100).fill(7);
  assertRefused(heap, () => deleteHeap(heap), Error, isOld ? "" : 'Cannot delete heap "shared": others use it');
  same.destroy();
  if (isOld) return heap.destroy();
  const ticket = heap.share();
  const main = deleteHeap(heap);
  assert.throws(() => Heap.attach(ticket), ClosedError);
  assert.ok(view.every((byte) => byte === 7));
  main.free(view);
});

test("deleteHeap() refuses the main heap", () => {
  assertRefused(mainHeap(), () => deleteHeap(mainHeap()), Error, "Cannot delete the main heap: ");
});

test("deleteHeap() ends a listener for deferred frees, and never frees what escaped", () => {
  const heap = new Heap();
  let calls = 0;
  heap.onDeferredFree(() => void calls++);
  const escaped = heap.allocate(Uint8Array, 100).fill(3);
  const alias = new Uint8Array(escaped.buffer.transfer());
  heap.free(heap.allocate(Uint8Array, 8));
  assert.throws(() => heap.free(escaped), TypeError);
  const main = deleteHeap(heap);
  main.collect(true);
  for (let count = 0; count < 2000; count++) main.free(main.allocate(Uint8Array, 100).fill(255));
  assert.equal(calls, 0);
  assert.ok(alias.every((byte) => byte === 3));
});

test("deleteHeap() in a sub-process leaves the blocks to the main heap there, which ends with it", () => {
  if (!canLeave()) return;
  const part = Subprocess.create({ name: "part", limit: 10_000 });
  const heap = part.run(() => new Heap({ name: "inner" }));
  const view = part.run(() => heap.allocate(Uint8Array, 1000).fill(9));
  assert.throws(() => deleteHeap(heap), { message: /in heap "inner": it lies in sub-process "part"/ });
  const inner = part.run(() => deleteHeap(heap));
  assert.notEqual(inner, mainHeap());
  assert.deepEqual([part.usedBytes, inner.liveBytes, part.openHeaps], [1000, 1000, 1]);
  assert.throws(() => part.run(() => inner.allocate(Uint8Array, 9001)), { name: "AllocationError" });
  assert.ok(view.every((byte) => byte === 9));
  part.destroy();
  assert.equal(view.length, 0);
});

test("deleteHeap() in a sub-process that something outside still reaches keeps its memory", () => {
  if (!canLeave()) return;
  const part = Subprocess.create();
  const alias = part.run(() => {
    const heap = new Heap();
    const view = heap.allocate(Uint8Array, 5000).fill(3);
    const moved = new Uint8Array(view.buffer.transfer());
    heap.allocate(Uint8Array, 10);
    assert.throws(() => heap.free(view), TypeError);
    deleteHeap(heap);
    return moved;
  });
  part.destroy();
  assert.ok(alias.every((byte) => byte === 3));
});

test("deleteHeap() removes the heap from those that visitHeaps() tells, on 3.6", () => {
  if (!library().has("mi_heap_main")) return;
  const heap = new Heap({ name: "to be deleted" });
  const names = (): (string | undefined)[] => {
    const found: (string | undefined)[] = [];
    visitHeaps(({ name }) => void found.push(name));
    return found;
  };
  assert.ok(names().includes("to be deleted"));
  deleteHeap(heap);
  assert.ok(!names().includes("to be deleted"));
});
