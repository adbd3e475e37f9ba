/** Blocks of the default heap. */
export const allocation = {
  // void* mi_calloc(size_t count, size_t size);
  mi_calloc: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_mallocn(size_t count, size_t size);
  mi_mallocn: { parameters: ["size", "size"], result: "pointer" },
  // void* mi_realloc(void* p, size_t newsize);
  // It may move a block out of its arena; mi_heap_realloc does not.
  mi_realloc: { parameters: ["pointer", "size"], result: "pointer" },
  // void* mi_reallocn(void* p, size_t count, size_t size);
  mi_reallocn: { parameters: ["pointer", "size", "size"], result: "pointer" },
  // void* mi_reallocf(void* p, size_t newsize);
  mi_reallocf: { parameters: ["pointer", "size"], result: "pointer" },
  // void* mi_expand(void* p, size_t newsize);
  mi_expand: { parameters: ["pointer", "size"], result: "pointer" },
  // size_t mi_good_size(size_t size);
  mi_good_size: { parameters: ["size"], result: "size" },
  // bool mi_cfree(void* p);
  // In 2.0.9 and 3.0.1: void mi_cfree(void* p);
  // It ignores what is not a block; since 3.6 the result tells. 3.0.1 crashes on addresses from 1 to 65,535,
  // and debug builds from 2.0.9 to 2.1.2 end the process on those up to 32 MiB.
  mi_cfree: { parameters: ["pointer"], result: "bool", older: { until: "3.4.3", result: "void" } },
  // void mi_free_size(void* p, size_t size);
  mi_free_size: { parameters: ["pointer", "size"], result: "void" },
} as const;
