/** Arenas by other ways than the two of `arenas`. */
export const reservations = {
  // int mi_reserve_os_memory(size_t size, bool commit, bool allow_large);
  mi_reserve_os_memory: { parameters: ["size", "bool", "bool"], result: "i32" },
  // int mi_reserve_huge_os_pages(size_t pages, double max_secs, size_t* pages_reserved);
  mi_reserve_huge_os_pages: { parameters: ["size", "f64", "buffer"], result: "i32" },
  // int mi_reserve_huge_os_pages_at(size_t pages, int numa_node, size_t timeout_msecs);
  mi_reserve_huge_os_pages_at: { parameters: ["size", "i32", "size"], result: "i32" },
  // int mi_reserve_huge_os_pages_at_ex(size_t pages, int numa_node, size_t timeout_msecs, bool exclusive, mi_arena_id_t* arena_id);
  mi_reserve_huge_os_pages_at_ex: {
    parameters: ["size", "i32", "size", "bool", "buffer"],
    result: "i32",
    since: "2.0.7",
  },
  // int mi_reserve_huge_os_pages_interleave(size_t pages, size_t numa_nodes, size_t timeout_msecs);
  mi_reserve_huge_os_pages_interleave: { parameters: ["size", "size", "size"], result: "i32" },
  // bool mi_manage_os_memory(void* start, size_t size, bool is_committed, bool is_pinned , bool is_zero, int numa_node);
  mi_manage_os_memory: { parameters: ["pointer", "size", "bool", "bool", "bool", "i32"], result: "bool" },
  // bool mi_manage_memory(void* start, size_t size, bool is_committed, bool is_pinned, bool is_zero, int numa_node, bool exclusive, mi_commit_fun_t* commit_fun, void* commit_fun_arg, mi_arena_id_t* arena_id);
  // Raw only: mimalloc keeps the commit function and calls it on whichever thread allocates. One of JavaScript stops that
  // thread until the main one is idle (Deno), or for ever (Bun); Arena.manage() takes memory that is accessible.
  mi_manage_memory: {
    parameters: ["pointer", "size", "bool", "bool", "bool", "i32", "bool", "pointer", "pointer", "buffer"],
    result: "bool",
    since: "3.0.3",
    missing: ["3.0.7 to 3.0.12"],
  },
  // bool mi_arena_unload(mi_arena_id_t arena_id, void** base, size_t* accessed_size, size_t* size);
  // Raw only: it takes no notice of live blocks, and later versions lack it. There Arena.release() returns an area.
  mi_arena_unload: {
    parameters: ["arena", "buffer", "buffer", "buffer"],
    result: "bool",
    since: "3.0.0",
    until: "3.1.6",
  },
  // bool mi_arena_reload(void* start, size_t size, mi_arena_id_t* arena_id);
  // Raw only: the counterpart of mi_arena_unload, for memory whose blocks were kept.
  // On 3.0.3 and from 3.1.4 on it takes the commit callback of mi_manage_memory and its argument too.
  mi_arena_reload: {
    parameters: ["pointer", "size", "buffer"],
    result: "bool",
    since: "3.0.0",
    until: "3.1.6",
    older: [
      { since: "3.0.3", until: "3.0.3", parameters: ["pointer", "size", "pointer", "pointer", "buffer"] },
      { since: "3.1.4", until: "3.1.6", parameters: ["pointer", "size", "pointer", "pointer", "buffer"] },
    ],
  },
} as const;
