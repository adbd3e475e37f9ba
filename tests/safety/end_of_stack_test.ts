import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena, Heap, type Scope, ScopePool, Subprocess } from "../../mod.ts";
import { canLeave } from "../../heaps/core/subprocess_state.ts";
import { addressOf } from "../heaps/_support.ts";
import { ofArenas } from "../_arenas.ts";

const ofSubprocesses = { skip: canLeave() ? false : "threads leave a sub-process since mimalloc 3.6" };

type Bytes = Uint8Array<ArrayBuffer>;

/** Calls `task` at the very end of the stack, then with more and more room, until it gets through. */
function atEndOfStack(task: () => void): void {
  let tries = 0;
  function descend(): boolean {
    try {
      if (descend()) return true;
    } catch {
      // No room for another call, so this is the place.
    }
    tries++;
    try {
      task();
      return true;
    } catch (error) {
      if (error instanceof RangeError) return tries > 20_000;
      throw error;
    }
  }
  descend();
}

function overlap(a: Bytes, b: Bytes): boolean {
  const [first, second] = [addressOf(a), addressOf(b)];
  return first < second + b.length && second < first + a.length;
}

test("Heap.free() leaves no view over freed memory when the stack overflows inside it", () => {
  const heap = new Heap();
  const views: Bytes[] = [];
  for (let round = 0; round < 60; round++) {
    atEndOfStack(() => {
      views.push(heap.allocate(Uint8Array, 1000));
    });
  }
  assert.equal(heap.liveBytes, heap.liveBlocks * 1000);
  for (const view of views) {
    atEndOfStack(() => {
      if (view.length > 0) heap.free(view);
    });
  }
  heap.destroy();
  assert.deepEqual(views.filter(({ length }) => length > 0), []);
});

const ways: Record<string, (scope: Scope, mark: ReturnType<Scope["checkpoint"]>) => void> = {
  rollback: (scope, mark) => scope.rollback(mark),
  reset: (scope) => scope.reset(),
  dispose: (scope) => scope[Symbol.dispose](),
};

for (const [name, end] of Object.entries(ways)) {
  test(`Scope hands out nothing that a view still reaches when the stack overflows inside its ${name}`, () => {
    using pool = new ScopePool({ chunkBytes: 4096, retainBytes: 65_536 });
    for (let round = 0; round < 100; round++) {
      const scope = pool.open();
      scope.allocate(Uint8Array, 64);
      const mark = scope.checkpoint();
      const before = Array.from(
        { length: round % 12 },
        (_, index) => scope.allocate(Uint8Array, index % 4 === 3 ? 3000 : 700),
      );
      atEndOfStack(() => end(scope, mark));
      const next = scope.closed ? pool.open() : scope;
      const views = Array.from({ length: 40 }, () => next.allocate(Uint8Array, 600));
      for (const stale of before.filter(({ length }) => length > 0)) {
        assert.ok(!views.some((view) => overlap(stale, view)), `round ${round}: two views have the same memory`);
      }
      next[Symbol.dispose]();
    }
  });
}

/** What ends, its views, and what is to hold once it has ended. */
interface Ending {
  readonly thing: { destroy(): void; readonly closed: boolean };
  readonly views: readonly Bytes[];
  readonly isEmpty: () => boolean;
}

/**
 * Destroys one of `prepared` at each depth of the stack, from its end on, until all were tried: a call that throws leaves
 * an open object, and a second one ends it.
 */
function destroyAtEveryDepth(prepared: readonly Ending[]): void {
  let depth = 0;
  let failed = 0;
  const attempts: { readonly ending: Ending; readonly closed: boolean }[] = [];
  function attempt(): void {
    const ending = prepared[depth++];
    if (ending === undefined) return;
    let threw = true;
    try {
      ending.thing.destroy();
      threw = false;
    } finally {
      if (threw) failed++;
      attempts.push({ ending, closed: threw && ending.thing.closed });
    }
  }
  function descend(): void {
    try {
      descend();
    } catch {
      // No room for another call, so the depths above are tried.
    }
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof RangeError)) depth = Infinity;
    }
  }
  // Once with room for all, because the compiler needs more of it than what is compiled.
  attempt();
  descend();
  assert.ok(depth >= prepared.length, "the stack has fewer depths than there are objects");
  assert.notEqual(depth, Infinity, "something else than the end of the stack was thrown");
  assert.ok(failed > 0, "no depth was at the end of the stack");
  for (const { ending: { thing, views, isEmpty }, closed } of attempts) {
    assert.equal(closed, false, "it was closed by a call that threw");
    thing.destroy();
    assert.ok(thing.closed && isEmpty() && views.every(({ length }) => length === 0));
  }
}

const DEPTHS = 300;

function fillPool(pool: ScopePool): Bytes[] {
  const [first, second] = [pool.open(), pool.open()];
  pool.open()[Symbol.dispose]();
  return [first.allocate(Uint8Array, 3000), ...Array.from({ length: 7 }, () => second.allocate(Uint8Array, 900))];
}

test("Heap.destroy() at every depth of the stack ends the heap, or leaves it open for a second call", () => {
  destroyAtEveryDepth(Array.from({ length: DEPTHS }, () => {
    const thing = new Heap();
    const views = [thing.allocate(Uint8Array, 100), thing.allocate(Uint8Array, 5000)];
    return { thing, views, isEmpty: () => thing.liveBytes + thing.liveBlocks + thing.escapedBlocks === 0 };
  }));
});

test("ScopePool.destroy() at every depth of the stack ends the pool, or leaves it open for a second call", () => {
  destroyAtEveryDepth(Array.from({ length: DEPTHS }, () => {
    const thing = new ScopePool({ chunkBytes: 4096 });
    return { thing, views: fillPool(thing), isEmpty: () => thing.heldBytes + thing.live + thing.escapedBlocks === 0 };
  }));
});

test(
  "Arena.destroy() at every depth of the stack ends the arena, or leaves it open for a second call",
  ofArenas,
  () => {
    destroyAtEveryDepth(Array.from({ length: 24 }, () => {
      const thing = Arena.reserve(32 * 2 ** 20);
      const [heap, pool] = [new Heap({ arena: thing }), new ScopePool({ arena: thing, chunkBytes: 4096 })];
      const views = [heap.allocate(Uint8Array, 10), ...fillPool(pool)];
      return { thing, views, isEmpty: () => heap.closed && pool.closed };
    }));
  },
);

test(
  "Subprocess.destroy() at every depth of the stack ends it, or leaves it open for a second call",
  ofSubprocesses,
  () => {
    destroyAtEveryDepth(Array.from({ length: 100 }, () => {
      const thing = Subprocess.create();
      const views = thing.run(() => [new Heap().allocate(Uint8Array, 10), ...fillPool(new ScopePool())]);
      return { thing, views, isEmpty: () => thing.openHeaps === 0 };
    }));
  },
);

test("Subprocess.run() at every depth of the stack leaves the thread where it was", ofSubprocesses, () => {
  const places = new Set<Subprocess>();
  let runs = 0;
  function descend(): void {
    try {
      descend();
    } catch {
      // No room for another call, so the depths above are tried.
    }
    if (++runs > DEPTHS) return;
    try {
      subprocess.run(() => {});
    } finally {
      places.add(Subprocess.current);
    }
  }
  using subprocess = Subprocess.create();
  descend();
  assert.deepEqual([...places], [Subprocess.main]);
  assert.equal(subprocess.run(() => new Heap().allocate(Uint8Array, 100).length), 100);
});
