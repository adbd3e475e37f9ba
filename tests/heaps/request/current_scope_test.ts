import assert from "node:assert/strict";
import { test } from "node:test";
import { currentScope, runInScope, type Scope, ScopePool } from "../../../mod.ts";

function later(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

test("currentScope() is the scope of the task, behind awaits and timers, for each of many at once", async () => {
  using pool = new ScopePool();
  const scopes = new Set<Scope>();
  await Promise.all(Array.from({ length: 50 }, (_, index) =>
    runInScope(pool, async (scope) => {
      scopes.add(scope);
      assert.equal(currentScope(), scope);
      const view = currentScope().allocate(Uint32Array, 10).fill(index);
      await later(index % 5);
      assert.equal(currentScope(), scope);
      await Promise.all([1, 2].map(async () => {
        await Promise.resolve();
        assert.equal(currentScope(), scope);
      }));
      assert.equal(view.every((value) => value === index), true);
    })));
  assert.equal(scopes.size, 50);
  assert.equal(pool.live, 0);
});

test("scopes stand in each other, and there is none outside", () => {
  using pool = new ScopePool();
  const message = /nothing was run in a scope/;
  assert.throws(currentScope, { name: "Error", message });
  const result = runInScope(pool, (outer) => {
    const inner = runInScope(pool, (inner) => {
      assert.notEqual(inner, outer);
      return currentScope();
    });
    assert.equal(inner.closed, true);
    assert.equal(currentScope(), outer);
    return 7;
  });
  assert.equal(result, 7);
  assert.throws(currentScope, { name: "Error", message });
});

test("a scope ends when its task throws or fails, and is of no use to what goes on", async () => {
  using pool = new ScopePool();
  assert.throws(() =>
    runInScope(pool, () => {
      throw new Error("thrown");
    }), /thrown/);
  await assert.rejects(
    runInScope(pool, async () => {
      await later();
      throw new Error("failed");
    }),
    /failed/,
  );
  assert.equal(pool.live, 0);
  let lost: Promise<void> | undefined;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  await runInScope(pool, async () => {
    lost = ended.then(() => later()).then(() => {
      assert.throws(() => currentScope().allocate(Uint8Array, 1), { name: "ClosedError" });
    });
    await later();
  });
  end();
  await lost;
  assert.throws(() => runInScope(pool, null as never), { name: "TypeError", message: /expected a function, got null/ });
  pool.close();
  assert.throws(() => runInScope(pool, () => 1), { name: "ClosedError" });
});
