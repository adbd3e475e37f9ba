/** Blocks of at most 1024 bytes. Nothing checks the size: a bigger one crashes. */
export const small = {
  // void* mi_malloc_small(size_t size);
  mi_malloc_small: { parameters: ["size32"], result: "pointer" },
  // void* mi_zalloc_small(size_t size);
  mi_zalloc_small: { parameters: ["size32"], result: "pointer" },
  // void* mi_heap_malloc_small(mi_heap_t* heap, size_t size);
  mi_heap_malloc_small: { parameters: ["pointer", "size32"], result: "pointer" },
  // void* mi_heap_zalloc_small(mi_heap_t* heap, size_t size);
  mi_heap_zalloc_small: {
    parameters: ["pointer", "size32"],
    result: "pointer",
    since: "2.3.0",
    missing: ["3.0.0 to 3.2.8"],
  },
  // void* mi_theap_malloc_small(mi_theap_t* theap, size_t size);
  mi_theap_malloc_small: { parameters: ["pointer", "size32"], result: "pointer", since: "3.2.6" },
  // void* mi_theap_zalloc_small(mi_theap_t* theap, size_t size);
  mi_theap_zalloc_small: { parameters: ["pointer", "size32"], result: "pointer", since: "3.3.0" },
  // void mi_free_small(void* p);
  mi_free_small: { parameters: ["pointer"], result: "void", since: "2.3.0", missing: ["3.0.0 to 3.2.8"] },
  // void mi_free_small_nonnull(void* p);
  mi_free_small_nonnull: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // void mi_free_small_local(void* p);
  mi_free_small_local: { parameters: ["pointer"], result: "void", since: "3.6.0" },
  // void mi_free_small_local_nonnull(void* p);
  mi_free_small_local_nonnull: { parameters: ["pointer"], result: "void", since: "3.6.0" },
} as const;
