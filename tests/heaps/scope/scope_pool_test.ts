import assert from "node:assert/strict";
import { test } from "node:test";
import { AllocationError, Arena, ClosedError, Heap, LeakError, type Scope, ScopePool } from "../../../mod.ts";
import { addressOf, assertFilled, assertLive, fill, MIB } from "../_support.ts";
import { ofArenas } from "../../_arenas.ts";
import { until } from "../../_time.ts";

function counts(pool: ScopePool): Record<string, number> {
  const { opened, destroyed, live, retained, liveBytes, heldBytes } = pool;
  return { opened, destroyed, live, retained, liveBytes, heldBytes };
}

test("ScopePool.open() counts scopes, and uses the chunk of an ended one again", () => {
  using pool = new ScopePool({ name: "requests" });
  assert.deepEqual(counts(pool), { opened: 0, destroyed: 0, live: 0, retained: 0, liveBytes: 0, heldBytes: 0 });
  const first = pool.open();
  assert.equal(first.name, "requests");
  const view = first.allocate(Uint8Array, 100);
  const address = addressOf(view);
  assert.deepEqual(counts(pool), { opened: 1, destroyed: 0, live: 1, retained: 0, liveBytes: 104, heldBytes: 65_536 });
  first[Symbol.dispose]();
  assert.deepEqual(counts(pool), { opened: 1, destroyed: 1, live: 0, retained: 1, liveBytes: 0, heldBytes: 65_536 });
  using second = pool.open();
  assert.equal(addressOf(second.allocate(Uint8Array, 100)), address);
  assert.equal(view.length, 0);
});

test("ScopePool keeps many scopes apart that end in any order", () => {
  using pool = new ScopePool();
  const scopes = Array.from({ length: 200 }, (_, index) => {
    const scope = pool.open();
    const view = scope.allocate(Uint8Array, 1000);
    fill(view, index);
    return { scope, view, index };
  });
  assert.deepEqual([pool.live, pool.liveBytes], [200, 200_000]);
  const order = scopes.toSorted((a, b) => (a.index * 7919) % 200 - (b.index * 7919) % 200);
  order.forEach(({ scope, view, index }, ended) => {
    assertFilled(view, index);
    scope[Symbol.dispose]();
    assert.deepEqual([pool.live, pool.liveBytes, view.length], [199 - ended, (199 - ended) * 1000, 0]);
  });
  assert.deepEqual([pool.retained, pool.heldBytes], [64, 64 * 65_536]);
});

test("ScopePool keeps no more than maxRetained scopes and retainBytes bytes", () => {
  for (
    const [options, most] of [
      [{ maxRetained: 3 }, 3],
      [{ maxRetained: 0 }, 0],
      [{ retainBytes: 2 * 65_536 + 5 }, 2],
      [{ retainBytes: 0 }, 0],
      [{ chunkBytes: 4096, retainBytes: 5 * 4096 }, 5],
    ] as const
  ) {
    using pool = new ScopePool(options);
    const scopes = Array.from({ length: 10 }, () => pool.open());
    for (const scope of scopes) scope.allocate(Uint8Array, 8);
    for (const scope of scopes) scope[Symbol.dispose]();
    assert.deepEqual([pool.retained, pool.heldBytes], [most, most * pool.chunkBytes]);
  }
});

test("ScopePool with more chunks in one scope keeps them within retainBytes", () => {
  using pool = new ScopePool({ retainBytes: 4 * 65_536 });
  for (let round = 0; round < 3; round++) {
    pool.run((scope) => {
      for (let index = 0; index < 100; index++) scope.allocate(Uint8Array, 10_000);
    });
    assert.equal(pool.retained, 4);
    assert.equal(pool.heldBytes, 4 * 65_536);
  }
});

test("ScopePool refuses options out of bounds", () => {
  for (
    const options of [
      { limit: 0 },
      { limit: NaN },
      { chunkBytes: 1023 },
      { chunkBytes: 2 ** 30 + 1 },
      { chunkBytes: 4096.5 },
      { retainBytes: -1 },
      { retainBytes: Infinity },
      { maxRetained: -1 },
      { maxRetained: 1.5 },
      { maxRetained: "5" as unknown as number },
    ]
  ) {
    assert.throws(() => new ScopePool(options), { name: "RangeError", message: /^Cannot (use|limit)/ });
  }
  using pool = new ScopePool({ chunkBytes: 1030 });
  assert.equal(pool.chunkBytes, 1088);
});

