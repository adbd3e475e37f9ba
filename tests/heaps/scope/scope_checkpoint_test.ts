import assert from "node:assert/strict";
import { test } from "node:test";
import { type Checkpoint, ScopePool } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, assertRefused, fill } from "../_support.ts";

test("Scope.rollback() detaches what came after the checkpoint and nothing before", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const kept = [scope.allocate(Uint8Array, 100), scope.allocate(Uint8Array, 100_000)];
  kept.forEach(fill);
  const mark = scope.checkpoint();
  assert.deepEqual([mark.liveBytes, mark.liveBlocks], [100_104, 2]);
  for (let round = 0; round < 5; round++) {
    const gone = Array.from({ length: 2000 }, () => scope.allocate(Uint8Array, 100).fill(170));
    gone.push(scope.allocate(Uint8Array, 200_000), scope.allocate(Uint8Array, 64, { alignment: 4096, offset: 8 }));
    scope.rollback(mark);
    assert.ok(gone.every((view) => view.length === 0 && view.buffer.detached));
    kept.forEach((view, index) => assertFilled(view, index));
    assertLive(scope, 100_104, 2);
  }
});

test("Scope.rollback() uses the memory behind the checkpoint again", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  scope.allocate(Uint8Array, 100);
  const mark = scope.checkpoint();
  const addresses = new Set<number>();
  for (let round = 0; round < 100; round++) {
    addresses.add(addressOf(scope.allocate(Uint8Array, 5000)));
    scope.rollback(mark);
  }
  assert.equal(addresses.size, 1);
  assert.equal(pool.heldBytes, pool.chunkBytes);
});

test("Scope.rollback() goes back through nested checkpoints, in steps or at once", () => {
  using pool = new ScopePool();
  for (const target of [0, 1, 2, 3]) {
    using scope = pool.open();
    const views = Array.from({ length: 4 }, (_, index) => {
      const mark = scope.checkpoint();
      const view = scope.allocate(Uint8Array, 1000 * (index + 1));
      fill(view, index);
      return { mark, view };
    });
    scope.rollback(views[target]!.mark);
    views.forEach(({ view }, index) => {
      assert.equal(view.length, index < target ? 1000 * (index + 1) : 0);
      if (index < target) assertFilled(view, index);
    });
    for (const { mark } of views.slice(target + 1)) {
      assertRefused(scope, () => scope.rollback(mark), RangeError, "Cannot roll back: ");
    }
    for (const { mark } of views.slice(0, target + 1).reverse()) scope.rollback(mark);
    assertLive(scope, 0, 0);
  }
});

test("Scope.checkpoint() works before the first block and at the end of a chunk", () => {
  using pool = new ScopePool();
  for (let round = 0; round < 3; round++) {
    const scope = pool.open();
    const start = scope.checkpoint();
    const first = scope.allocate(Uint8Array, 10_000);
    for (let index = 0; index < 5; index++) scope.allocate(Uint8Array, 10_800);
    const end = scope.checkpoint();
    const behind = scope.allocate(Uint8Array, 10_000);
    scope.rollback(end);
    assert.deepEqual([first.length, behind.length], [10_000, 0]);
    scope.rollback(start);
    assert.equal(first.length, 0);
    assertLive(scope, 0, 0);
    scope[Symbol.dispose]();
    assert.equal(pool.heldBytes, pool.retained * pool.chunkBytes);
  }
  assert.equal(pool.heldBytes, pool.retained * pool.chunkBytes);
});

test("Scope.checkpoint() and rollback() in a loop leave memory flat", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  scope.allocate(Uint8Array, 8);
  const first = scope.checkpoint();
  for (let round = 0; round < 50_000; round++) {
    const mark = scope.checkpoint();
    assert.equal(mark, first);
    scope.allocate(Uint8Array, 8);
    scope.rollback(mark);
  }
  assertLive(scope, 8, 1);
});

