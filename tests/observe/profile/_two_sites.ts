import type { Heap } from "../../../mod.ts";
import { type SiteProfile, SiteProfiler } from "../../../observe/mod.ts";

/** A profile of a program with two sites, of which `cacheTile` has more that is live. */
export function takeProfile(heap: Heap): SiteProfile {
  using profiler = new SiteProfiler({ of: heap, sampleRate: 1 });
  function cacheTile(): void {
    for (let i = 0; i < 10; i++) heap.allocate(Uint8Array, 4096).fill(1);
  }
  function decodeTile(): void {
    for (let i = 0; i < 50; i++) heap.free(heap.allocate(Uint8Array, 1000));
    heap.allocate(Uint8Array, 24).fill(1);
  }
  cacheTile();
  decodeTile();
  return profiler.profile();
}
