/** Zero-initialised reallocation in the default heap. Only for blocks that were allocated zeroed. */
export const zeroing = {
  // void* mi_rezalloc(void* p, size_t newsize);
  mi_rezalloc: { parameters: ["pointer", "size"], result: "pointer" },
  // void* mi_recalloc(void* p, size_t newcount, size_t size);
  mi_recalloc: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_rezalloc_aligned(void* p, size_t newsize, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_rezalloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_rezalloc_aligned_at(void* p, size_t newsize, size_t alignment, size_t offset);
  mi_rezalloc_aligned_at: { parameters: ["pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_recalloc_aligned(void* p, size_t newcount, size_t size, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_recalloc_aligned: { parameters: ["pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_recalloc_aligned_at(void* p, size_t newcount, size_t size, size_t alignment, size_t offset);
  mi_recalloc_aligned_at: { parameters: ["pointer", "size", "size", "size", "size"], result: "pointer" },
} as const;
