/** The process as a whole. */
export const processInfo = {
  // void mi_process_info(size_t* elapsed_msecs, size_t* user_msecs, size_t* system_msecs, size_t* current_rss, size_t* peak_rss, size_t* current_commit, size_t* peak_commit, size_t* page_faults);
  // current_rss is what mimalloc committed, not what is resident.
  mi_process_info: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "void",
  },
  // void mi_collect_reduce(size_t target_thread_owned);
  // It gives up memory of this thread until that much is left. The headers of 3.x declare it still.
  mi_collect_reduce: { parameters: ["size"], result: "void", since: "2.1.8", until: "2.4.1" },
  // void mi_process_info_print(void);
  mi_process_info_print: { parameters: [], result: "void", since: "3.2.6" },
  // void mi_process_info_print_out(mi_output_fun* out, void* arg);
  mi_process_info_print_out: { parameters: ["pointer", "pointer"], result: "void", since: "3.2.6" },
  // bool mi_is_redirected(void);
  mi_is_redirected: { parameters: [], result: "bool", missing: ["2.1.8 to 2.1.9", "3.0.0 to 3.0.1"] },
  // void mi_process_init(void);
  mi_process_init: { parameters: [], result: "void" },
  // void mi_process_done(void);
  mi_process_done: {
    parameters: [],
    result: "void",
    since: "2.2.4",
    missing: ["3.0.0 to 3.0.12"],
    danger:
      "it ends mimalloc for the whole process, and with the option destroy_on_exit unmaps every block under its users",
  },
} as const;