test("Scope.checkpoint() keeps the counts of its own moment when blocks are freed or resized later", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const large = scope.allocate(Uint8Array, 100_000);
  const before = scope.checkpoint();
  const resized = scope.reallocate(large, 200_000);
  const after = scope.checkpoint();
  assert.deepEqual([before.liveBytes, after.liveBytes], [100_000, 200_000]);
  scope.rollback(before);
  assert.equal(resized.length, 200_000);
  assertLive(scope, 200_000, 1);
  scope.free(resized);
  scope.rollback(before);
  assertLive(scope, 0, 0);
});

test("Scope.rollback() keeps the view that was reallocated behind the checkpoint", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 100);
  fill(view, 1);
  const mark = scope.checkpoint();
  const grown = scope.reallocate(view, 2000);
  assert.notEqual(grown.buffer, view.buffer);
  assertFilled(grown, 1, 100);
  scope.rollback(mark);
  assert.deepEqual([view.length, grown.length], [100, 0]);
  assertFilled(view, 1);
  assertLive(scope, 104, 1);
});

test("Scope.rollback() refuses checkpoints of other scopes and ones that have ended", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const other = pool.open();
  other.allocate(Uint8Array, 8);
  const foreign = other.checkpoint();
  const mark = scope.checkpoint();
  const copy = { ...mark };
  for (const bad of [foreign, copy, {}, null, undefined] as Checkpoint[]) {
    assertRefused(scope, () => scope.rollback(bad), RangeError, "Cannot roll back: ");
  }
  scope.rollback(mark);
  scope.rollback(mark);
  scope.reset();
  assertRefused(scope, () => scope.rollback(mark), RangeError, "Cannot roll back: ");
});

test("Scope.rollback() and reset() throw while promises are held", async () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const mark = scope.checkpoint();
  const view = scope.allocate(Uint8Array, 100);
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = scope.hold(promise);
  assertRefused(scope, () => scope.rollback(mark), Error, "Cannot roll back a scope of ");
  assertRefused(scope, () => scope.reset(), Error, "Cannot reset a scope of ");
  assert.equal(view.length, 100);
  resolve();
  await held;
  scope.rollback(mark);
  assert.equal(view.length, 0);
});

test("Scope.rollback() counts against the limit no longer what came after the checkpoint", () => {
  using pool = new ScopePool({ limit: 3000 });
  const scope = pool.open();
  scope.allocate(Uint8Array, 1000);
  const mark = scope.checkpoint();
  for (let round = 0; round < 3; round++) {
    scope.allocate(Uint8Array, 2000);
    assert.throws(() => scope.allocate(Uint8Array, 8), { name: "AllocationError", live: 3000 });
    scope.rollback(mark);
  }
  assertLive(scope, 1000, 1);
});

test("Scope.checkpoint() keeps nothing of those before it, also where blocks were freed in between", () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const old: WeakRef<Checkpoint>[] = [];
  let before = scope.allocate(Uint8Array, 100_000);
  for (let round = 0; round < 1000; round++) {
    const next = scope.allocate(Uint8Array, 100_000);
    old.push(new WeakRef(scope.checkpoint()));
    scope.free(before);
    before = next;
  }
  return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
    const collect = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
    if (collect.Bun !== undefined) collect.Bun.gc(true);
    else if (collect.gc !== undefined) collect.gc();
    else return;
    const kept = old.filter((reference) => reference.deref() !== undefined).length;
    assert.ok(kept < 100, `${kept} of ${old.length} checkpoints are kept`);
  });
});

test("Scope.rollback() refuses what is no checkpoint of it, and one from before a reset", () => {
  using pool = new ScopePool();
  const [scope, other] = [pool.open(), pool.open()];
  const mark = scope.checkpoint();
  const forged = { liveBytes: mark.liveBytes, liveBlocks: mark.liveBlocks };
  for (const wrong of [forged, { ...mark }, other.checkpoint(), null, undefined, 1, Symbol("mark")]) {
    assertRefused(scope, () => scope.rollback(wrong as Checkpoint), RangeError, "Cannot roll back: ");
  }
  scope.reset();
  assertRefused(scope, () => scope.rollback(mark), RangeError, "Cannot roll back: ");
});
