/** Blocks of a heap. */
export const heapAllocation = {
  // void* mi_heap_calloc(mi_heap_t* heap, size_t count, size_t size);
  mi_heap_calloc: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_mallocn(mi_heap_t* heap, size_t count, size_t size);
  mi_heap_mallocn: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_realloc(mi_heap_t* heap, void* p, size_t newsize);
  mi_heap_realloc: { parameters: ["pointer", "pointer", "size"], result: "pointer" },
  // void* mi_heap_reallocn(mi_heap_t* heap, void* p, size_t count, size_t size);
  mi_heap_reallocn: { parameters: ["pointer", "pointer", "size", "size"], result: "pointer" },
  // void* mi_heap_reallocf(mi_heap_t* theap, void* p, size_t newsize);
  mi_heap_reallocf: { parameters: ["pointer", "pointer", "size"], result: "pointer" },
} as const;
