/** Which heap or thread a block belongs to. */
export const ownership = {
  // mi_heap_t* mi_heap_of(const void* p);
  mi_heap_of: { parameters: ["pointer"], result: "pointer", since: "3.2.6" },
  // bool mi_heap_contains(const mi_heap_t* heap, const void* p);
  mi_heap_contains: { parameters: ["pointer", "pointer"], result: "bool", since: "3.2.6" },
  // bool mi_heap_contains_block(mi_heap_t* heap, const void* p);
  mi_heap_contains_block: { parameters: ["pointer", "pointer"], result: "bool", until: "3.1.6" },
  // bool mi_heap_check_owned(mi_heap_t* heap, const void* p);
  mi_heap_check_owned: { parameters: ["pointer", "pointer"], result: "bool", until: "3.1.6" },
  // bool mi_check_owned(const void* p);
  // Up to 3.0.1 it knows the default heap of this thread alone, since 3.6 every heap.
  mi_check_owned: { parameters: ["pointer"], result: "bool" },
  // bool mi_any_heap_contains(const void* p);
  mi_any_heap_contains: { parameters: ["pointer"], result: "bool", since: "3.2.6" },
  // bool mi_is_in_heap_region(const void* p);
  // On 3.0.1 it is true for NULL. Debug builds from 2.0.9 to 2.1.2 end the process on addresses from 1 to 32 MiB.
  mi_is_in_heap_region: { parameters: ["pointer"], result: "bool" },
  // size_t mi_thread_id_of(const void* p);
  mi_thread_id_of: { parameters: ["pointer"], result: "size", since: "3.6.0" },
  // bool mi_unsafe_heap_page_is_under_utilized(mi_heap_t* heap, void* p, size_t perc_threshold);
  mi_unsafe_heap_page_is_under_utilized: {
    parameters: ["pointer", "pointer", "size"],
    result: "bool",
    since: "2.3.0",
    missing: ["3.0.0 to 3.2.8"],
  },
} as const;
