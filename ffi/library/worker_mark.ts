import type { Bindings } from "../symbols.ts";
import { onMainThread } from "../runtime/main_thread.ts";

/**
 * An option that holds a slot in every supported version and that nothing reads (`deprecated_segment_reset`): the one
 * number that all threads of the process share without sharing JavaScript.
 */
const UNUSED_OPTION = 13;

/** What stands there once a Worker has opened the library: no value that a program would set. */
const MARK = 0x6d69_6d61;

/**
 * Leaves a mark for the main thread when a Worker opens the library, and takes away the listener for deferred frees,
 * which would be called on its thread.
 */
export function markWorker(opened: Bindings): void {
  if (onMainThread()) return;
  const { optionGet, optionSet } = opened.bind("process");
  // Any other value is one that somebody uses: then this library was changed, and that alone counts as a mark.
  if (Number(optionGet(UNUSED_OPTION)) === 0) optionSet(UNUSED_OPTION, MARK);
  opened.bind("hooks").registerDeferredFree(null, null);
}

/** Whether a Worker of this process has ever opened the library. */
export function anyWorkerOpened(opened: Bindings): boolean {
  return Number(opened.bind("process").optionGet(UNUSED_OPTION)) !== 0;
}
