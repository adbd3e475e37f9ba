import { setTimeout } from "node:timers";
import { library } from "../ffi/library.ts";
import type { Handle } from "../ffi/types.ts";
import { fromMain } from "./_partition.ts";

/** Milliseconds in which a thread that is inside a profiler gets out of it. */
const GRACE = 1000;

/**
 * Deletes a profiler that is detached (`mi_pprof_profiler_delete`), some time
 * after: another thread may be inside its hooks still, which nothing shows, and
 * would crash. The time is waited for twice, so that a process that was stopped
 * and goes on has the second one in full.
 *
 * No block that it has sampled may live: 3.6.0 writes to its memory when such a
 * block is freed while any profiler runs.
 */
export function deleteProfilerLater(profiler: Handle): void {
  setTimeout(() => setTimeout(() => deleteProfiler(profiler), GRACE).unref(), GRACE).unref();
}

/** Deletes a profiler that never was attached. */
export function deleteProfiler(profiler: Handle): void {
  // Its own heap lies in the main sub-process.
  fromMain(() => library().bind("profiling").pprofProfilerDelete(profiler));
}
