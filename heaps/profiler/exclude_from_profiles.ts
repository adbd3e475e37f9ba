import { library } from "../../ffi/library/library.ts";
import type { BlockStore } from "../core/block_store.ts";
import { type Heap, storeOf } from "../heap/heap.ts";
import { isKept, keepHeap, loseHeap } from "./_profiled_heaps.ts";

const excluded = new WeakSet<BlockStore>();

/**
 * Keeps `heap` out of every profile, from now on until it is closed (`mi_heap_profile_disable`). mimalloc forgets it
 * when another thread closes a {@linkcode Profiler} of the whole sub-process. The second call does nothing.
 *
 * Throws `Error` when the heap has a profiler of its own, `UnsupportedError` before 3.6, and {@linkcode ClosedError}
 * when the heap is closed.
 *
 * @example
 * ```ts
 * import { excludeFromProfiles, Heap, library } from "@mimalloc/ffi";
 *
 * using cache = new Heap({ name: "cache" });
 * if (library().has("mi_heap_profile_disable")) excludeFromProfiles(cache);
 * ```
 */
export function excludeFromProfiles(heap: Heap): void {
  const store = storeOf(heap);
  const handle = store.handle("exclude from profiles");
  if (excluded.has(store)) return;
  if (isKept(store)) {
    throw new Error(`Cannot exclude ${store.label} from profiles: it has a profiler of its own, close that first`);
  }
  const { heapProfileDisable } = library().bind("profiling");
  heapProfileDisable(handle);
  excluded.add(store);
  keepHeap(store, () => heapProfileDisable(handle));
  store.budget.endings.add(() => loseHeap(store));
}
