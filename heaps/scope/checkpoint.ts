/**
 * A moment in the life of a {@linkcode Scope} to which it can be rolled back.
 *
 * @example
 * ```ts
 * import { ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using pool = new ScopePool();
 * using scope = pool.open();
 * const kept = scope.allocate(Float64Array, 10);
 * const checkpoint = scope.checkpoint();
 * const trial = scope.allocate(Float64Array, 10);
 * scope.rollback(checkpoint);
 * assert.deepEqual([kept.length, trial.length], [10, 0]);
 * ```
 */
export interface Checkpoint {
  /** Bytes that were live at that moment. */
  readonly liveBytes: number;
  /** Blocks that were live at that moment. */
  readonly liveBlocks: number;
}
