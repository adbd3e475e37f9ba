import { openPools } from "../../stl/pool/open_pools.ts";
import { idOf } from "../core/identity.ts";
import type { PoolMetrics } from "./metrics_types.ts";

/** The pools of views and structs of this thread. */
export function readPools(): PoolMetrics[] {
  return openPools().map(({ pool, name, itemBytes }) => {
    const { live, highWater, acquired, bytes, idle } = pool;
    return {
      id: idOf(pool),
      name,
      live_bytes: live * itemBytes,
      peak_bytes: highWater * itemBytes,
      live_blocks: live,
      peak_blocks: highWater,
      limit_bytes: null,
      headroom_bytes: null,
      allocations: acquired,
      frees: acquired - live,
      failures: null,
      cached_bytes: Math.max(0, bytes - live * itemBytes),
      cached_blocks: idle,
    };
  });
}
