import { library } from "../../ffi/library/library.ts";
import type { Address, Handle } from "../../ffi/types.ts";
import { openHeaps } from "../../heaps/core/open_heaps.ts";

/**
 * The heap of this thread that has handed out the block at an address. Looks at block after block, but only where the
 * memory is mimalloc's, which that of other allocators is not.
 */
export function heapAt(handle: Handle, address: Address): string | undefined {
  const heaps = openHeaps();
  if (heaps.size === 0 || !library().bind("ownership").isInHeapRegion(handle)) return undefined;
  for (const store of heaps.keys()) if (store.covers(address)) return store.label;
  return undefined;
}
