import { arenaSlots } from "../../heaps/arena/arena_slot.ts";
import { countsOf } from "../core/block_counting.ts";
import { idOf } from "../core/identity.ts";
import type { StoreLists } from "./_stores.ts";
import { sumOf } from "./_usage.ts";
import type { ArenaMetrics } from "./metrics_types.ts";

/** The open arenas of this thread. */
export function readArenas({ byMember }: StoreLists): ArenaMetrics[] {
  return arenaSlots().flatMap(({ holder, byteLength, members }) => {
    if (holder === undefined) return [];
    const parts = [...members].flatMap((member) => byMember.get(member) ?? []);
    const counts = countsOf(holder);
    const held = sumOf(parts, "live_bytes") + sumOf(parts, "cached_bytes");
    return [{
      id: idOf(holder),
      name: holder.name,
      live_bytes: sumOf(parts, "live_bytes"),
      peak_bytes: counts?.peakBytes ?? null,
      live_blocks: sumOf(parts, "live_blocks"),
      peak_blocks: counts?.peakBlocks ?? null,
      limit_bytes: byteLength,
      headroom_bytes: Math.max(0, byteLength - held),
      allocations: counts?.allocations ?? null,
      frees: counts?.frees ?? null,
      failures: sumOf(parts, "failures"),
      cached_bytes: sumOf(parts, "cached_bytes"),
      heaps: members.size,
    }];
  });
}