test("ScopePool.run() ends the scope after the task, and returns what the task returned", () => {
  using pool = new ScopePool();
  let inside: Scope | undefined;
  const view = pool.run((scope) => {
    inside = scope;
    return scope.allocate(Uint8Array, 8);
  });
  assert.deepEqual([view.length, inside?.closed, pool.live], [0, true, 0]);
  assert.equal(pool.run(() => undefined), undefined);
  assert.equal(pool.run((scope) => (scope[Symbol.dispose](), 5)), 5);
  assert.equal(pool.destroyed, 3);
});

test("ScopePool.run() ends the scope of a task that throws", () => {
  using pool = new ScopePool();
  const error = new Error("task");
  assert.throws(() =>
    pool.run((scope) => {
      scope.allocate(Uint8Array, 8);
      throw error;
    }), error);
  assert.throws(() =>
    pool.run(() => ({
      get then() {
        throw error;
      },
    })), error);
  assert.deepEqual([pool.live, pool.destroyed, pool.liveBytes], [0, 2, 0]);
});

test("ScopePool.run() ends the scope when the task's promise has settled", async () => {
  using pool = new ScopePool();
  const { promise, resolve } = Promise.withResolvers<void>();
  let view: Uint8Array | undefined;
  const done = pool.run(async (scope) => {
    view = scope.allocate(Uint8Array, 8);
    await promise;
    assert.equal(view.length, 8);
    return "done";
  });
  assert.deepEqual([pool.live, view?.length], [1, 8]);
  resolve();
  assert.equal(await done, "done");
  assert.deepEqual([pool.live, view?.length], [0, 0]);
  await assert.rejects(pool.run((scope) => Promise.reject(new Error(scope.name))), { message: pool.name });
  const thenable = { then: (settle: (value: number) => void): void => settle(7) };
  assert.equal(await pool.run(() => thenable), 7);
  assert.deepEqual([pool.live, pool.destroyed], [0, 3]);
});

test("Scope.hold() delays the end until the last promise has settled, either way", async () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 100);
  fill(view, 1);
  const [first, second] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  const held = [scope.hold(first.promise), scope.hold(second.promise)];
  scope[Symbol.dispose]();
  assert.deepEqual([scope.closed, pool.live, pool.destroyed, view.length], [true, 1, 0, 100]);
  pool.run((other) => other.allocate(Uint8Array, 60_000).fill(170));
  first.resolve(5);
  assert.equal(await held[0], 5);
  assertFilled(view, 1);
  const failure = new Error("second");
  second.reject(failure);
  await assert.rejects(held[1]!, failure);
  assert.deepEqual([pool.live, pool.destroyed, view.length], [0, 2, 0]);
});

test("Scope.hold() of a promise that settles before the end changes nothing", async () => {
  using pool = new ScopePool();
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 8);
  assert.equal(await scope.hold(Promise.resolve("early")), "early");
  assert.deepEqual([view.length, scope.closed], [8, false]);
  scope[Symbol.dispose]();
  assert.deepEqual([view.length, pool.live], [0, 0]);
});

test("await using waits until nothing holds the scope", async () => {
  using pool = new ScopePool();
  let settled = false;
  {
    await using scope = pool.open();
    void scope.hold(
      new Promise<void>((resolve) =>
        setTimeout(() => {
          settled = true;
          resolve();
        }, 20)
      ),
    );
  }
  assert.deepEqual([settled, pool.live], [true, 0]);
  await pool.open()[Symbol.asyncDispose]();
  assert.equal(pool.live, 0);
});

test("ScopePool.close() throws LeakError while scopes are live, then closes", () => {
  const pool = new ScopePool({ name: "leaky" });
  const scope = pool.open();
  scope.allocate(Uint8Array, 100);
  assert.throws(() => pool.close(), (error) => {
    assert.ok(error instanceof LeakError);
    assert.deepEqual([error.blocks, error.bytes], [1, 104]);
    assert.match(error.message, /^Cannot close leaky: 1 scopes with 104 bytes are live/);
    return true;
  });
  assert.deepEqual([pool.closed, scope.closed], [false, false]);
  scope[Symbol.dispose]();
  pool.close();
  pool.close();
  assert.deepEqual([pool.closed, pool.heldBytes], [true, 0]);
  assert.throws(() => pool.open(), ClosedError);
  assert.throws(() => pool.run(() => 5), ClosedError);
});

