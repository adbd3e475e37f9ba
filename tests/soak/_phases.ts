import assert from "node:assert/strict";
import { type AnyView, Heap, ScopePool } from "../../mod.ts";

/** A kind of work that is done many times over. */
export interface Phase {
  /** What is counted. */
  readonly name: string;
  /** How often it is done in the whole soak. */
  readonly count: number;
  /** Does it `times` times. */
  run(times: number): void;
  /** Ends what it used; returns the bytes that are live then. */
  end(): number;
}

/** Scopes that are opened, filled and destroyed: mostly small, now and then with many chunks or a large block. */
export function scopes(): Phase {
  const pool = new ScopePool();
  let done = 0;
  const one = (): void => {
    const scope = pool.open();
    const rows = scope.allocate(Float64Array, 1 + done % 50);
    rows.fill(done);
    scope.allocate(Uint8Array, 64).fill(7);
    scope.allocate(Uint32Array, 16)[15] = done;
    if (done % 100 === 0) { for (let chunk = 0; chunk < 20; chunk++) scope.allocate(Uint8Array, 12_000)[0] = 1; }
    if (done % 1000 === 0) scope.allocate(Uint8Array, 300_000).fill(1);
    assert.equal(rows[0], done++);
    scope[Symbol.dispose]();
  };
  return {
    name: "scopes",
    count: 1_000_000,
    run: (times) => repeat(one, times),
    end: () => {
      const { liveBytes } = pool;
      assert.equal(pool.opened, pool.destroyed);
      pool.close();
      return liveBytes + pool.heldBytes;
    },
  };
}

/** Heaps that are made, filled and destroyed. */
export function heaps(): Phase {
  let live = 0;
  let done = 0;
  const one = (): void => {
    const heap = new Heap();
    heap.allocate(Uint8Array, 1 + done % 300).fill(1);
    heap.allocate(Float64Array, 16).fill(done);
    if (done++ % 100 === 0) heap.allocate(Uint8Array, 100_000).fill(1);
    heap.destroy();
    live += heap.liveBytes;
  };
  return { name: "heaps", count: 200_000, run: (times) => repeat(one, times), end: () => live };
}

/** Blocks that are allocated and freed, each a while after it was allocated. */
export function pairs(): Phase {
  const heap = new Heap();
  const ring: (AnyView | undefined)[] = Array.from({ length: 1000 });
  let done = 0;
  const one = (): void => {
    const place = done % ring.length;
    const oldest = ring[place];
    if (oldest !== undefined) heap.free(oldest);
    const view = heap.allocate(Uint8Array, 1 + (done * 7919) % 500);
    view[0] = done++;
    ring[place] = view;
  };
  return {
    name: "allocate/free pairs",
    count: 10_000_000,
    run: (times) => repeat(one, times),
    end: () => {
      for (const view of ring) if (view !== undefined) heap.free(view);
      const { liveBytes } = heap;
      heap.close();
      return liveBytes;
    },
  };
}

function repeat(one: () => void, times: number): void {
  for (let index = 0; index < times; index++) one();
}
