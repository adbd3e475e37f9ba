/** Threads. */
export const threads = {
  // void mi_thread_init(void);
  mi_thread_init: { parameters: [], result: "void" },
  // void mi_thread_done(void);
  // Up to 3.0.1 the heaps of the thread are dead afterwards.
  mi_thread_done: { parameters: [], result: "void" },
  // void mi_thread_set_in_threadpool(void);
  mi_thread_set_in_threadpool: { parameters: [], result: "void", since: "3.6.0" },
} as const;
