import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Heap, ScopePool } from "../../../mod.ts";
import { f64, SoaVector, u32, Vector } from "../../../stl/mod.ts";
import { parallel, send, TaskError, WorkerPool } from "../../../threads/mod.ts";
import { RUNTIME } from "../../_program.ts";
import { until } from "../../_time.ts";
import { Point } from "./_tasks.ts";
import type * as tasks from "./_tasks.ts";

const MODULE = new URL("./_tasks.ts", import.meta.url);
type Tasks = typeof tasks;

function makePool(workers = 2): WorkerPool<Tasks> {
  return new WorkerPool<Tasks>(MODULE, { workers });
}

test("parallel() changes the memory of a Vector in place and reduces from left to right", async () => {
  await using pool = makePool();
  using heap = new Heap();
  const numbers = new Vector(u32, { allocator: heap });
  for (let index = 0; index < 10_007; index++) numbers.push(index);
  await parallel(pool, numbers, "addStart", { argument: 5, chunkLength: 1000 });
  assert.ok(numbers.toArray().every((value, index) => value === index * 2 + 5));
  const samples = heap.allocate(Float64Array, 5000);
  for (let index = 0; index < samples.length; index++) samples[index] = 1 / (index + 1);
  // Floating point sums depend on the order: it is that of the chunks, whoever was first.
  const expected = Array.from({ length: 5 }, (_, chunk) => samples.subarray(chunk * 1000, chunk * 1000 + 1000))
    .map((part) => part.reduce((total, value) => total + value))
    .reduce((left, right) => left - right / 3);
  const reduce = (left: number, right: number): number => left - right / 3;
  for (let repeat = 0; repeat < 5; repeat++) {
    assert.equal(await parallel(pool, samples, "sum", { chunkLength: 1000, reduce }), expected);
  }
});

test("parallel() gives results in the order of the chunks whatever ends first", async () => {
  await using pool = makePool();
  using heap = new Heap();
  const bytes = heap.allocate(Uint8Array, 6).fill(10);
  assert.deepEqual(await parallel(pool, bytes, "later", { chunkLength: 1 }), [10, 11, 12, 13, 14, 15]);
  const parts = await parallel(pool, bytes.subarray(1), "about", { chunkLength: 2 });
  assert.deepEqual(parts, [[0, 0, 2, 2, 0], [1, 2, 2, 2, 0], [2, 4, 1, 1, 0]]);
});

test("parallel() lends what a view has, and not what it says of itself", async () => {
  await using pool = makePool();
  using heap = new Heap();
  for (const [key, value] of [["byteLength", 4096], ["byteOffset", 64], ["length", 4096]] as const) {
    const bytes = Object.defineProperty(heap.allocateZeroed(Uint8Array, 8), key, { value });
    assert.deepEqual(await parallel(pool, bytes, "about", { chunkLength: 4096 }), [[0, 0, 8, 8, 0]]);
  }
});

test("parallel() uses several Workers at once", async () => {
  await using pool = makePool(3);
  await pool.ready;
  using heap = new Heap();
  const ids = await parallel(pool, heap.allocate(Uint8Array, 12), "whoAmI", { chunkLength: 1 });
  assert.equal(new Set(ids).size, 3);
});

test("parallel() gives tasks a column of a SoaVector, and the bytes of structs", async () => {
  await using pool = makePool();
  using heap = new Heap();
  const rows = new SoaVector({ x: f64, id: u32 }, { allocator: heap });
  const points = new Vector(Point, { allocator: heap });
  for (let index = 0; index < 100; index++) {
    rows.push({ x: index, id: index });
    points.push({ x: index, id: index });
  }
  assert.deepEqual(await parallel(pool, rows.column("x"), "sum", { chunkLength: 50 }), [1225, 3725]);
  assert.deepEqual(await parallel(pool, points, "shift", { argument: 0.5, chunkLength: 30 }), [0, 30, 60, 90]);
  assert.ok([...points].every(({ x, id }) => x === id + 0.5));
});

