import { library } from "../../ffi/library/library.ts";
import { getProcessStats, readStats } from "./stats_struct.ts";

let detailed: boolean | undefined;

/** Whether the loaded build counts allocations; a block is taken and freed to find out. */
export function isDetailedBuild(): boolean {
  return detailed ??= probe();
}

function probe(): boolean {
  const loaded = library();
  const { malloc, free } = loaded.bind("blocks");
  free(malloc(8));
  // Only then the allocation is counted.
  loaded.bind("process").collect(false);
  return readStats(getProcessStats, "process", () => false).detailed;
}
