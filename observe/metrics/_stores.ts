import { arenaSlots } from "../../heaps/arena/arena_slot.ts";
import type { BlockStore } from "../../heaps/core/block_store.ts";
import { holderOf, openHeaps } from "../../heaps/core/open_heaps.ts";
import type { ArenaMember } from "../../heaps/core/subprocess_state.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { openScopesOf, ScopePool } from "../../heaps/scope/scope_pool.ts";
import { countsOf } from "../core/block_counting.ts";
import type { BlockCounts } from "../core/block_counts.ts";
import { idOf } from "../core/identity.ts";
import { roomOf, sumOf } from "./_usage.ts";
import type { HeapMetrics, ScopePoolMetrics, StoreMetrics } from "./metrics_types.ts";

/** What is said of the open heaps and scope pools of this thread. */
export interface StoreLists {
  readonly heaps: readonly HeapMetrics[];
  readonly scopePools: readonly ScopePoolMetrics[];
  /** The same by what an arena calls its member. */
  readonly byMember: ReadonlyMap<ArenaMember, HeapMetrics | ScopePoolMetrics>;
}

/** Looks at every open heap of this thread; with `pages` at each of its pages too. */
export function readStores(pages: boolean): StoreLists {
  const heaps: HeapMetrics[] = [];
  const scopePools: ScopePoolMetrics[] = [];
  const byMember = new Map<ArenaMember, HeapMetrics | ScopePoolMetrics>();
  const arenas = arenaNames();
  for (const [store, name] of openHeaps()) {
    const holder = holderOf(store);
    const pool = holder instanceof ScopePool ? holder : undefined;
    const member = pool ?? store;
    const base = storeMetrics(store, name, arenas.get(member) ?? null, countsOf(member) ?? countsOf(store));
    if (store.isPooled) {
      const metrics = scopePoolMetrics(store, pool, base);
      scopePools.push(metrics);
      byMember.set(member, metrics);
    } else {
      const metrics = { ...base, ["page_bytes"]: pages && holder instanceof Heap ? pageBytes(store, holder) : null };
      heaps.push(metrics);
      byMember.set(member, metrics);
    }
  }
  return { heaps, scopePools, byMember };
}

function arenaNames(): ReadonlyMap<ArenaMember, string> {
  const names = new Map<ArenaMember, string>();
  for (const { holder, members } of arenaSlots()) {
    if (holder === undefined) continue;
    for (const member of members) names.set(member, holder.name);
  }
  return names;
}

function storeMetrics(
  store: BlockStore,
  name: string,
  arena: string | null,
  counts: BlockCounts | undefined,
): StoreMetrics {
  const { budget, liveBytes, liveBlocks } = store;
  return {
    id: idOf(store),
    name,
    live_bytes: liveBytes,
    peak_bytes: counts?.peakBytes ?? null,
    live_blocks: liveBlocks,
    peak_blocks: counts?.peakBlocks ?? null,
    ...roomOf(budget.limit, liveBytes),
    allocations: counts?.allocations ?? null,
    frees: counts?.frees ?? null,
    failures: budget.failures,
    cached_bytes: budget.quarantinedBytes,
    named: store.isNamed,
    arena,
    escaped_blocks: budget.escapedBlocks,
    quarantined_blocks: budget.quarantinedBlocks,
  };
}

function pageBytes(store: BlockStore, heap: Heap): number | null {
  if (!store.budget.usable || store.ownAddress === undefined) return null;
  return sumOf(heap.areas(), "committedBytes");
}

/** `pool` is `undefined` when the program has dropped it without closing it. */
function scopePoolMetrics(store: BlockStore, pool: ScopePool | undefined, base: StoreMetrics): ScopePoolMetrics {
  const held = store.liveBytes;
  const scopes = pool === undefined ? [] : openScopesOf(pool);
  const fullest = scopes.reduce((most, { liveBytes }) => Math.max(most, liveBytes), 0);
  const liveBytes = pool?.liveBytes ?? held;
  return {
    ...base,
    live_bytes: liveBytes,
    live_blocks: pool?.liveBlocks ?? store.liveBlocks,
    ...roomOf(pool?.limit ?? Infinity, fullest),
    cached_bytes: Math.max(0, held - liveBytes) + base.cached_bytes,
    open_scopes: pool?.live ?? 0,
    opened_scopes: pool?.opened ?? 0,
  };
}