test("parallel() holds the memory until the tasks are done", async () => {
  await using pool = makePool();
  using heap = new Heap();
  const numbers = new Vector(u32, { allocator: heap });
  for (let index = 0; index < 1000; index++) numbers.push(0);
  const view = heap.allocate(Uint8Array, 4).fill(1);
  const lent = parallel(pool, numbers, "addStart", { argument: 0 });
  const waiting = parallel(pool, view, "later", { chunkLength: 1 });
  assert.throws(() => numbers.dispose(), /promises hold it/);
  assert.throws(() => numbers.reserve(100_000), /promises hold it/);
  assert.throws(() => heap.free(view), /promises hold it/);
  assert.throws(() => heap.reallocate(view, 8), /promises hold it/);
  const nobody = { postMessage(): void {} };
  for (const value of [view, numbers, heap]) {
    assert.throws(() => send(nobody, value), { message: /promises hold|sending a(?: block of a)? heap/ });
  }
  await Promise.all([lent, waiting]);
  heap.free(view);
  numbers.dispose();
  assert.equal(heap.liveBlocks, 0);
});

test("parallel() lets a heap end whose memory is lent, and frees that afterwards", async () => {
  await using pool = makePool();
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 5).fill(1);
  const lent = parallel(pool, view, "later", { chunkLength: 1 });
  heap.destroy();
  assert.equal(view.length, 0);
  assert.deepEqual(await lent, [1, 2, 3, 4, 5]);
});

test("a task that keeps its view has an empty one afterwards, and its results are copies", async () => {
  await using pool = makePool(1);
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100).fill(7);
  assert.deepEqual(await parallel(pool, view, "keep", { chunkLength: 50 }), [-1, 0]);
  const [copy] = await parallel(pool, view, "returnView");
  view.fill(0);
  assert.deepEqual([...copy!], [7, 7]);
});

test("parallel() rejects with the error of the first chunk that failed, its message and its stack", async () => {
  await using pool = makePool();
  using heap = new Heap();
  const view = heap.allocateZeroed(Uint8Array, 1000);
  view[300] = view[310] = view[990] = 1;
  for (let repeat = 0; repeat < 10; repeat++) {
    await assert.rejects(parallel(pool, view, "failAt", { chunkLength: 10 }), (error) => {
      assert.ok(error instanceof TaskError);
      assert.deepEqual([error.name, error.task, error.chunk], ["TaskError", "failAt", 30]);
      assert.equal(error.message, 'Cannot run task "failAt" on chunk 30: chunk 30 is wrong');
      const { name, message, stack } = error.cause as Error;
      assert.deepEqual([name, message], ["RangeError", "chunk 30 is wrong"]);
      assert.match(stack!, /_tasks\.ts/);
      return true;
    });
  }
  await assert.rejects(parallel(pool, view, "failWithText"), /on chunk 0: no error at all/);
  await assert.rejects(parallel(pool, view, "returnFunction"), TaskError);
  await assert.rejects(parallel(pool, view, "missing" as never), /exports no function of this name/);
  heap.free(view);
});

test("a Worker that ends is replaced, and the call that it worked for rejects", async () => {
  await using pool = makePool(2);
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 100).fill(3);
  await assert.rejects(parallel(pool, view, "exit", { chunkLength: 10 }), {
    name: "TaskError",
    message: /^Cannot run task "exit": its Worker ended before it was done/,
  });
  await assert.rejects(parallel(pool, view, "throwLater"), /nobody catches this/);
  assert.deepEqual(await parallel(pool, view, "about", { chunkLength: 60 }), [[0, 0, 60, 60, 0], [1, 60, 40, 40, 0]]);
  await freed(heap, view);
});

/** Frees `view` as soon as that is allowed. */
async function freed(heap: Heap, view: Uint8Array<ArrayBuffer>): Promise<void> {
  await until(() => {
    try {
      heap.free(view);
      return true;
    } catch (error) {
      assert.match((error as Error).message, /promises hold it/);
      return false;
    }
  }, "the end of the thread that holds the memory");
}

const ASK = { skip: process.platform === "linux" ? false : "nothing tells that a thread has ended" };

test("memory that was lent to a Worker stays held until its thread is gone", ASK, async () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 8).fill(0);
  {
    using pool = makePool(1);
    await pool.ready;
    const rejected = assert.rejects(parallel(pool, view, RUNTIME === "bun" ? "spin" : "never"), TaskError);
    await setTimeout(50);
    assert.throws(() => heap.free(view), /promises hold it/);
    pool[Symbol.dispose]();
    await rejected;
  }
  await freed(heap, view);
});

test("memory whose buffer a task has moved away is held for good", async () => {
  await using pool = makePool(1);
  const heap = new Heap();
  const view = heap.allocate(Uint8Array, 8);
  await assert.rejects(parallel(pool, view, "move"), /moved the buffer of its chunk away/);
  await setTimeout(20);
  assert.throws(() => heap.free(view), /promises hold it/);
  heap.destroy();
});

