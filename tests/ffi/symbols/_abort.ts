/** Asks one of the functions that abort, named by its C name, for more memory than there is. */
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { TOO_MUCH } from "./_tools.ts";

const cxx = library().bind("cxx", { dangerous: true });
const heap = library().bind("heaps").heapNew();
const calls: Record<string, () => unknown> = {
  "mi_new": () => cxx.new(TOO_MUCH),
  "mi_new_n": () => cxx.newN(TOO_MUCH, 1),
  "mi_new_aligned": () => cxx.newAligned(TOO_MUCH, 64),
  "mi_new_realloc": () => cxx.newRealloc(null, TOO_MUCH),
  "mi_new_reallocn": () => cxx.newReallocn(null, TOO_MUCH, 1),
  "mi_heap_try_new": () => cxx.heapTryNew(heap, 100, false),
  "mi_heap_alloc_new": () => cxx.heapAllocNew(heap, TOO_MUCH),
  "mi_heap_alloc_new_n": () => cxx.heapAllocNewN(heap, TOO_MUCH, 1),
  "mi_theap_alloc_new": () => cxx.theapAllocNew(library().bind("theaps").theapGetDefault(), TOO_MUCH),
  "mi_theap_alloc_new_n": () => cxx.theapAllocNewN(library().bind("theaps").theapGetDefault(), TOO_MUCH, 1),
};
const call = calls[process.argv[2] ?? ""];
process.stdout.write("calling\n", () => {
  call?.();
  process.stdout.write("returned\n");
});
