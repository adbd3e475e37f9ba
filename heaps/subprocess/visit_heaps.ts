import { library } from "../../ffi/library/library.ts";
import { visitHeaps as listHeaps } from "../../ffi/library/visit_heaps.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { requireFunction } from "../argument.ts";
import { openHeaps } from "../core/open_heaps.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";

/** A heap of the process. */
export interface VisitedHeap {
  /** Address of mimalloc's heap. */
  readonly address: number;
  /** Whether it is the heap that calls without one allocate in. */
  readonly main: boolean;
  /** The name of the `Heap` or `ScopePool` of this thread behind it, or `undefined`. */
  readonly name: string | undefined;
  /** Blocks that this thread has handed out; `undefined` for a heap without a name. */
  readonly liveBlocks: number | undefined;
  /** Bytes that this thread has handed out; `undefined` for a heap without a name. */
  readonly liveBytes: number | undefined;
}

/**
 * Calls `visit` with every heap of the sub-process that the thread is in, those of other threads included, until it
 * returns false (`mi_subproc_visit_heaps`).
 *
 * Throws what `visit` throws, `TypeError` when it is not a function, and `UnsupportedError` before 3.6.
 *
 * @example
 * ```ts
 * import { Heap, UnsupportedError, visitHeaps } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap({ name: "samples" });
 * heap.allocate(Float64Array, 10);
 * const names: (string | undefined)[] = [];
 * try {
 *   visitHeaps(({ name }) => void names.push(name));
 *   assert.ok(names.includes("samples"));
 * } catch (error) {
 *   assert.ok(error instanceof UnsupportedError);
 * }
 * ```
 */
export function visitHeaps(visit: (heap: VisitedHeap) => boolean | void): void {
  requireFunction(visit, "visit heaps");
  const loaded = library();
  const addresses = listHeaps(loaded.bind("subprocesses").subprocCurrent());
  const main = loaded.bind("heaps").heapMain();
  const known = [...openHeaps()].filter(([{ budget }]) => budget.subprocess === currentSubprocess());
  const named = new Map(known.map(([store, name]) => [backend().toAddress(store.handle("visit")), { store, name }]));
  for (const address of addresses) {
    const { store, name } = named.get(address) ?? {};
    const visited: VisitedHeap = {
      address,
      main: main !== null && address === backend().toAddress(main),
      name,
      liveBlocks: store?.liveBlocks,
      liveBytes: store?.liveBytes,
    };
    if (visit(visited) === false) return;
  }
}
