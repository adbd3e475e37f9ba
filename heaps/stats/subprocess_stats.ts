import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import { fromInside, fromMain, type SubprocessState } from "../core/subprocess_state.ts";
import { ClosedError } from "../errors.ts";
import { isDetailedBuild } from "./detailed_build.ts";
import { readJson, recordOutput } from "./stats_output.ts";
import { readStats, type StatsFunction } from "./stats_struct.ts";
import type { Stats } from "./stats_types.ts";

// From outside C takes the main heap of the sub-process for that of the sub-process that the thread is in (3.6.0).

/** The statistics of a sub-process; `exclusive` leaves out those of its heaps. */
export function subprocessStats(subprocess: SubprocessState, exclusive: boolean): Stats {
  const handle = openHandle(subprocess, "read");
  const { subprocStatsGet, subprocStatsGetExclusive } = library().bind("statistics");
  const detailed = fromMain(isDetailedBuild);
  const get: StatsFunction = (structure, byteLength) => {
    if (exclusive) return subprocStatsGetExclusive(handle, structure);
    return byteLength === undefined
      ? subprocStatsGet(handle, structure)
      : subprocStatsGet(handle, byteLength, structure);
  };
  return fromInside(subprocess, () => readStats(get, "process", () => detailed));
}

/** The statistics of a sub-process as mimalloc prints them, with `eachHeap` those of each heap by itself. */
export function subprocessStatsText(subprocess: SubprocessState, eachHeap: boolean): string {
  const handle = openHandle(subprocess, "print");
  const { subprocStatsPrintOut, subprocHeapStatsPrintOut } = library().bind("statistics");
  const print = eachHeap ? subprocHeapStatsPrintOut : subprocStatsPrintOut;
  return fromInside(subprocess, () => recordOutput((output, stream) => print(handle, output, stream)));
}

/** The statistics of a sub-process in mimalloc's JSON. */
export function subprocessStatsJson(subprocess: SubprocessState): string {
  const handle = openHandle(subprocess, "read");
  const { subprocStatsGetJson } = library().bind("statistics");
  return fromInside(
    subprocess,
    () => readJson((byteLength, buffer) => subprocStatsGetJson(handle, byteLength, buffer)),
  );
}

function openHandle(subprocess: SubprocessState, action: string): Handle | null {
  if (subprocess.closed) {
    throw new ClosedError(`Cannot ${action} the statistics of ${subprocess.label}: it is destroyed`);
  }
  return subprocess.handle ?? library().bind("subprocesses").subprocMain();
}
