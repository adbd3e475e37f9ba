import { holderOf, openHeaps } from "../../heaps/core/open_heaps.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { idOf } from "../core/identity.ts";
import type { DashboardSize, DashboardSizes } from "./dashboard_state.ts";

/** The open heap of this thread with the `id` that metrics have for it; `undefined` when there is none. */
export function heapOfId(id: number): Heap | undefined {
  for (const store of openHeaps().keys()) {
    if (idOf(store) !== id) continue;
    const holder = holderOf(store);
    return holder instanceof Heap ? holder : undefined;
  }
  return undefined;
}

/** What all open heaps of this thread have of each size; looks at each of their pages. */
export function readSizes(): DashboardSizes {
  const sizes = new Map<number, DashboardSize>();
  let leftOut = 0;
  for (const store of openHeaps().keys()) {
    const holder = holderOf(store);
    if (!(holder instanceof Heap)) continue;
    if (store.ownAddress === undefined || !store.budget.usable) {
      leftOut++;
      continue;
    }
    for (const { blockBytes, used, committedBytes } of holder.areas()) {
      const before = sizes.get(blockBytes);
      sizes.set(blockBytes, {
        blockBytes,
        blocks: (before?.blocks ?? 0) + used,
        usedBytes: (before?.usedBytes ?? 0) + used * blockBytes,
        committedBytes: (before?.committedBytes ?? 0) + committedBytes,
      });
    }
  }
  return { sizes: [...sizes.values()].sort((one, other) => one.blockBytes - other.blockBytes), leftOut };
}
