/** Blocks and heaps: the hot path. Sizes are `size32`, so callers prove them below 2^32. */
export const blocks = {
  // void* mi_malloc(size_t size);
  mi_malloc: { parameters: ["size32"], result: "pointer" },
  // void* mi_zalloc(size_t size);
  mi_zalloc: { parameters: ["size32"], result: "pointer" },
  // void mi_free(void* p);
  mi_free: { parameters: ["pointer"], result: "void" },
  // size_t mi_usable_size(const void* p);
  mi_usable_size: { parameters: ["pointer"], result: "size32" },
  // void* mi_heap_malloc(mi_heap_t* theap, size_t size);
  mi_heap_malloc: { parameters: ["pointer", "size32"], result: "pointer" },
  // void* mi_heap_zalloc(mi_heap_t* heap, size_t size);
  mi_heap_zalloc: { parameters: ["pointer", "size32"], result: "pointer" },
  // void* mi_heap_malloc_aligned_at(mi_heap_t* heap, size_t size, size_t alignment, size_t offset);
  mi_heap_malloc_aligned_at: { parameters: ["pointer", "size32", "size32", "size32"], result: "pointer" },
  // void* mi_heap_zalloc_aligned_at(mi_heap_t* heap, size_t size, size_t alignment, size_t offset);
  mi_heap_zalloc_aligned_at: { parameters: ["pointer", "size32", "size32", "size32"], result: "pointer" },
} as const;
