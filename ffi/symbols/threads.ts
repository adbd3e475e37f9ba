/** Threads. */
export const threads = {
  // void mi_thread_init(void);
  mi_thread_init: { parameters: [], result: "void" },
  // void mi_thread_done(void);
  // Up to 3.0.1 the heaps of the thread are dead afterwards; from 3.3.0 to 3.3.2 the thread that opened the library
  // crashes when it allocates again.
  mi_thread_done: { parameters: [], result: "void" },
  // void mi_thread_set_in_threadpool(void);
  mi_thread_set_in_threadpool: { parameters: [], result: "void", since: "2.2.2", missing: ["3.0.0 to 3.0.1"] },
} as const;
