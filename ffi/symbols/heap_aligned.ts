/** Aligned blocks of a heap. 3.0.0 and 3.0.1 may free them wrong, as those of the default heap, once it is deleted. */
export const heapAligned = {
  // void* mi_heap_malloc_aligned(mi_heap_t* heap, size_t size, size_t alignment);
  // On 2.0.9 it misaligns like mi_malloc_aligned; mi_heap_malloc_aligned_at does not.
  mi_heap_malloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_zalloc_aligned(mi_heap_t* heap, size_t size, size_t alignment);
  mi_heap_zalloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_calloc_aligned(mi_heap_t* heap, size_t count, size_t size, size_t alignment);
  mi_heap_calloc_aligned: { parameters: ["pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_heap_calloc_aligned_at(mi_heap_t* heap, size_t count, size_t size, size_t alignment, size_t offset);
  mi_heap_calloc_aligned_at: { parameters: ["pointer", "size", "size", "size", "size"], result: "pointer" },
  // void* mi_heap_realloc_aligned(mi_heap_t* heap, void* p, size_t newsize, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_heap_realloc_aligned: { parameters: ["pointer", "pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_realloc_aligned_at(mi_heap_t* heap, void* p, size_t newsize, size_t alignment, size_t offset);
  mi_heap_realloc_aligned_at: { parameters: ["pointer", "pointer", "size", "size", "size"], result: "pointer" },
} as const;
