/** A thread's part of a heap, for that thread alone. */
export const theaps = {
  // mi_theap_t* mi_heap_theap(mi_heap_t* heap);
  mi_heap_theap: { parameters: ["pointer"], result: "pointer", since: "3.2.6" },
  // mi_theap_t* mi_theap_get_default(void);
  mi_theap_get_default: { parameters: [], result: "pointer", since: "3.2.6" },
  // mi_theap_t* mi_theap_set_default(mi_theap_t* theap);
  mi_theap_set_default: { parameters: ["pointer"], result: "pointer", since: "3.4.0" },
  // void mi_theap_collect(mi_theap_t* theap, bool force);
  mi_theap_collect: { parameters: ["pointer", "bool"], result: "void", since: "3.2.6" },
  // void* mi_theap_calloc(mi_theap_t* theap, size_t count, size_t size);
  mi_theap_calloc: { parameters: ["pointer", "size", "size"], result: "pointer", since: "3.2.6" },
  // void* mi_theap_realloc(mi_theap_t* theap, void* p, size_t newsize);
  mi_theap_realloc: { parameters: ["pointer", "pointer", "size"], result: "pointer", since: "3.2.6" },
  // void* mi_theap_rezalloc(mi_theap_t* theap, void* p, size_t newsize);
  mi_theap_rezalloc: { parameters: ["pointer", "pointer", "size"], result: "pointer", since: "3.6.0" },
  // void* mi_theap_malloc_aligned(mi_theap_t* theap, size_t size, size_t alignment);
  mi_theap_malloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer", since: "3.2.6" },
  // void* mi_theap_zalloc_aligned(mi_theap_t* theap, size_t size, size_t alignment);
  mi_theap_zalloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer", since: "3.6.0" },
  // void mi_theap_guarded_set_sample_rate(mi_theap_t* theap, size_t sample_rate, size_t seed);
  mi_theap_guarded_set_sample_rate: { parameters: ["pointer", "size", "size"], result: "void", since: "3.2.6" },
  // void mi_theap_guarded_set_size_bound(mi_theap_t* theap, size_t min, size_t max);
  mi_theap_guarded_set_size_bound: { parameters: ["pointer", "size", "size"], result: "void", since: "3.2.6" },
  // void mi_theap_quiescent_abandon(mi_theap_t* theap);
  mi_theap_quiescent_abandon: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // void mi_theap_delete(mi_theap_t* theap);
  mi_theap_delete: { parameters: ["pointer"], result: "void", since: "3.6.0" },
} as const;