test("end() lets the Workers finish, and nothing begins afterwards", async () => {
  const pool = makePool();
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 4).fill(1);
  const waiting = parallel(pool, view, "later", { chunkLength: 1 });
  const end = pool.end();
  assert.ok(pool.closed);
  await assert.rejects(parallel(pool, view, "later"), { name: "ClosedError" });
  assert.deepEqual(await waiting, [1, 2, 3, 4]);
  await end;
  await pool.end();
});

test("a pool that has ended before it was ready says so", async () => {
  const pool = makePool(1);
  pool[Symbol.dispose]();
  await assert.rejects(pool.ready, { name: "ClosedError" });
  using heap = new Heap();
  await assert.rejects(parallel(pool, heap.allocate(Uint8Array, 4), "about"), { name: "ClosedError" });
});

test("a pool whose module cannot be imported says why, and starts no Workers again", async () => {
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 4);
  for (const [name, reason] of [["./_broken_tasks.ts", /broken on purpose/], ["./nowhere.ts", /nowhere/]] as const) {
    using pool = new WorkerPool(new URL(name, import.meta.url), { workers: 2 });
    const early = assert.rejects(parallel(pool, view, "sum" as never), reason);
    await assert.rejects(pool.ready, reason);
    await early;
    await assert.rejects(parallel(pool, view, "sum" as never), /could not import/);
  }
});

test("parallel() refuses what is no memory of a heap", async () => {
  using pool = makePool(1);
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 4);
  const refuses = async (value: unknown, reason: RegExp | object): Promise<void> => {
    await assert.rejects(parallel(pool, value as never, "about" as never), reason);
  };
  await refuses(new Uint8Array(4), /no heap handed it out/);
  await refuses(new Uint8Array(new SharedArrayBuffer(4)), /no heap handed it out/);
  for (const wrong of [null, undefined, 5, "text", {}, [1], { capacity: 1 }, () => {}]) {
    await refuses(wrong, { name: "TypeError", message: /^Cannot lend memory: expected a view/ });
  }
  using pooled = new ScopePool();
  using scope = pooled.open();
  await refuses(scope.allocate(Uint8Array, 8), /belongs to a scope/);
  heap.free(view);
  await refuses(view, /was freed/);
  const moved = heap.allocate(Uint8Array, 4);
  moved.buffer.transfer();
  await refuses(moved, /its buffer was moved/);
  const vector = new Vector(u32, { allocator: heap });
  assert.deepEqual(await parallel(pool, vector, "addStart"), []);
  await assert.rejects(
    parallel(pool, new Vector(f64, { allocator: heap }), "sum", { reduce: (left) => left }),
    /there is no element/,
  );
  vector.dispose();
  await refuses(vector, { name: "ClosedError" });
  const points = new Vector(Point, { allocator: heap });
  points.dispose();
  await refuses(points, { name: "ClosedError" });
  await assert.rejects(parallel({} as never, view, "about" as never), TypeError);
  await assert.rejects(parallel(pool, heap.allocate(Uint8Array, 4), 5 as never), TypeError);
});

test("parallel() and WorkerPool refuse wrong options", async () => {
  using pool = makePool(1);
  using heap = new Heap();
  const view = heap.allocate(Uint8Array, 4);
  for (const chunkLength of [0, -1, 1.5, NaN, Infinity, "2", null]) {
    if (chunkLength === null) continue;
    await assert.rejects(parallel(pool, view, "about", { chunkLength: chunkLength as never }), RangeError);
  }
  await assert.rejects(parallel(pool, view, "about", { reduce: 5 as never }), TypeError);
  await assert.rejects(parallel(pool, view, "about", { argument: () => {} }), { name: "DataCloneError" });
  heap.free(view);
  for (const wrong of [null, 5]) {
    await assert.rejects(parallel(pool, heap.allocate(Uint8Array, 4), "about", wrong as never), TypeError);
    assert.throws(() => new WorkerPool(MODULE, wrong as never), TypeError);
  }
  for (const workers of [0, -1, 1.5, 5000, "2", null]) {
    assert.throws(() => new WorkerPool(MODULE, { workers: workers as never }), RangeError);
  }
  for (const module of ["./tasks.ts", "", 5, null, {}, "data:text/javascript,1", "blob:null/1"]) {
    assert.throws(() => new WorkerPool(module as never), { name: "TypeError", message: /^Cannot make a pool/ });
  }
});
