/** Statistics. */
export const statistics = {
  // bool mi_stats_get(mi_stats_t* stats);
  // Since 2.3.0 and 3.2.8 the structure must tell its size and version first; before it was a size and the structure.
  mi_stats_get: {
    parameters: ["buffer"],
    result: "bool",
    since: "2.2.2",
    missing: ["3.0.0 to 3.0.1"],
    older: [
      { since: "2.2.2", until: "2.2.7", parameters: ["size", "buffer"], result: "void" },
      { since: "3.0.2", until: "3.2.7", parameters: ["size", "buffer"], result: "void" },
    ],
  },
  // char* mi_stats_get_json(size_t buf_size, char* buf);
  mi_stats_get_json: { parameters: ["size", "buffer"], result: "pointer", since: "2.2.2", missing: ["3.0.0 to 3.0.1"] },
  // char* mi_stats_as_json(mi_stats_t* stats, size_t buf_size, char* buf);
  mi_stats_as_json: { parameters: ["buffer", "size", "buffer"], result: "pointer", since: "3.2.8" },
  // size_t mi_stats_get_bin_size(size_t bin);
  mi_stats_get_bin_size: { parameters: ["size"], result: "size", since: "3.0.2" },
  // void mi_stats_print(void* out);
  mi_stats_print: { parameters: ["pointer"], result: "void" },
  // void mi_stats_reset(void);
  // Since 3.6 it does nothing.
  mi_stats_reset: { parameters: [], result: "void" },
  // void mi_stats_merge(void);
  mi_stats_merge: { parameters: [], result: "void", until: "3.1.6" },
  // void mi_thread_stats_print_out(mi_output_fun* out, void* arg);
  mi_thread_stats_print_out: { parameters: ["pointer", "pointer"], result: "void" },
  // bool mi_heap_stats_get(mi_heap_t* heap, mi_stats_t* stats);
  mi_heap_stats_get: {
    parameters: ["pointer", "buffer"],
    result: "bool",
    since: "3.2.6",
    older: { until: "3.2.7", parameters: ["pointer", "size", "buffer"], result: "void" },
  },
  // char* mi_heap_stats_get_json(mi_heap_t* heap, size_t buf_size, char* buf);
  mi_heap_stats_get_json: { parameters: ["pointer", "size", "buffer"], result: "pointer", since: "3.2.6" },
  // void mi_heap_stats_print_out(mi_heap_t* heap, mi_output_fun* out, void* arg);
  mi_heap_stats_print_out: { parameters: ["pointer", "pointer", "pointer"], result: "void", since: "3.2.6" },
  // void mi_heap_stats_merge_to_subproc(mi_heap_t* heap);
  mi_heap_stats_merge_to_subproc: { parameters: ["pointer"], result: "void", since: "3.2.6" },
  // bool mi_subproc_stats_get(mi_subproc_id_t subproc_id, mi_stats_t* stats);
  mi_subproc_stats_get: {
    parameters: ["pointer", "buffer"],
    result: "bool",
    since: "3.2.6",
    older: { until: "3.2.7", parameters: ["pointer", "size", "buffer"], result: "void" },
  },
  // bool mi_subproc_stats_get_exclusive(mi_subproc_id_t subproc_id, mi_stats_t* stats);
  mi_subproc_stats_get_exclusive: { parameters: ["pointer", "buffer"], result: "bool", since: "3.2.8" },
  // char* mi_subproc_stats_get_json(mi_subproc_id_t subproc_id, size_t buf_size, char* buf);
  mi_subproc_stats_get_json: { parameters: ["pointer", "size", "buffer"], result: "pointer", since: "3.2.6" },
  // void mi_subproc_stats_print_out(mi_subproc_id_t subproc_id, mi_output_fun* out, void* arg);
  mi_subproc_stats_print_out: { parameters: ["pointer", "pointer", "pointer"], result: "void", since: "3.2.6" },
  // void mi_subproc_heap_stats_print_out(mi_subproc_id_t subproc_id, mi_output_fun* out, void* arg);
  mi_subproc_heap_stats_print_out: { parameters: ["pointer", "pointer", "pointer"], result: "void", since: "3.2.6" },
  // bool mi_theap_stats_get(mi_theap_t* theap, mi_stats_t* stats);
  mi_theap_stats_get: { parameters: ["pointer", "buffer"], result: "bool", since: "3.6.0" },
  // void mi_theap_stats_merge_to_heap(mi_theap_t* theap);
  mi_theap_stats_merge_to_heap: { parameters: ["pointer"], result: "void", since: "3.6.0" },
} as const;
