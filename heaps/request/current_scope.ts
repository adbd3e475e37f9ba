import { AsyncLocalStorage } from "node:async_hooks";
import { refuseArgument, requireFunction } from "../argument.ts";
import type { Scope } from "../scope/scope.ts";
import type { ScopePool } from "../scope/scope_pool.ts";

let storage: AsyncLocalStorage<Scope> | undefined;

/** Calls `task`, for which, and for all that it calls or awaits, `scope` is the current one. */
export function enterScope<R>(scope: Scope, task: () => R): R {
  storage ??= new AsyncLocalStorage<Scope>();
  return storage.run(scope, task);
}

/**
 * The scope of the request that is being worked on: that of {@linkcode runInScope}, {@linkcode honoScopes} or
 * {@linkcode expressScopes}, however deep in calls and behind however many `await`.
 *
 * Throws `Error` when nothing was run in a scope.
 *
 * @example
 * ```ts
 * import { currentScope, runInScope, ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * async function total(prices: number[]): Promise<number> {
 *   await Promise.resolve();
 *   const column = currentScope().allocate(Float64Array, prices.length);
 *   column.set(prices);
 *   return column.reduce((sum, price) => sum + price, 0);
 * }
 *
 * using pool = new ScopePool();
 * assert.equal(await runInScope(pool, () => total([1, 2, 3.5])), 6.5);
 * assert.throws(currentScope, /nothing was run in a scope/);
 * ```
 */
export function currentScope(): Scope {
  const scope = storage?.getStore();
  if (scope !== undefined) return scope;
  throw new Error(
    "Cannot tell the current scope: nothing was run in a scope, by runInScope() or as middleware, or its context was lost " +
      "in a callback of an event",
  );
}

/**
 * Calls `task` with a new scope of `pool`, as `ScopePool.run` does, and makes it the {@linkcode currentScope} of everything
 * that the task calls and awaits.
 *
 * Throws what the task throws, `TypeError` when it is no function, and `ClosedError` when the pool is closed.
 */
export function runInScope<R>(pool: ScopePool, task: (scope: Scope) => R): R {
  requireFunction(task, "run a task");
  requirePool(pool, "run a task");
  return pool.run((scope) => enterScope(scope, () => task(scope)));
}

/** Throws `TypeError` for what is no pool of scopes, before a request meets it. */
export function requirePool(pool: ScopePool, action: string): void {
  if (typeof pool?.open !== "function" || typeof pool.run !== "function") refuseArgument(pool, action, "a ScopePool");
}
