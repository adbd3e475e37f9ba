import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import type { ArenaSlot } from "../arena/arena_slot.ts";
import { native } from "../core/native.ts";
import { AllocationError } from "../errors.ts";
import { flushHooks, reportFailure } from "../hooks/hooks.ts";

/** Makes a heap of mimalloc, bound to an arena when there is one. */
export function newHeap(slot: ArenaSlot | undefined, label: string): Handle {
  // First, because it refuses a life of this module that was replaced.
  const loaded = library();
  // What its end needs, because a permission may be given back before that.
  if (!loaded.sharedHeaps) loaded.bind("heapSettings");
  const { heapNew, heapNewEx, heapNewInArena } = native().heaps;
  if (slot === undefined) return heapNew() ?? fail(label);
  // 3.0 leaks all blocks of a heap of mi_heap_new_in_arena when that is destroyed; this one frees them.
  if (loaded.has("mi_heap_new_ex")) {
    return heapNewEx(0, true, slot.id) ?? fail(label);
  }
  return heapNewInArena(slot.id) ?? fail(label);
}

function fail(label: string): never {
  reportFailure();
  flushHooks();
  const most = library().sharedHeaps ? ", mimalloc 3.6 holds 64512 live heaps at the most" : "";
  throw new AllocationError(
    `Cannot make ${label}: mimalloc has no memory for it${most}`,
    {
      requested: 0,
      live: 0,
      limit: Infinity,
    },
  );
}
