/**
 * What allocations cost while somebody observes them: `cost.ts <arm>`. Prints nanoseconds of an allocation and free in a
 * heap, an allocation in a scope, and the life of a vector and of a map.
 */
import { Heap } from "../../../heaps/heap/heap.ts";
import { ScopePool } from "../../../heaps/scope/scope_pool.ts";
import { countAllocations } from "../../../observe/metrics/count_allocations.ts";
import { LeakDetector } from "../../../observe/leaks/leak_detector.ts";
import { SiteProfiler } from "../../../observe/profile/site_profiler.ts";
import { f64, HashMap, u32, Vector } from "../../../stl/mod.ts";
import { chosen, medianOf, print, requireSum, timeOf } from "../../stl/programs/_process.ts";

/** Operations of a slice, and how many slices there are: their median counts, whatever else the machine does. */
const OPERATIONS = 8000;
const SLICES = 41;
const WARM_UPS = 15;
const IN_SCOPE = 20;
const GROWTHS = 2000;

const observers: readonly Disposable[] = chosen<() => Disposable[]>({
  off: () => [],
  "was on": () => {
    // What is left of it once it is switched off again.
    new SiteProfiler()[Symbol.dispose]();
    new LeakDetector()[Symbol.dispose]();
    return [];
  },
  countAllocations: () => [countAllocations()],
  SiteProfiler: () => [new SiteProfiler({ seed: 1 })],
  LeakDetector: () => [new LeakDetector({ seed: 1 })],
  both: () => [new SiteProfiler({ seed: 1 }), new LeakDetector({ seed: 1 })],
  "LeakDetector, all": () => [new LeakDetector({ level: "all" })],
})();

const heap = new Heap({ name: "cost" });
const pool = new ScopePool({ name: "cost" });
let checksum = 0;

function allocateAndFree(operations: number): void {
  for (let i = 0; i < operations; i++) {
    const view = heap.allocate(Uint8Array, 64);
    checksum += view.length;
    heap.free(view);
  }
}

function fillScopes(operations: number): void {
  for (let i = 0; i < operations; i += IN_SCOPE) {
    const scope = pool.open();
    for (let k = 0; k < IN_SCOPE; k++) checksum += scope.allocate(Uint8Array, 64).length;
    scope[Symbol.dispose]();
  }
}

function growVectors(operations: number): void {
  for (let i = 0; i < operations; i++) {
    const vector = new Vector(f64, { allocator: heap });
    vector.push(i);
    checksum += vector.length;
    vector.dispose();
  }
}

function fillMaps(operations: number): void {
  for (let i = 0; i < operations; i++) {
    const map = new HashMap(u32, f64, { allocator: heap });
    map.set(i, i);
    checksum += map.size;
    map.dispose();
  }
}

function nanoseconds(work: (operations: number) => void, operations: number): number {
  for (let slice = 0; slice < WARM_UPS; slice++) work(operations);
  const times = Array.from({ length: SLICES }, () => timeOf(() => work(operations)));
  return medianOf(times) * 1e6 / operations;
}

const figures = {
  block: nanoseconds(allocateAndFree, OPERATIONS),
  scope: nanoseconds(fillScopes, OPERATIONS),
  vector: nanoseconds(growVectors, GROWTHS),
  map: nanoseconds(fillMaps, GROWTHS),
};
requireSum("the work", checksum, (WARM_UPS + SLICES) * (64 * 2 * OPERATIONS + 2 * GROWTHS));
for (const observer of observers) observer[Symbol.dispose]();
pool.close();
heap.close();
print(figures);
