import { realmNumber } from "../../ffi/libc/process_words.ts";
import { failuresSoFar } from "../../heaps/core/budget.ts";
import { threads } from "../../heaps/inspect/threads.ts";
import type { ThreadFigures } from "../../heaps/stats/stats_types.ts";
import { countsOfThread } from "../core/block_counting.ts";
import type { StoreLists } from "./_stores.ts";
import { sumOf } from "./_usage.ts";
import type { ThreadMetrics } from "./metrics_types.ts";

/** The threads, this one first. */
export function readThreads(stores: StoreLists): ThreadMetrics[] {
  const all = threads();
  const own = all.find(({ number }) => number === realmNumber());
  return [readOwn(stores, own?.name ?? "main"), ...all.filter((thread) => thread !== own).map(readOther)];
}

function readOwn({ heaps, scopePools }: StoreLists, name: string): ThreadMetrics {
  const stores = [...heaps, ...scopePools];
  const counts = countsOfThread();
  return {
    id: realmNumber(),
    name,
    live_bytes: sumOf(stores, "live_bytes"),
    peak_bytes: counts?.peakBytes ?? null,
    live_blocks: sumOf(stores, "live_blocks"),
    peak_blocks: counts?.peakBlocks ?? null,
    limit_bytes: null,
    headroom_bytes: null,
    allocations: counts?.allocations ?? null,
    frees: counts?.frees ?? null,
    failures: failuresSoFar(),
    cached_bytes: sumOf(stores, "cached_bytes"),
    own: true,
    heaps: stores.length,
  };
}

function readOther({ number, name, liveBytes, liveBlocks, heaps }: ThreadFigures): ThreadMetrics {
  return {
    id: number,
    name,
    live_bytes: liveBytes,
    peak_bytes: null,
    live_blocks: liveBlocks,
    peak_blocks: null,
    limit_bytes: null,
    headroom_bytes: null,
    allocations: null,
    frees: null,
    failures: null,
    cached_bytes: 0,
    own: false,
    heaps,
  };
}
