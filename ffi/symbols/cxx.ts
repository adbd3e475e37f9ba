/** The `new` of C++. Those without `nothrow` abort the process when memory runs out. */
export const cxx = {
  // void* mi_new(size_t size);
  mi_new: { parameters: ["size"], result: "pointer", danger: "it aborts the process when memory runs out" },
  // void* mi_new_n(size_t count, size_t size);
  mi_new_n: { parameters: ["size", "size"], result: "pointer", danger: "it aborts the process when memory runs out" },
  // void* mi_new_aligned(size_t size, size_t alignment);
  mi_new_aligned: {
    parameters: ["size", "size"],
    result: "pointer",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_new_nothrow(size_t size);
  mi_new_nothrow: { parameters: ["size"], result: "pointer" },
  // void* mi_new_aligned_nothrow(size_t size, size_t alignment);
  mi_new_aligned_nothrow: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_new_realloc(void* p, size_t newsize);
  mi_new_realloc: {
    parameters: ["pointer", "size"],
    result: "pointer",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_new_reallocn(void* p, size_t newcount, size_t size);
  mi_new_reallocn: {
    parameters: ["pointer", "size", "size"],
    result: "pointer",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_heap_try_new(mi_heap_t* heap, size_t size, bool nothrow);
  mi_heap_try_new: {
    parameters: ["pointer", "size", "bool"],
    result: "pointer",
    since: "2.1.0",
    until: "3.1.6",
    danger: "it aborts the process unless nothrow is true, and never allocates without a new handler of C++",
  },
  // void* mi_heap_alloc_new(mi_heap_t* heap, size_t size);
  mi_heap_alloc_new: {
    parameters: ["pointer", "size"],
    result: "pointer",
    since: "2.0.9",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_heap_alloc_new_n(mi_heap_t* heap, size_t count, size_t size);
  mi_heap_alloc_new_n: {
    parameters: ["pointer", "size", "size"],
    result: "pointer",
    since: "2.0.9",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_theap_alloc_new(mi_theap_t* theap, size_t size);
  mi_theap_alloc_new: {
    parameters: ["pointer", "size"],
    result: "pointer",
    since: "3.6.0",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_theap_alloc_new_n(mi_theap_t* theap, size_t count, size_t size);
  mi_theap_alloc_new_n: {
    parameters: ["pointer", "size", "size"],
    result: "pointer",
    since: "3.6.0",
    danger: "it aborts the process when memory runs out",
  },
  // void* mi_theap_alloc_new_nothrow(mi_theap_t* theap, size_t size);
  mi_theap_alloc_new_nothrow: { parameters: ["pointer", "size"], result: "pointer", since: "3.6.0" },
} as const;
