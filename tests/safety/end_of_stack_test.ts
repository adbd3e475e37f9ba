import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap, type Scope, ScopePool } from "../../mod.ts";
import { addressOf } from "../heaps/_support.ts";

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
