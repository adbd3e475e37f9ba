import type { AnyView } from "../../heaps/allocator.ts";
import { refuseArgument, requireFunction, requireObject, shown } from "../../heaps/argument.ts";
import { holdBlock } from "../../heaps/core/holds.ts";
import { lentOf } from "./_lent.ts";
import type { Lendable, LentView } from "./lendable.ts";
import type { TaskName, TaskResult } from "./task.ts";
import { runJob, WorkerPool } from "./worker_pool.ts";

/** Options of {@linkcode parallel}. */
export interface ParallelOptions {
  /** What every task is given besides its chunk: `chunk.argument`, a copy of it. */
  readonly argument?: unknown;
  /**
   * Elements of a chunk; the last one has what is left. With the same number the same calls happen, on any machine.
   *
   * @default {a 32nd of the elements, and at least 1024}
   */
  readonly chunkLength?: number;
}

/** Options of {@linkcode parallel} with a function that brings the results together. */
export interface ReduceOptions<R> extends ParallelOptions {
  /** Makes one result of two, in this thread: from the first chunk to the last, as `Array.prototype.reduce`. */
  readonly reduce: (left: R, right: R) => R;
}

const CHUNKS = 32;
const LEAST_CHUNK = 1024;

/**
 * Runs the function that the module of `pool` exports as `task` on every part of `values`, in several Workers at once
 * and on the same memory: nothing is copied. Resolves to what the calls returned, in the order of the chunks whatever
 * Worker was first, or to what `reduce` makes of that.
 *
 * `values` is a view that a heap handed out or a part of one, a column of a `SoaVector`, or a `Vector`; of structs a task
 * gets a `DataView` of their bytes, for `Struct.at(view, byteOffset)`. The task gets a view of its chunk, and a
 * {@linkcode Chunk} that says where it is; that view has length 0 once the task has returned, or its promise settled.
 * Results are copied as `postMessage()` does it.
 *
 * Meanwhile the memory is held: it cannot be freed, moved or grow, and what this thread writes to it or reads from it
 * mixes with what the tasks do. A call takes some 100 µs besides, so what takes less than a millisecond is not worth it.
 *
 * Rejects with `TypeError` for memory that lies in no heap, or in a scope (copy it into a heap: `heap.bytes(view)`), and
 * for a `reduce` without any elements; `RangeError` for a chunk length that is no positive integer; `ClosedError` when
 * the pool or the vector has ended; `DataCloneError` for an argument that cannot be copied. With {@linkcode TaskError}
 * once no Worker goes on: when a task throws, with the error of the first chunk that failed; when a Worker ends, and then
 * the memory stays held until its thread is gone.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { f64, Vector } from "@mimalloc/ffi/stl";
 * import { parallel, WorkerPool } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 * import { isMainThread } from "node:worker_threads";
 *
 * export function sum(values: Float64Array): number {
 *   let total = 0;
 *   for (const value of values) total += value;
 *   return total;
 * }
 *
 * if (isMainThread) {
 *   await using pool = new WorkerPool<{ sum: typeof sum }>(import.meta.url, { workers: 2 });
 *   using heap = new Heap();
 *   const samples = new Vector(f64, { allocator: heap });
 *   for (let i = 1; i <= 10_000; i++) samples.push(i);
 *   const total = parallel(pool, samples, "sum", { reduce: (left, right) => left + right });
 *   assert.throws(() => samples.dispose(), /promises hold it/);
 *   assert.equal(await total, 50_005_000);
 * }
 * ```
 */
export function parallel<M, L extends Lendable, K extends TaskName<M, LentView<L> & AnyView>>(
  pool: WorkerPool<M>,
  values: L,
  task: K,
  options: ReduceOptions<TaskResult<M[K]>>,
): Promise<TaskResult<M[K]>>;
/** The results in the order of the chunks. */
export function parallel<M, L extends Lendable, K extends TaskName<M, LentView<L> & AnyView>>(
  pool: WorkerPool<M>,
  values: L,
  task: K,
  options?: ParallelOptions,
): Promise<TaskResult<M[K]>[]>;
export async function parallel(
  pool: WorkerPool<unknown>,
  values: Lendable,
  task: string,
  options: ParallelOptions & Partial<ReduceOptions<unknown>> = {},
): Promise<unknown> {
  const { argument, chunkLength, reduce } = requireObject(options, "run a task");
  if (!(pool instanceof WorkerPool)) refuseArgument(pool, "run a task", "a WorkerPool");
  if (typeof task !== "string") refuseArgument(task, "run a task", "the name of a function");
  if (reduce !== undefined) requireFunction(reduce, "bring results together");
  const { block, ...lent } = lentOf(values);
  const each = chunkLength ?? Math.max(LEAST_CHUNK, Math.ceil(lent.length / CHUNKS));
  if (!Number.isSafeInteger(each) || each < 1) {
    throw new RangeError(`Cannot cut chunks of ${shown(chunkLength)} elements: expected a positive integer`);
  }
  const chunks = Math.ceil(lent.length / each);
  if (chunks >= 2 ** 31) throw new RangeError(`Cannot cut ${chunks} chunks: there are too many`);
  if (chunks === 0) {
    if (reduce === undefined) return [];
    throw new TypeError("Cannot bring results together: there is no element");
  }
  const running = runJob(pool, { ...lent, task, argument, chunkLength: each, chunks });
  if (block !== undefined) holdBlock(block, running.released);
  const results = await running.results;
  if (reduce === undefined) return results;
  return results.reduce((left, right) => reduce(left, right));
}
