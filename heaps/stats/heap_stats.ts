import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import { isDetailedBuild } from "./detailed_build.ts";
import { readJson, recordOutput } from "./stats_output.ts";
import { readStats } from "./stats_struct.ts";
import type { Stats } from "./stats_types.ts";

/** The statistics of a heap that is alive. */
export function heapStats(heap: Handle): Stats {
  const { heapStatsGet } = library().bind("statistics");
  return readStats(
    (structure, byteLength) =>
      byteLength === undefined ? heapStatsGet(heap, structure) : heapStatsGet(heap, byteLength, structure),
    "heap",
    isDetailedBuild,
  );
}

/** The statistics of a heap that is alive as mimalloc prints them. */
export function heapStatsText(heap: Handle): string {
  const { heapStatsPrintOut } = library().bind("statistics");
  return recordOutput((output, stream) => heapStatsPrintOut(heap, output, stream));
}

/** The statistics of a heap that is alive in mimalloc's JSON. */
export function heapStatsJson(heap: Handle): string {
  const { heapStatsGetJson } = library().bind("statistics");
  return readJson((byteLength, buffer) => heapStatsGetJson(heap, byteLength, buffer));
}

/** Moves the figures of a heap that is alive to the process. */
export function mergeHeapStats(heap: Handle): void {
  library().bind("statistics").heapStatsMergeToSubproc(heap);
}
