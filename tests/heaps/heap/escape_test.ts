import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { type AnyView, Arena, Heap, ScopePool } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The ways to carry a buffer out of a heap's reach; each returns a view over the same memory. */
const WAYS: readonly (readonly [name: string, move: (view: Bytes) => Bytes])[] = [
  ["transfer()", ({ buffer, byteOffset, length }) => new Uint8Array(buffer.transfer(), byteOffset, length)],
  [
    "transferToFixedLength()",
    ({ buffer, byteOffset, length }) => new Uint8Array(buffer.transferToFixedLength(), byteOffset, length),
  ],
  ["structuredClone()", (view) => structuredClone(view, { transfer: [view.buffer] })],
];

/** Allocates, fills and frees blocks of many sizes, to find out whether the memory of `alias` is handed out again. */
function churn(alias: Bytes): void {
  using heap = new Heap();
  const start = addressOf(alias);
  const end = start + alias.length;
  for (let round = 0; round < 20; round++) {
    const views = Array.from({ length: 100 }, () => heap.allocate(Uint8Array, alias.length).fill(170));
    views.push(heap.allocate(Uint8Array, 65_536).fill(170));
    for (const view of views) {
      const address = addressOf(view);
      assert.ok(address >= end || address + view.length <= start, "memory that a view still reaches is used again");
      heap.free(view);
    }
  }
}

for (const [name, move] of WAYS) {
  test(`Heap.destroy() keeps the memory of a view that ${name} moved away`, () => {
    const heap = new Heap();
    const kept = heap.allocate(Uint8Array, 500);
    const view = heap.allocate(Uint8Array, 500);
    fill(view, 1);
    const alias = move(view);
    assert.deepEqual([view.length, view.buffer.detached, alias.length], [0, true, 500]);
    assertRefused(heap, () => heap.free(view), TypeError, "Cannot free this view: its buffer was moved");
    assertRefused(heap, () => heap.reallocate(view, 5), TypeError, "Cannot reallocate this view: its buffer was moved");
    assertRefused(heap, () => heap.free(alias), TypeError, "Cannot free this view: no heap handed it out");
    assert.deepEqual([heap.owns(view), heap.owns(alias), heap.escapedBlocks], [false, false, 0]);
    heap.destroy();
    assert.equal(kept.length, 0);
    assertLive(heap, 0, 0);
    assert.equal(heap.escapedBlocks, 1);
    churn(alias);
    assertFilled(alias, 1);
    heap.destroy();
    assert.equal(heap.escapedBlocks, 1);
  });

  test(`Scope keeps the chunk of a view that ${name} moved away, and goes on in another`, () => {
    using pool = new ScopePool();
    const scope = pool.open();
    const neighbour = scope.allocate(Uint8Array, 64);
    const view = scope.allocate(Uint8Array, 500);
    fill(view, 2);
    const alias = move(view);
    assert.deepEqual([view.length, neighbour.length], [0, 0]);
    assertRefused(scope, () => scope.free(view), TypeError, "Cannot free this view");
    assertRefused(scope, () => scope.reallocate(view, 600), TypeError, "Cannot reallocate this view");
    const { liveBytes, liveBlocks } = scope;
    assert.equal(scope.text("").length, 0);
    const next = scope.allocate(Uint8Array, 500).fill(170);
    assert.notEqual(next.buffer, view.buffer);
    assertLive(scope, liveBytes + 504, liveBlocks + 1);
    scope[Symbol.dispose]();
    assert.deepEqual([next.length, pool.escapedBlocks, pool.liveBytes], [0, 1, 0]);
    pool.run((later) => later.allocate(Uint8Array, 10_000).fill(170));
    churn(alias);
    pool.destroy();
    churn(alias);
    assertFilled(alias, 2);
  });
}

test("Heap.destroy() gives everything but escaped blocks back to the arena", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  for (let round = 0; round < 50; round++) {
    const heap = new Heap({ arena });
    const views = Array.from({ length: 40 }, () => heap.allocate(Uint8Array, 50_000));
    views.push(heap.allocate(Uint8Array, 100));
    views.at(-1)!.buffer.transfer();
    heap.destroy();
    assert.ok(views.every((view) => view.length === 0));
    assert.equal(heap.escapedBlocks, 1);
  }
});

