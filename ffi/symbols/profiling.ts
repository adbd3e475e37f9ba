/** The sampling profiler, which no header of a package declares. */
export const profiling = {
  // bool mi_profile(mi_profiler_t* profiler);
  mi_profile: { parameters: ["pointer"], result: "bool", since: "3.6.0" },
  // bool mi_subproc_profile(mi_subproc_id_t subproc, mi_profiler_t* profiler);
  mi_subproc_profile: { parameters: ["pointer", "pointer"], result: "bool", since: "3.6.0" },
  // bool mi_heap_profile(mi_heap_t* heap, mi_profiler_t* profiler);
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
  mi_profiler_snapshot: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // mi_profiler_t* mi_pprof_profiler_new(size_t sample_rate, const char* base_file_name, size_t alloc_interval, size_t inuse_interval, size_t time_secs);
  // The file name gets a number and `.pb`.
  mi_pprof_profiler_new: { parameters: ["size", "buffer", "size", "size", "size"], result: "pointer", since: "3.6.0" },
  // void mi_pprof_profiler_delete(mi_profiler_t* profiler);
  mi_pprof_profiler_delete: { parameters: ["pointer"], result: "void", since: "3.6.0" },
} as const;
