import { MemPool } from "@thi.ng/malloc";
import type { AnyView, View, ViewConstructor } from "../../heaps/allocator.ts";
import { Heap } from "../../heaps/heap/heap.ts";
import { ScopePool } from "../../heaps/scope/scope_pool.ts";
import {
  AllocationProfile,
  type AllocationWorkload,
  type MeasuredHeap,
  RealtimeHeap,
  type RealtimeVariant,
} from "../../realtime/mod.ts";
import { Pool } from "../../stl/mod.ts";

const MIB = 2 ** 20;
/** Bytes of a scope's blocks after which it starts anew. */
const SCOPE_BYTES = 8 * MIB;

/** What allocates and frees bytes alone. */
function bytesOf(allocate: (length: number) => Uint8Array<ArrayBuffer>, free: (view: AnyView) => void): MeasuredHeap {
  return {
    allocate: <T extends ViewConstructor>(_: T, length: number) => allocate(length) as unknown as View<T>,
    free,
  };
}

/** The profile of a workload: it is played once on a heap that is recorded. */
export function profileOf({ slots, byteLengths, slotCount }: AllocationWorkload): AllocationProfile {
  using heap = new Heap({ name: "rehearsal" });
  using recorder = AllocationProfile.record(heap);
  const views: (AnyView | undefined)[] = new Array(slotCount);
  slots.forEach((slot, step) => {
    const byteLength = byteLengths[step]!;
    if (byteLength === 0) heap.free(views[slot]!);
    else views[slot] = heap.allocate(Uint8Array, byteLength);
  });
  return recorder.profile();
}

function withProfile(variant: RealtimeVariant): (workload: AllocationWorkload) => MeasuredHeap {
  return (workload) => RealtimeHeap.create({ profile: profileOf(workload), variant });
}

/** Everything but the profile: options, an arena of its own, and room to grow. */
function withoutProfile(variant: RealtimeVariant): () => MeasuredHeap {
  return () => {
    using heap = new Heap();
    using recorder = AllocationProfile.record(heap);
    return RealtimeHeap.create({ profile: recorder.profile(), variant, onExceeded: "grow", growthBytes: 64 * MIB });
  };
}

/** Blocks of a scope end together: it starts anew when it has handed out enough. */
function scopeArm(): MeasuredHeap {
  const scope = new ScopePool({ limit: 2 * SCOPE_BYTES }).open();
  return bytesOf((length) => {
    if (scope.liveBytes > SCOPE_BYTES) scope.reset();
    return scope.allocate(Uint8Array, length);
  }, () => {});
}

/** A pool for each power of two, full from the start. */
function poolArm({ slotCount }: AllocationWorkload): MeasuredHeap {
  const allocator = new Heap();
  const pools = Array.from({ length: 16 }, (_, power) => new Pool(Uint8Array, 2 ** power, { allocator }));
  const shelfOf = (length: number): Pool<Uint8Array<ArrayBuffer>> => pools[32 - Math.clz32(length - 1)]!;
  for (const pool of pools.slice(3)) {
    const views = Array.from({ length: slotCount >> 2 }, () => pool.acquire());
    for (const view of views) pool.release(view);
  }
  return bytesOf(
    (length) => shelfOf(length).acquire(),
    (view) => shelfOf(view.byteLength).release(view as Uint8Array<ArrayBuffer>),
  );
}

function thingArm(): MeasuredHeap {
  const pool = new MemPool({ size: 64 * MIB });
  return bytesOf(
    (length) => pool.mallocAs("u8", length) as Uint8Array<ArrayBuffer>,
    (view) => void pool.free(view as Uint8Array),
  );
}

/** The ways to allocate from JavaScript, made anew at each call. */
export const ARMS: Readonly<Record<string, (workload: AllocationWorkload) => MeasuredHeap>> = {
  "plain heap": () => new Heap(),
  "RealtimeHeap, page": withProfile("page"),
  "RealtimeHeap, segment": withProfile("segment"),
  "page without profile": withoutProfile("page"),
  "segment without profile": withoutProfile("segment"),
  Scope: scopeArm,
  Pool: poolArm,
  "@thi.ng/malloc": thingArm,
  "new Uint8Array": () => bytesOf((length) => new Uint8Array(length), () => {}),
};
