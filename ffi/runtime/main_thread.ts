import { isMainThread } from "node:worker_threads";

/** Whether this thread is the first one of the process, not a Worker of any kind. */
export function onMainThread(): boolean {
  // In a web Worker of Deno 2.9 `isMainThread` is true.
  return isMainThread && !("WorkerGlobalScope" in globalThis);
}
