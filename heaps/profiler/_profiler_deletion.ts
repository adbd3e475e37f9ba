import { setTimeout } from "node:timers";
import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import { currentSubprocess, moveTo, type SubprocessState } from "../core/subprocess_state.ts";

/** Milliseconds in which a thread that is inside a profiler gets out of it. */
const GRACE = 1000;

/**
 * Deletes a profiler that is detached (`mi_pprof_profiler_delete`), some time after: another thread may be inside its
 * hooks still, which nothing shows, and would crash. The time is waited for twice, so that a process that was stopped
 * and goes on has the second one in full.
 *
 * No block that it has sampled may live: 3.6.0 writes to its memory when such a block is freed while any profiler runs.
 */
export function deleteProfilerLater(profiler: Handle, subprocess: SubprocessState): void {
  setTimeout(() => setTimeout(() => deleteProfiler(profiler, subprocess), GRACE).unref(), GRACE).unref();
}

/** Deletes a profiler that never was attached, or that nothing comes back to. */
export function deleteProfiler(profiler: Handle, subprocess: SubprocessState): void {
  // With its sub-process it goes by itself.
  if (!subprocess.closed) within(subprocess, () => library().bind("profiling").pprofProfilerDelete(profiler));
}

/**
 * Runs `task` in the sub-process that a profiler is for. Its own memory has to lie there: its hooks allocate in the
 * sub-process that the thread is in, and what a thread has of a heap elsewhere would dangle when that one ends.
 */
export function within<R>(subprocess: SubprocessState, task: () => R): R {
  const before = currentSubprocess();
  if (before === subprocess) return task();
  moveTo(subprocess);
  try {
    return task();
  } finally {
    moveTo(before);
  }
}