for (const options of [undefined, { alignment: 256 }]) {
  test(`Scope.allocate() aligned to ${options?.alignment ?? 8} leaves a chunk that was moved away`, () => {
    using pool = new ScopePool();
    const scope = pool.open();
    scope.allocate(Uint8Array, 8).buffer.transfer();
    const view = scope.allocate(Float64Array, 8, options);
    assert.equal(addressOf(view) % (options?.alignment ?? 8), 0);
    assert.equal(scope.liveBlocks, 2);
  });
}

test("Scope.reset() and dispose keep a large block that was moved away", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const moved = scope.allocate(Uint8Array, 100_000);
  fill(moved, 3);
  const alias = new Uint8Array(moved.buffer.transfer());
  const freed = scope.allocate(Uint8Array, 100_000);
  scope.reset();
  assert.deepEqual([freed.length, pool.escapedBlocks], [0, 1]);
  churn(alias);
  scope[Symbol.dispose]();
  churn(alias);
  assertFilled(alias, 3);
  assert.equal(pool.heldBytes, 0);
});

test("Scope.rollback() never hands out again what was moved away behind a checkpoint", () => {
  for (const depth of [1, 2, 3]) {
    using pool = new ScopePool();
    const scope = pool.open();
    scope.allocate(Uint8Array, 64);
    const marks = Array.from({ length: depth }, () => {
      const mark = scope.checkpoint();
      scope.allocate(Uint8Array, 64);
      return mark;
    });
    const view = scope.allocate(Uint8Array, 700);
    fill(view, 4);
    const { buffer, byteOffset } = view;
    const alias = new Uint8Array(buffer.transfer(), byteOffset, 700);
    for (const mark of marks.reverse()) {
      scope.rollback(mark);
      for (let index = 0; index < 200; index++) scope.allocate(Uint8Array, 600).fill(170);
      assertFilled(alias, 4);
    }
    scope.reset();
    scope.allocate(Uint8Array, 16_000).fill(170);
    scope[Symbol.dispose]();
    churn(alias);
    assertFilled(alias, 4);
    assert.equal(pool.escapedBlocks, 1);
  }
});

test("Scope.rollback() starts another chunk when the one before the checkpoint was moved away", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 64);
  const alias = new Uint8Array(view.buffer.transfer());
  alias.fill(1);
  const mark = scope.checkpoint();
  for (let round = 0; round < 3; round++) {
    scope.allocate(Uint8Array, 10_000).fill(170);
    scope.rollback(mark);
  }
  assert.ok(alias.every((byte) => byte === 1));
  scope[Symbol.dispose]();
  assert.equal(pool.escapedBlocks, 1);
});

async function ask(worker: Worker, message: AnyView | "bytes"): Promise<number[]> {
  const answer = new Promise<number[]>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
  });
  worker.postMessage(message, message === "bytes" ? [] : [message.buffer]);
  return await answer;
}

test("Heap.destroy() keeps the memory of a view that a Worker has", async () => {
  const worker = new Worker(new URL("./_holding_worker.ts", import.meta.url));
  try {
    const heap = new Heap();
    const view = heap.allocate(Uint8Array, 500);
    fill(view, 5);
    const expected = [...view];
    assert.deepEqual(await ask(worker, view), expected);
    assert.deepEqual([view.length, view.buffer.detached], [0, true]);
    heap.destroy();
    assertLive(heap, 0, 0);
    assert.equal(heap.escapedBlocks, 1);
    using other = new Heap();
    for (let index = 0; index < 2000; index++) other.allocate(Uint8Array, 500).fill(170);
    assert.deepEqual(await ask(worker, "bytes"), expected);
  } finally {
    await worker.terminate();
  }
});

test("Heap.close() accepts blocks that escaped once they are given up", () => {
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 8);
  view.buffer.transfer();
  assert.throws(() => heap.close(), { name: "LeakError" });
  heap.destroy();
  assert.equal(heap.escapedBlocks, 1);
});
