import assert from "node:assert/strict";
import { test } from "node:test";
import { canLeave } from "../../heaps/core/subprocess_state.ts";
import { Arena, Heap, ScopePool } from "../../mod.ts";
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
