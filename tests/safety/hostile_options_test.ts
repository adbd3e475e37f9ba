import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../heaps/core/subprocess_state.ts";
import { Arena, Heap, ScopePool } from "../../mod.ts";
import { LruMap, PriorityQueue, SoaVector, SortedMap, struct, Text, u32, Vector } from "../../stl/mod.ts";
import { runProgram } from "../_program.ts";
import { assertLive, MIB } from "../heaps/_support.ts";
import { ofArenas } from "../_arenas.ts";

/** Options whose `key` runs code of the program. */
function options<T extends object>(known: T, key: string, get: () => unknown): T {
  return Object.defineProperty(known, key, { get });
}

for (const key of ["limit", "name"]) {
  test(`new Heap() is not made in an arena that its option ${key} closes`, ofArenas, () => {
    const arena = Arena.reserve(32 * MIB);
    const close = (): string => {
      arena.destroy();
      return "late";
    };
    const given = key === "limit"
      ? options({ arena }, key, () => void close())
      : { arena, name: { toString: close } as unknown as string };
    assert.throws(() => new Heap(given), { name: "ClosedError" });
    using next = Arena.reserve(32 * MIB);
    assert.equal(next.liveHeaps, 0);
  });
}

test("new Heap() is not made in a releasable arena that its name gives back", () => {
  if (!canLeave()) return;
  const arena = Arena.reserve(32 * MIB, { releasable: true });
  const leave = (): string => {
    arena.subprocess!.leave();
    arena.release();
    return "late";
  };
  arena.subprocess!.enter();
  assert.throws(() => new Heap({ arena, name: { toString: leave } as unknown as string }), { name: "ClosedError" });
  assert.equal(arena.closed, true);
});

test("new ScopePool() has one arena when its options name one after another", ofArenas, () => {
  for (let first = 1; first < 8; first++) {
    const arenas = [Arena.reserve(32 * MIB), Arena.reserve(32 * MIB)] as const;
    let asked = 0;
    const pool = new ScopePool(options({}, "arena", () => arenas[asked++ < first ? 0 : 1]));
    const scope = pool.open();
    scope.allocate(Uint8Array, 100);
    scope.checkpoint();
    const view = scope.allocate(Uint8Array, 1000);
    assert.deepEqual([arenas[0].liveHeaps, arenas[1].liveHeaps], [1, 0]);
    arenas[0].destroy();
    assert.deepEqual([view.length, pool.closed], [0, true]);
    arenas[1].close();
  }
});

test("Arena.reserve() and map() leak no arena when an option throws", ofArenas, () => {
  const fail = (): never => {
    throw new Error("mine");
  };
  for (let round = 0; round < 200; round++) {
    for (const key of ["name", "exclusive", "numaNode", "commit", "allowLarge", "releasable"]) {
      const given = options({}, key, fail);
      if (key !== "numaNode") assert.throws(() => Arena.reserve(32 * MIB, given), { message: "mine" });
      if (key === "name" || key === "numaNode") assert.throws(() => Arena.map(32 * MIB, given), { message: "mine" });
    }
  }
  Arena.reserve(32 * MIB).close();
  Arena.map(32 * MIB).close();
});

test("Heap.bytes() keeps nothing when its source goes away while room is made", () => {
  using heap = new Heap({ limit: 1500 });
  const source = heap.allocate(Uint8Array, 1000);
  heap.onDeferredFree(({ force }) => {
    if (force && source.length > 0) heap.free(source);
  });
  assert.throws(() => heap.bytes(source), TypeError);
  assertLive(heap, 0, 0);
  const growing = new ArrayBuffer(900, { maxByteLength: 4000 });
  using other = new Heap({ limit: 1000 });
  const cached = other.allocate(Uint8Array, 500);
  other.onDeferredFree(() => {
    if (cached.length > 0) other.free(cached);
    growing.resize(4000);
  });
  assert.throws(() => other.bytes(growing), RangeError);
  assertLive(other, 0, 0);
});

test("Arena.liveHeaps counts no heap that was garbage-collected", ofArenas, async () => {
  const { code, stdout, stderr } = await runProgram("tests/safety/_forgotten_in_arena.ts", {
    engineFlags: ["--expose-gc"],
  });
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "0\n", stderr: "" });
});

/** Options of which `key` has the last answer from the `count`th read on, and `first` before. */
function changing(allocator: Heap, key: string, first: unknown, last: unknown, count: number): never {
  let reads = 0;
  return Object.defineProperty({ allocator, maxEntries: 2 }, key, {
    enumerable: true,
    get: () => reads++ < count ? first : last,
  }) as never;
}

test("functions in options are refused when they are none, however late a getter says so", () => {
  using heap = new Heap({ limit: 2 ** 20 });
  const compare = (a: number, b: number): number => a - b;
  const uses: readonly (readonly [key: string, use: (options: never) => Disposable])[] = [
    ["compare", (options) => {
      const map = new SortedMap(u32, u32, options);
      for (let key = 0; key < 200; key++) map.set(key, key);
      return map;
    }],
    ["compare", (options) => {
      const queue = new PriorityQueue(u32, options);
      for (let value = 0; value < 20; value++) queue.push(value);
      return queue;
    }],
    ["onEvict", (options) => {
      const map = new LruMap(u32, u32, options);
      for (let key = 0; key < 20; key++) map.set(key, key);
      return map;
    }],
  ];
  for (const [key, use] of uses) {
    for (const last of [5, null, "x", {}]) {
      for (let count = 0; count < 5; count++) {
        const options = changing(heap, key, key === "compare" ? compare : (): void => {}, last, count);
        if (key === "compare") delete (options as { maxEntries?: number }).maxEntries;
        try {
          use(options)[Symbol.dispose]();
        } catch (error) {
          assert.match((error as Error).message, /^Cannot (order|let|make) /, `${key}, ${String(last)} at ${count}`);
        }
        assert.equal(heap.liveBlocks, 0);
      }
    }
  }
});

test("bounds of a range that change the container when they are converted are taken as they were then", () => {
  using heap = new Heap();
  const Row = struct({ at: u32 });
  const numbers = new Vector(u32, { allocator: heap });
  const structs = new Vector(Row, { allocator: heap });
  const columns = new SoaVector({ at: u32 }, { allocator: heap });
  const written = new Text({ allocator: heap });
  const grow = (): void => {
    for (let at = 0; at < 100; at++) {
      numbers.push(at);
      structs.push({ at });
      columns.push({ at });
    }
    written.append("grown".repeat(100));
  };
  const clear = (): void => {
    for (const container of [numbers, structs, columns, written]) container.clear();
  };
  const calls: Readonly<Record<string, (end: number) => number>> = {
    "Vector.subarray()": (end) => numbers.subarray(0, end).length,
    "Vector.toArray()": (end) => numbers.toArray(0, end).length,
    "Vector.toArray() of structs": (end) => structs.toArray(0, end).length,
    "Vector.fill() of structs": (end) =>
      structs.fill({ at: 7777 }, 0, end).toArray().filter(({ at }) => at === 7777).length,
    "SoaVector.toArray()": (end) => columns.toArray(0, end).length,
    "Text.subarray()": (end) => written.subarray(0, end).length,
    "Text.slice()": (end) => written.slice(0, end).length,
  };
  for (const [change, length] of [[grow, 2], [clear, 0]] as const) {
    const end = { valueOf: () => (change(), 2) } as never;
    for (const [call, lengthTo] of Object.entries(calls)) {
      clear();
      grow();
      assert.equal(lengthTo(end), length, `${call} to ${length}`);
    }
  }
});
