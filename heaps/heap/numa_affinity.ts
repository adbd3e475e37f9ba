import { library } from "../../ffi/library/library.ts";
import { checkNumaNode } from "../argument.ts";
import { type Heap, storeOf } from "./heap.ts";

/**
 * Makes `heap` prefer memory of one NUMA node for what it allocates from now on (`mi_heap_set_numa_affinity`); -1 ends
 * that.
 *
 * Throws `RangeError` when `numaNode` is not an integer from -1 to 1024, `UnsupportedError` before 3.6, and
 * `ClosedError` when the heap is closed.
 *
 * @example
 * ```ts
 * import { Heap, library, setNumaAffinity } from "@mimalloc/ffi";
 *
 * using heap = new Heap();
 * if (library().has("mi_heap_set_numa_affinity")) setNumaAffinity(heap, 0);
 * ```
 */
export function setNumaAffinity(heap: Heap, numaNode: number): void {
  checkNumaNode(numaNode);
  const handle = storeOf(heap).handle("set the NUMA node");
  library().bind("heapSettings").heapSetNumaAffinity(handle, numaNode | 0);
}
