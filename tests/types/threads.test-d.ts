import type { Heap, Stats } from "@mimalloc/ffi";
import type { NumberVector, StructVector, u32 } from "@mimalloc/ffi/stl";
import {
  type Chunk,
  parallel,
  type ParallelOptions,
  Plugin,
  type PluginEnd,
  TaskError,
  WorkerPool,
  type WorkerPoolOptions,
} from "@mimalloc/ffi/threads";
import { expectAssignable, expectError, expectType } from "tsd";

declare const heap: Heap;
declare const numbers: NumberVector<typeof u32>;
// deno-lint-ignore no-explicit-any -- structs of any kind
declare const points: StructVector<any>;

interface Tasks {
  sum(values: Float64Array): number;
  count(values: Uint32Array, chunk: Chunk<number>): Promise<bigint>;
  rows(bytes: DataView<ArrayBuffer>, chunk: Chunk): string;
  readonly version: number;
}

// Names, views and results of tasks come from the type of the module.
const pool = new WorkerPool<Tasks>(new URL("file:///tasks.js"), { workers: 2, name: "sums" });
const samples = heap.allocate(Float64Array, 100);
expectType<Promise<number[]>>(parallel(pool, samples, "sum"));
expectType<Promise<number>>(parallel(pool, samples, "sum", { reduce: (left, right) => left + right }));
expectType<Promise<bigint[]>>(parallel(pool, numbers, "count", { argument: 5, chunkLength: 10 }));
expectType<Promise<string[]>>(parallel(pool, points, "rows"));
expectError(parallel(pool, samples, "count"));
expectError(parallel(pool, samples, "version"));
expectError(parallel(pool, samples, "missing"));
expectError(parallel(pool, numbers, "sum"));
expectError(parallel(pool, [1, 2], "sum"));
expectError(parallel(pool, samples, "sum", { reduce: (left: string, right: string) => left + right }));
expectError(parallel(pool, samples, "sum", { chunkLength: "10" }));
expectAssignable<ParallelOptions>({});

expectType<Promise<void>>(pool.ready);
expectType<Promise<void>>(pool.end());
expectType<number>(pool.workers);
expectType<boolean>(pool.closed);
expectAssignable<Disposable>(pool);
expectAssignable<AsyncDisposable>(pool);
expectAssignable<WorkerPoolOptions>({ workers: 2 });
expectError(new WorkerPool());
expectError(new WorkerPool("file:///tasks.js", { threads: 2 }));

const error = new TaskError("failed", { task: "sum", chunk: 3 });
expectAssignable<Error>(error);
expectType<string>(error.task);
expectType<number | undefined>(error.chunk);

const plugin = new Plugin(new URL("file:///plugin.js"), { name: "tenant", limit: 1000 });
expectType<Promise<void>>(plugin.ready);
expectType<Promise<PluginEnd>>(plugin.ended);
expectType<Promise<PluginEnd>>(plugin.end());
expectType<[number, number, number, boolean, string]>([
  plugin.usedBytes,
  plugin.liveBlocks,
  plugin.limit,
  plugin.closed,
  plugin.name,
]);
expectType<Stats>(plugin.stats());
expectAssignable<AsyncDisposable>(plugin);
expectError(new Plugin());
expectError(new Plugin("file:///plugin.js", { limit: "1000" }));
expectError(plugin.limit = 5);
