/** Arenas. */
export const arenas = {
  // int mi_reserve_os_memory_ex(size_t size, bool commit, bool allow_large, bool exclusive, mi_arena_id_t* arena_id);
  mi_reserve_os_memory_ex: { parameters: ["size", "bool", "bool", "bool", "buffer"], result: "i32", since: "2.0.7" },
  // bool mi_manage_os_memory_ex(void* start, size_t size, bool is_committed, bool is_pinned, bool is_zero, int numa_node, bool exclusive, mi_arena_id_t* arena_id);
  mi_manage_os_memory_ex: {
    parameters: ["pointer", "size", "bool", "bool", "bool", "i32", "bool", "buffer"],
    result: "bool",
    since: "2.0.7",
  },
  // void* mi_arena_area(mi_arena_id_t arena_id, size_t* size);
  mi_arena_area: { parameters: ["arena", "buffer"], result: "pointer", since: "2.0.7" },
  // size_t mi_arena_min_alignment(void);
  mi_arena_min_alignment: { parameters: [], result: "size", since: "3.0.3", missing: ["3.0.7 to 3.0.12"] },
} as const;
