/** The allocation functions of POSIX, Unix and Windows under their own names. */
export const posix = {
  // int mi_posix_memalign(void** p, size_t alignment, size_t size);
  // On 2.0.9 it misaligns like mi_malloc_aligned.
  mi_posix_memalign: { parameters: ["buffer", "size", "size"], result: "i32" },
  // void* mi_memalign(size_t alignment, size_t size);
  // On 2.0.9 it misaligns like mi_malloc_aligned.
  mi_memalign: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_valloc(size_t size);
  mi_valloc: { parameters: ["size"], result: "pointer" },
  // void* mi_pvalloc(size_t size);
  mi_pvalloc: { parameters: ["size"], result: "pointer" },
  // void* mi_aligned_alloc(size_t alignment, size_t size);
  // On 2.0.9 it misaligns like mi_malloc_aligned.
  mi_aligned_alloc: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_reallocarray(void* p, size_t count, size_t size);
  mi_reallocarray: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // int mi_reallocarr(void* ptrp, size_t count, size_t size);
  mi_reallocarr: { parameters: ["buffer", "size", "size"], result: "i32" },
  // void* mi_aligned_recalloc(void* p, size_t newcount, size_t size, size_t alignment);
  // Up to 3.0.1 the new block is aligned only when the old one is.
  mi_aligned_recalloc: { parameters: ["pointer", "size", "size", "size"], result: "pointer" },
  // void* mi_aligned_offset_recalloc(void* p, size_t newcount, size_t size, size_t alignment, size_t offset);
  mi_aligned_offset_recalloc: { parameters: ["pointer", "size", "size", "size", "size"], result: "pointer" },
  // size_t mi_malloc_size(const void* p);
  mi_malloc_size: { parameters: ["pointer"], result: "size" },
  // size_t mi_malloc_usable_size(const void* p);
  mi_malloc_usable_size: { parameters: ["pointer"], result: "size" },
  // size_t mi_malloc_good_size(size_t size);
  mi_malloc_good_size: { parameters: ["size"], result: "size" },
  // void* mi__expand(void* p, size_t newsize);
  mi__expand: { parameters: ["pointer", "size"], result: "pointer" },
} as const;
