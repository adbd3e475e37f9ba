/** The sampling profiler, which no header of a package declares. */
export const profiling = {
  // bool mi_profile(mi_profiler_t* profiler);
  // NULL detaches it, with those of single heaps, and forgets mi_heap_profile_disable.
  // Hooks of a profiler of your own run inside of malloc and free, on any thread: none of them may be JavaScript.
  mi_profile: { parameters: ["pointer"], result: "bool", since: "3.6.0" },
  // bool mi_subproc_profile(mi_subproc_id_t subproc, mi_profiler_t* profiler);
  mi_subproc_profile: { parameters: ["pointer", "pointer"], result: "bool", since: "3.6.0" },
  // bool mi_heap_profile(mi_heap_t* heap, mi_profiler_t* profiler);
  // False as well while the process has a profiler.
  mi_heap_profile: { parameters: ["pointer", "pointer"], result: "bool", since: "3.6.0" },
  // void mi_heap_profile_disable(mi_heap_t* heap);
  mi_heap_profile_disable: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // bool mi_profiler_start(mi_profiler_t* profiler);
  // The result tells whether it was running before.
  mi_profiler_start: { parameters: ["pointer"], result: "bool", since: "3.6.0" },
  // bool mi_profiler_stop(mi_profiler_t* profiler);
  // The result tells whether it was running before.
  mi_profiler_stop: { parameters: ["pointer"], result: "bool", since: "3.6.0" },
  // void mi_profiler_snapshot(mi_profiler_t* profiler);
  // It does nothing while another thread takes one.
  mi_profiler_snapshot: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // mi_profiler_t* mi_pprof_profiler_new(size_t sample_rate, const char* base_file_name, size_t alloc_interval, size_t inuse_interval, size_t time_secs);
  // The number of the file comes before the extension, which becomes `.pb` unless it is `.heap`, for text.
  mi_pprof_profiler_new: { parameters: ["size", "buffer", "size", "size", "size"], result: "pointer", since: "3.6.0" },
  // void mi_pprof_profiler_delete(mi_profiler_t* profiler);
  // It takes no last snapshot, and crashes threads that are inside its hooks.
  // When a block that it sampled is freed while another profiler runs, mimalloc writes to what it was.
  mi_pprof_profiler_delete: { parameters: ["pointer"], result: "void", since: "3.6.0" },
} as const;
