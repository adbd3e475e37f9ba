/** Memory partitions inside one process. */
export const subprocesses = {
  // mi_subproc_id_t mi_subproc_main(void);
  mi_subproc_main: { parameters: [], result: "pointer", since: "2.1.8" },
  // mi_subproc_id_t mi_subproc_current(void);
  mi_subproc_current: { parameters: [], result: "pointer", since: "3.2.6" },
  // mi_subproc_id_t mi_subproc_new(void);
  mi_subproc_new: { parameters: [], result: "pointer", since: "2.1.8" },
  // void mi_subproc_add_current_thread(mi_subproc_id_t subproc);
  // Only for a thread that has not allocated, or after mi_thread_done.
  mi_subproc_add_current_thread: {
    parameters: ["pointer"],
    result: "void",
    since: "2.1.8",
    danger: "from 3.2 to 3.5 a thread in a sub-process ends the process, at its first block or at the exit",
  },
  // void mi_subproc_delete(mi_subproc_id_t subproc);
  mi_subproc_delete: { parameters: ["pointer"], result: "void", since: "2.1.8", until: "3.1.6" },
  // void mi_subproc_destroy(mi_subproc_id_t subproc);
  // It crashes when a thread is still inside, and the second time.
  mi_subproc_destroy: { parameters: ["pointer"], result: "void", since: "3.2.6" },
} as const;
