import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AllocateOptions,
  type AnyView,
  type Checkpoint,
  type Scope,
  ScopePool,
  type View,
  type ViewConstructor,
} from "../../../mod.ts";
import { anyBytes, anyText, type Kind, SortedMap, u32 } from "../../../stl/mod.ts";

const KEYS: readonly (readonly [label: string, kind: Kind<unknown>, make: (n: number) => unknown])[] = [
  ["u32", u32 as Kind<unknown>, (n) => n],
  ["anyText", anyText as Kind<unknown>, (n) => `key ${String(n).padStart(3, "0")}`],
  ["anyBytes", anyBytes as Kind<unknown>, (n) => Uint8Array.of(n >> 8, n)],
];

/** A scope that is rolled back before one of its blocks is handed out, and what a container has of it. */
class Rolled {
  readonly views = new Set<AnyView>();
  /** How many more blocks are handed out before the rollback. */
  left = Infinity;
  readonly allocator: Scope;

  checkpoint: Checkpoint;

  constructor(scope: Scope) {
    this.checkpoint = scope.checkpoint();
    const asking = (): void => {
      if (this.left-- === 0) scope.rollback(this.checkpoint);
    };
    this.allocator = new Proxy(scope, {
      get: (target, name): unknown => {
        const value = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        if (name === "free") return (view: AnyView) => (this.views.delete(view), target.free(view));
        if (name === "reallocate") {
          return (view: AnyView, length: number) => {
            asking();
            const moved = target.reallocate(view, length);
            this.views.delete(view);
            this.views.add(moved);
            return moved;
          };
        }
        if (name !== "allocate" && name !== "allocateZeroed") return value.bind(target);
        return (...given: [ViewConstructor, number, AllocateOptions?]): View<ViewConstructor> => {
          asking();
          const view = value.apply(target, given) as View<ViewConstructor>;
          this.views.add(view);
          return view;
        };
      },
    });
  }

  get heldBytes(): number {
    return [...this.views].reduce((sum, view) => sum + (view.buffer.byteLength === 0 ? 0 : view.byteLength), 0);
  }
}

for (const [label, kind, make] of KEYS) {
  test(`a SortedMap of ${label} keeps its entries when a rollback takes what shrinkToFit() builds`, () => {
    let rolledBack = true;
    let granted = 0;
    for (; rolledBack; granted++) {
      using pool = new ScopePool();
      const scope = pool.open();
      const rolled = new Rolled(scope);
      const map = new SortedMap<unknown, unknown>(kind, kind, { allocator: rolled.allocator });
      for (let n = 0; n < 300; n++) map.set(make(n), make(n));
      for (let n = 0; n < 300; n += 3) map.delete(make(n));
      const entries = map.toArray();
      rolled.checkpoint = scope.checkpoint();
      rolled.left = granted;
      map.shrinkToFit();
      rolledBack = rolled.left < 0;
      rolled.left = Infinity;
      assert.deepEqual(map.toArray(), entries, `rolled back at request ${granted}`);
      assert.equal(map.bytes, rolled.heldBytes, `rolled back at request ${granted}`);
      // It goes on as before.
      for (let n = 0; n < 600; n++) map.set(make(n), make(n + 1));
      assert.equal(map.size, 600);
      assert.equal(map.bytes, rolled.heldBytes);
      map.shrinkToFit();
      map.dispose();
      assert.equal(rolled.heldBytes, 0);
    }
    assert.ok(granted > 5);
  });
}
