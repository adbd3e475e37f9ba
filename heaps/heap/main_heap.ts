import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import { BlockStore } from "../core/block_store.ts";
import { HeapUsers } from "../core/heap_users.ts";
import { currentSubprocess, type SubprocessState } from "../core/subprocess_state.ts";
import { GivenStore } from "./_given_store.ts";
import { areasOf, blocksOf } from "./_visit_heap.ts";
import { Heap, storeOf } from "./heap.ts";
import type { HeapArea, HeapBlocks } from "./heap_area.ts";

const heaps = new WeakMap<SubprocessState, Heap>();

/**
 * The heap that mimalloc has without being asked, and where C code that names no heap allocates: on 3.6 that of the
 * sub-process that this thread is in (`mi_heap_main`), shared by all threads; before, that of this thread
 * (`mi_heap_get_backing`). It is one object for each of them, with the figures of what this thread took there, and
 * holds what `deleteHeap` left.
 *
 * It lasts: `close()`, `destroy()` and the end of a `using` throw `Error`. The end of its sub-process frees its blocks.
 *
 * @example
 * ```ts
 * import { heapOf, mainHeap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const view = mainHeap().allocate(Float64Array, 100);
 * assert.equal(heapOf(view), mainHeap());
 * mainHeap().free(view);
 * ```
 */
export function mainHeap(): Heap {
  const subprocess = currentSubprocess();
  const known = heaps.get(subprocess);
  if (known !== undefined) return known;
  const heap = new MainHeap();
  heaps.set(subprocess, heap);
  return heap;
}

/** The heap of mimalloc that lasts until the process ends. */
export class MainHeap extends Heap {
  /** Describes the one of the sub-process that this thread is in. */
  constructor() {
    const handle = mainHandle();
    const users = HeapUsers.begin("heap", backend().toAddress(handle), currentSubprocess().address);
    // mimalloc itself, which never leaves: so nobody here destroys the heap, and its blocks go one by one.
    users.enter();
    const store = new BlockStore(handle, 'heap "main"', Infinity, users);
    store.lasts = true;
    super(new GivenStore("main", store));
  }

  /** Like `Heap.areas()`; before 3.6 the heap is of this thread alone. */
  override areas(): HeapArea[] {
    return library().has("mi_heap_main") ? super.areas() : areasOf(storeOf(this).handle("list the areas"));
  }

  /** Like `Heap.blocks()`; before 3.6 the heap is of this thread alone. */
  override blocks(): HeapBlocks {
    return library().has("mi_heap_main") ? super.blocks() : blocksOf(storeOf(this).handle("list the blocks"));
  }

  /** Throws `Error`: blocks of every part of the program lie in it. */
  override close(): void {
    refuse("close");
  }

  /** Throws `Error`: blocks of every part of the program lie in it. */
  override destroy(): void {
    refuse("destroy");
  }
}

function refuse(action: string): never {
  throw new Error(`Cannot ${action} the main heap: it lasts until the process ends, free() its blocks one by one`);
}

function mainHandle(): Handle {
  const loaded = library();
  const handle = loaded.has("mi_heap_main")
    ? loaded.bind("heaps").heapMain()
    : loaded.bind("heapSettings").heapGetBacking();
  if (handle === null) throw new Error("Cannot use the main heap: mimalloc has none for this thread");
  return handle;
}
