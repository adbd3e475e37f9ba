/** What heaps can do beside being made and destroyed. */
export const heapSettings = {
  // void mi_heap_delete(mi_heap_t* heap);
  // On 2.0.9 the pages of an exclusive arena go to the default heap.
  mi_heap_delete: { parameters: ["pointer"], result: "void" },
  // mi_heap_t* mi_heap_new_qsbr(void);
  mi_heap_new_qsbr: { parameters: [], result: "pointer", since: "3.6.0" },
  // mi_heap_t* mi_heap_get_default(void);
  mi_heap_get_default: { parameters: [], result: "pointer", until: "3.1.6" },
  // mi_heap_t* mi_heap_get_backing(void);
  mi_heap_get_backing: { parameters: [], result: "pointer", until: "3.1.6" },
  // mi_heap_t* mi_heap_set_default(mi_heap_t* heap);
  mi_heap_set_default: { parameters: ["pointer"], result: "pointer", until: "3.1.6" },
  // void mi_heap_set_numa_affinity(mi_heap_t* heap, int numa_node);
  mi_heap_set_numa_affinity: {
    parameters: ["pointer", "i32"],
    result: "void",
    since: "3.0.2",
    missing: ["3.0.7 to 3.0.12"],
  },
  // void mi_heap_set_debug_fill_preserve(mi_heap_t* heap, size_t preserve);
  mi_heap_set_debug_fill_preserve: { parameters: ["pointer", "size"], result: "void", since: "3.6.0" },
  // void mi_heap_guarded_set_sample_rate(mi_heap_t* heap, size_t sample_rate, size_t seed);
  mi_heap_guarded_set_sample_rate: {
    parameters: ["pointer", "size", "size"],
    result: "void",
    since: "2.1.8",
    until: "3.1.6",
  },
  // void mi_heap_guarded_set_size_bound(mi_heap_t* heap, size_t min, size_t max);
  mi_heap_guarded_set_size_bound: {
    parameters: ["pointer", "size", "size"],
    result: "void",
    since: "2.1.8",
    until: "3.1.6",
  },
  // void mi_heap_unload(mi_heap_t* heap);
  mi_heap_unload: { parameters: ["pointer"], result: "void", since: "3.0.0", until: "3.1.6" },
  // bool mi_heap_reload(mi_heap_t* heap, mi_arena_id_t arena_id);
  mi_heap_reload: { parameters: ["pointer", "arena"], result: "bool", since: "3.0.0", until: "3.1.6" },
} as const;
