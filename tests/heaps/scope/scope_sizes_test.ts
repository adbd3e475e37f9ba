import assert from "node:assert/strict";
import { test } from "node:test";
import { ScopePool } from "../../../mod.ts";

test("peakScopeBytes is the most that one scope had at once, whatever it gave back before its end", () => {
  using pool = new ScopePool();
  assert.deepEqual([pool.peakScopeBytes, pool.suggestedChunkBytes], [0, undefined]);
  pool.run((scope) => scope.allocate(Uint8Array, 1000));
  assert.equal(pool.peakScopeBytes, 1000);
  pool.run((scope) => {
    const mark = scope.checkpoint();
    scope.allocate(Uint8Array, 5000);
    scope.rollback(mark);
    scope.allocate(Uint8Array, 8);
  });
  assert.equal(pool.peakScopeBytes, 5000);
  pool.run((scope) => {
    scope.allocate(Uint8Array, 6000);
    scope.reset();
  });
  assert.equal(pool.peakScopeBytes, 6000);
  pool.run((scope) => {
    const large = scope.allocate(Uint8Array, 100_000);
    scope.allocate(Uint8Array, 8);
    scope.free(large);
  });
  assert.equal(pool.peakScopeBytes, 100_008);
  pool.run((scope) => scope.reallocate(scope.allocate(Uint8Array, 200_000), 10));
  assert.equal(pool.peakScopeBytes, 200_000);
  const open = pool.open();
  open.allocate(Uint8Array, 300_000);
  assert.equal(pool.peakScopeBytes, 200_000);
  open[Symbol.dispose]();
  open[Symbol.dispose]();
  assert.equal(pool.peakScopeBytes, 300_000);
});

test("suggestedChunkBytes is what 19 of 20 scopes need", () => {
  using pool = new ScopePool();
  const use = (bytes: number, times: number): void => {
    for (let time = 0; time < times; time++) pool.run((scope) => bytes > 0 && scope.allocate(Uint8Array, bytes));
  };
  use(100, 10);
  assert.equal(pool.suggestedChunkBytes, 1024);
  use(3000, 85);
  assert.equal(pool.suggestedChunkBytes, 3008);
  use(50_000, 5);
  assert.equal(pool.suggestedChunkBytes, 4096);
  use(50_000, 1);
  assert.equal(pool.suggestedChunkBytes, 50_048);
  use(0, 200);
  assert.equal(pool.suggestedChunkBytes, 4096);
  using small = new ScopePool({ retainBytes: 65_536 });
  small.run((scope) => scope.allocate(Uint8Array, 10_000_000));
  assert.deepEqual([small.suggestedChunkBytes, small.peakScopeBytes], [65_536, 10_000_000]);
});

test("with the suggested chunk, scopes take no block of their own", () => {
  using pool = new ScopePool();
  const work = (into: ScopePool): number =>
    into.run((scope) => {
      for (let count = 0; count < 6; count++) scope.allocate(Uint8Array, 20_000);
      return into.heldBytes;
    });
  for (let time = 0; time < 20; time++) work(pool);
  using fitting = new ScopePool({ chunkBytes: pool.suggestedChunkBytes! });
  assert.equal(work(fitting), fitting.chunkBytes);
  assert.ok(work(pool) > pool.chunkBytes);
});
