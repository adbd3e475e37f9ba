import { library } from "../../ffi/library/library.ts";

/**
 * Tells mimalloc that this thread is one of a pool (`mi_thread_set_in_threadpool`), so that it takes over less memory
 * of threads that ended: what a thread of a pool takes, it would keep for long. It holds until the thread ends.
 *
 * Throws `UnsupportedError` before 2.2.2, and on 3.0.0 and 3.0.1.
 *
 * @example
 * ```ts
 * import { hintThreadPool, library } from "@mimalloc/ffi";
 *
 * // At the start of a Worker.
 * if (library().has("mi_thread_set_in_threadpool")) hintThreadPool();
 * ```
 */
export function hintThreadPool(): void {
  library().bind("threads").threadSetInThreadpool();
}
