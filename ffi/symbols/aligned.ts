/**
 * Aligned blocks of the default heap. On 3.0.0 and 3.0.1 mi_free may free the inside of one in the place of the whole, once
 * its page was full: blocks that come later overlap, and secure builds end the process.
 */
export const aligned = {
  // void* mi_malloc_aligned(size_t size, size_t alignment);
  // On 2.0.9 it misaligns when size and alignment are powers of two from 256 to 1024; mi_malloc_aligned_at does not.
  mi_malloc_aligned: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_malloc_aligned_at(size_t size, size_t alignment, size_t offset);
  mi_malloc_aligned_at: { parameters: ["size", "size", "size"], result: "pointer" },
  // void* mi_zalloc_aligned(size_t size, size_t alignment);
  mi_zalloc_aligned: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_zalloc_aligned_at(size_t size, size_t alignment, size_t offset);
  mi_zalloc_aligned_at: { parameters: ["size", "size", "size"], result: "pointer" },
  // void* mi_calloc_aligned(size_t count, size_t size, size_t alignment);
  mi_calloc_aligned: { parameters: ["size", "size", "size"], result: "pointer" },
  // void* mi_calloc_aligned_at(size_t count, size_t size, size_t alignment, size_t offset);
  mi_calloc_aligned_at: { parameters: ["size", "size", "size", "size"], result: "pointer" },
  // void* mi_realloc_aligned(void* p, size_t newsize, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is; mi_realloc_aligned_at aligns always.
  mi_realloc_aligned: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_realloc_aligned_at(void* p, size_t newsize, size_t alignment, size_t offset);
  mi_realloc_aligned_at: { parameters: ["pointer", "size", "size", "size"], result: "pointer" },
  // void mi_free_aligned(void* p, size_t alignment);
  mi_free_aligned: { parameters: ["pointer", "size"], result: "void" },
  // void mi_free_size_aligned(void* p, size_t size, size_t alignment);
  mi_free_size_aligned: { parameters: ["pointer", "size", "size"], result: "void" },
} as const;
