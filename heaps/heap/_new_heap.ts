import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import type { Handle } from "../../ffi/types.ts";
import type { ArenaSlot } from "../arena/arena_slot.ts";
import { native } from "../core/native.ts";
import { noteHeap, prepareHeap } from "../core/open_heaps.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { AllocationError } from "../errors.ts";
import { flushHooks, reportFailure } from "../hooks/hooks.ts";

/** Makes a heap of mimalloc, bound to an arena when there is one. */
export function newHeap(slot: ArenaSlot | undefined, label: string): Handle {
  // First, because it refuses a life of this module that was replaced.
  const loaded = library();
  // What its end needs, because a permission may be given back before that.
  if (!loaded.sharedHeaps) loaded.bind("heapSettings");
  const { heaps } = native();
  // 3.0 leaks all blocks of a heap of mi_heap_new_in_arena when that is destroyed; the other one frees them.
  const isWhole = slot !== undefined && loaded.has("mi_heap_new_ex");
  const { toAddress } = backend();
  prepareHeap(currentSubprocess().address);
  const handle = slot === undefined
    ? heaps.heapNew()
    : isWhole
    ? heaps.heapNewEx(0, true, slot.id)
    : heaps.heapNewInArena(slot.id);
  noteHeap(handle === null ? 0 : toAddress(handle));
  return handle ?? fail(label);
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
