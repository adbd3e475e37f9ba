/** Blocks of the default heap, told with the size that they really have. */
export const blockSizes = {
  // void* mi_umalloc(size_t size, size_t* block_size);
  mi_umalloc: {
    parameters: ["size", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void* mi_umalloc_small(size_t size, size_t* block_size);
  mi_umalloc_small: {
    parameters: ["size", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void* mi_umalloc_aligned(size_t size, size_t alignment, size_t* block_size);
  mi_umalloc_aligned: {
    parameters: ["size", "size", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void* mi_uzalloc_small(size_t size, size_t* block_size);
  mi_uzalloc_small: { parameters: ["size", "buffer"], result: "pointer", since: "3.6.0" },
  // void* mi_uzalloc_aligned(size_t size, size_t alignment, size_t* block_size);
  mi_uzalloc_aligned: {
    parameters: ["size", "size", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void* mi_ucalloc(size_t count, size_t size, size_t* block_size);
  mi_ucalloc: {
    parameters: ["size", "size", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void* mi_urealloc(void* p, size_t newsize, size_t* block_size_pre, size_t* block_size_post);
  mi_urealloc: {
    parameters: ["pointer", "size", "buffer", "buffer"],
    result: "pointer",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
  // void mi_ufree(void* p, size_t* block_size);
  mi_ufree: {
    parameters: ["pointer", "buffer"],
    result: "void",
    since: "2.2.6",
    missing: ["3.0.0 to 3.0.10", "3.1.4 to 3.1.5"],
  },
} as const;
