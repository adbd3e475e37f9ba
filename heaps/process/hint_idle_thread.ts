import { UnsupportedError } from "../../ffi/errors.ts";
import { library } from "../../ffi/library/library.ts";
import { canLeave, currentSubprocess, moveTo } from "../core/subprocess_state.ts";

/**
 * Tells mimalloc that this thread will not allocate for a while (`mi_thread_done`, `mi_thread_init`): the room that is
 * free between its blocks serves other threads that use the same heaps, as at the end of the thread. Blocks, heaps and
 * views stay as they are, and the next allocation works as ever.
 *
 * It is for a Worker that waits after a peak. One that had freed nine of ten blocks saved another thread two thirds of
 * the memory for as many again. What `setGuarded` and `hintThreadPool` told for this thread has to be told again.
 *
 * Throws `UnsupportedError` before 3.6, where heaps belong to their thread.
 *
 * @example
 * ```ts
 * import { hintIdleThread, library } from "@mimalloc/ffi";
 *
 * // In a Worker, after a job.
 * if (library().has("mi_theap_quiescent_abandon")) hintIdleThread();
 * ```
 */
export function hintIdleThread(): void {
  if (!canLeave()) {
    const found = `mimalloc ${library().versionText}`;
    throw new UnsupportedError({ feature: "hintIdleThread()", found, needed: "mimalloc 3.6" });
  }
  moveTo(currentSubprocess());
}
