/** Zero-initialised reallocation in a heap. Only for blocks that were allocated zeroed. */
export const heapZeroing = {
  // void* mi_heap_rezalloc(mi_heap_t* heap, void* p, size_t newsize);
  mi_heap_rezalloc: { parameters: ["pointer", "pointer", "size"], result: "pointer" },
  // void* mi_heap_recalloc(mi_heap_t* heap, void* p, size_t newcount, size_t size);
  mi_heap_recalloc: { parameters: ["pointer", "pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_rezalloc_aligned(mi_heap_t* heap, void* p, size_t newsize, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_heap_rezalloc_aligned: { parameters: ["pointer", "pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_rezalloc_aligned_at(mi_heap_t* heap, void* p, size_t newsize, size_t alignment, size_t offset);
  mi_heap_rezalloc_aligned_at: { parameters: ["pointer", "pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_heap_recalloc_aligned(mi_heap_t* heap, void* p, size_t newcount, size_t size, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_heap_recalloc_aligned: { parameters: ["pointer", "pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_heap_recalloc_aligned_at(mi_heap_t* heap, void* p, size_t newcount, size_t size, size_t alignment, size_t offset);
  mi_heap_recalloc_aligned_at: {
    parameters: ["pointer", "pointer", "size", "size", "size", "size"],
    result: "pointer",
  },
} as const;
