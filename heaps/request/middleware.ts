import type { ScopePool } from "../scope/scope_pool.ts";
import { enterScope, requirePool, runInScope } from "./current_scope.ts";

/** What Hono takes as middleware. */
export type HonoMiddleware = (context: unknown, next: () => Promise<void>) => Promise<void>;

/**
 * Middleware for Hono: gives each request a scope of `pool`, the {@linkcode currentScope} of its handlers, which ends when
 * they are through. A response that goes on after that, as a stream does, holds the scope:
 * `currentScope().hold(promise)`.
 *
 * @example
 * ```ts
 * import { currentScope, honoScopes, ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const pool = new ScopePool({ limit: 8 * 2 ** 20 });
 * const middleware = honoScopes(pool); // app.use(honoScopes(pool))
 * await middleware({}, async () => {
 *   await Promise.resolve();
 *   assert.equal(currentScope().allocate(Uint8Array, 100).length, 100);
 * });
 * assert.equal(pool.live, 0);
 * pool.close();
 * ```
 */
export function honoScopes(pool: ScopePool): HonoMiddleware {
  requirePool(pool, "make middleware");
  return (_context, next) => runInScope(pool, () => next());
}

/** What is used of a response of Node.js. */
export interface ClosingResponse {
  /** Whether the connection is gone already. */
  readonly destroyed?: boolean;
  /** Calls `listener` when the answer was sent, or the client has left. */
  once(event: "close", listener: () => void): unknown;
}

/** What Express and Connect take as middleware. */
export type ExpressMiddleware = (request: unknown, response: ClosingResponse, next: () => void) => void;

/**
 * Middleware for Express and Connect: gives each request a scope of `pool`, the {@linkcode currentScope} of its handlers,
 * which ends when the response was sent or the client has left. It belongs behind middleware that reads bodies, because
 * that goes on from events, in which nothing tells of which request they are.
 *
 * @example
 * ```ts
 * import { currentScope, expressScopes, ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 * import { EventEmitter } from "node:events";
 *
 * const pool = new ScopePool({ limit: 8 * 2 ** 20 });
 * const middleware = expressScopes(pool); // app.use(expressScopes(pool))
 * const response = new EventEmitter();
 * middleware({}, response, () => {
 *   assert.equal(currentScope().allocate(Uint8Array, 100).length, 100);
 * });
 * assert.equal(pool.live, 1);
 * response.emit("close");
 * assert.equal(pool.live, 0);
 * pool.close();
 * ```
 */
export function expressScopes(pool: ScopePool): ExpressMiddleware {
  requirePool(pool, "make middleware");
  return (_request, response, next) => {
    // It will not be told of any more.
    if (response.destroyed === true) return runInScope(pool, () => next());
    const scope = pool.open();
    response.once("close", () => scope[Symbol.dispose]());
    enterScope(scope, () => next());
  };
}
