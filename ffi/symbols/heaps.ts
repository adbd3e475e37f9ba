/** The life of heaps. */
export const heaps = {
  // mi_heap_t* mi_heap_new(void);
  mi_heap_new: { parameters: [], result: "pointer" },
  // mi_heap_t* mi_heap_new_in_arena(mi_arena_id_t arena_id);
  mi_heap_new_in_arena: { parameters: ["arena"], result: "pointer", since: "2.0.7" },
  // mi_heap_t* mi_heap_new_ex(int heap_tag, bool allow_destroy, mi_arena_id_t arena_id);
  mi_heap_new_ex: { parameters: ["i32", "bool", "arena"], result: "pointer", since: "2.1.8", until: "3.1.6" },
  // void mi_heap_destroy(mi_heap_t* heap);
  // From 2.1.8 to 3.1.6 a heap of mi_heap_new_in_arena must not be given: 3.0.1 leaks its blocks, debug builds abort.
  // Guarded builds before 3.2.6 do as mi_heap_delete.
  mi_heap_destroy: { parameters: ["pointer"], result: "void" },
  // void mi_heap_collect(mi_heap_t* heap, bool force);
  mi_heap_collect: { parameters: ["pointer", "bool"], result: "void" },
  // mi_heap_t* mi_heap_main(void);
  mi_heap_main: { parameters: [], result: "pointer", since: "3.2.6" },
} as const;