test("ScopePool.destroy() ends open scopes, retained scopes and large blocks", () => {
  for (const [open, ended] of [[0, 0], [1, 0], [0, 1], [1, 1], [5, 3]] as const) {
    const pool = new ScopePool();
    const scopes = Array.from({ length: open + ended }, () => pool.open());
    const views = scopes.map((scope) => scope.allocate(Uint8Array, 8));
    for (const scope of scopes) {
      for (let index = 0; index < 20; index++) views.push(scope.allocate(Uint8Array, 12_000));
      views.push(scope.allocate(Uint8Array, 100_000));
    }
    for (const scope of scopes.slice(open)) scope[Symbol.dispose]();
    pool.destroy();
    pool.destroy();
    assert.ok(scopes.every((scope) => scope.closed) && views.every((view) => view.length === 0));
    assert.deepEqual([pool.live, pool.heldBytes, pool.retained], [0, 0, 0]);
  }
});

test("ScopePool.destroy() keeps the memory of held scopes until their promises settle", async () => {
  const pool = new ScopePool();
  pool.run((scope) => scope.allocate(Uint8Array, 8));
  const { promise, resolve } = Promise.withResolvers<void>();
  const scope = pool.open();
  const views = [scope.allocate(Uint8Array, 1000), scope.allocate(Uint8Array, 100_000)];
  views.forEach(fill);
  void scope.hold(promise);
  const other = pool.open().allocate(Uint8Array, 8);
  pool.destroy();
  assert.deepEqual([other.length, scope.closed, pool.live], [0, true, 1]);
  assert.throws(() => pool.open(), ClosedError);
  using heap = new Heap();
  for (let index = 0; index < 50; index++) heap.allocate(Uint8Array, 65_536).fill(170);
  views.forEach((view, index) => assertFilled(view, index));
  resolve();
  await until(() => pool.live === 0);
  assert.ok(views.every((view) => view.length === 0));
  assert.equal(pool.heldBytes, 0);
});

test("Arena.destroy() ends the pools in it", ofArenas, () => {
  const arena = Arena.reserve(32 * MIB);
  const pool = new ScopePool({ arena });
  assert.equal(pool.arena, arena);
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 1000);
  pool.run((other) => other.allocate(Uint8Array, 1000));
  const { address, byteLength } = arena.area;
  assert.ok(addressOf(view) >= address && addressOf(view) < address + byteLength);
  assert.equal(arena.liveHeaps, 1);
  assert.throws(() => arena.close(), LeakError);
  arena.destroy();
  assert.deepEqual([view.length, scope.closed, pool.closed, arena.closed], [0, true, true, true]);
  assert.throws(() => new ScopePool({ arena }), ClosedError);
});

test("Scope.allocate() throws when the arena is full, and goes on in the chunk that it has", ofArenas, () => {
  using arena = Arena.reserve(96 * MIB);
  using pool = new ScopePool({ arena });
  const scope = pool.open();
  scope.allocate(Uint8Array, 8);
  let blocks = 1;
  assert.throws(() => {
    for (;; blocks++) scope.allocate(Uint8Array, 12_000);
  }, AllocationError);
  assert.ok(blocks * 12_000 > 36 * MIB);
  assertLive(scope, 8 + (blocks - 1) * 12_000, blocks);
  const before = scope.liveBytes;
  let large = 0;
  assert.throws(() => {
    for (;; large++) scope.allocate(Uint8Array, MIB);
  }, AllocationError);
  assert.equal(scope.liveBytes, before + large * MIB);
  assert.equal(scope.allocate(Uint8Array, 8).length, 8);
  scope.reset();
  assert.equal(scope.allocate(Uint8Array, MIB).length, MIB);
});

test("Scope.reallocate() that finds the arena full leaves the block and the counts", ofArenas, () => {
  using arena = Arena.reserve(32 * MIB);
  using pool = new ScopePool({ arena });
  const scope = pool.open();
  const view = scope.allocate(Uint8Array, 100_000);
  fill(view, 1);
  assert.throws(() => scope.reallocate(view, 33 * MIB), AllocationError);
  assertFilled(view, 1);
  assertLive(scope, 100_000, 1);
  scope.free(view);
  assertLive(scope, 0, 0);
});
