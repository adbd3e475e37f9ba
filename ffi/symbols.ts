/**
 * The symbol table: every mimalloc function that is used, with its C
 * declaration, its types and the versions that export it. The one place where
 * C names live: in JavaScript `mi_heap_malloc` is `heapMalloc`.
 *
 * A function without `since` and `until` is exported by every supported
 * version. The groups are bound together, at the first use of one of them.
 *
 * @module
 */

/** The symbol table, in the groups that are bound together. */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const symbols = {
  /** What tells a mimalloc library from any other. */
  identity: {
    // int mi_version(void);
    mi_version: { parameters: [], result: "i32" },
  },

  /** Blocks and heaps: the hot path. Sizes are `size32`, so callers prove them below 2^32. */
  blocks: {
    // void* mi_malloc(size_t size);
    mi_malloc: { parameters: ["size32"], result: "pointer" },
    // void* mi_zalloc(size_t size);
    mi_zalloc: { parameters: ["size32"], result: "pointer" },
    // void mi_free(void* p);
    mi_free: { parameters: ["pointer"], result: "void" },
    // size_t mi_usable_size(const void* p);
    mi_usable_size: { parameters: ["pointer"], result: "size32" },
    // void* mi_heap_malloc(mi_heap_t* heap, size_t size);
    mi_heap_malloc: { parameters: ["pointer", "size32"], result: "pointer" },
    // void* mi_heap_zalloc(mi_heap_t* heap, size_t size);
    mi_heap_zalloc: { parameters: ["pointer", "size32"], result: "pointer" },
    // void* mi_heap_malloc_aligned_at(mi_heap_t* heap, size_t size, size_t alignment, size_t offset);
    mi_heap_malloc_aligned_at: {
      parameters: ["pointer", "size32", "size32", "size32"],
      result: "pointer",
    },
    // void* mi_heap_zalloc_aligned_at(mi_heap_t* heap, size_t size, size_t alignment, size_t offset);
    mi_heap_zalloc_aligned_at: {
      parameters: ["pointer", "size32", "size32", "size32"],
      result: "pointer",
    },
  },

  /** The life of heaps. */
  heaps: {
    // mi_heap_t* mi_heap_new(void);
    mi_heap_new: { parameters: [], result: "pointer" },
    // mi_heap_t* mi_heap_new_in_arena(mi_arena_id_t arena_id);
    mi_heap_new_in_arena: { parameters: ["arena"], result: "pointer" },
    // mi_heap_t* mi_heap_new_ex(int heap_tag, bool allow_destroy, mi_arena_id_t arena_id);
    mi_heap_new_ex: {
      parameters: ["i32", "bool", "arena"],
      result: "pointer",
      since: "2.1.9",
      until: "3.0.1",
    },
    // void mi_heap_destroy(mi_heap_t* heap);
    mi_heap_destroy: { parameters: ["pointer"], result: "void" },
    // void mi_heap_collect(mi_heap_t* heap, bool force);
    mi_heap_collect: { parameters: ["pointer", "bool"], result: "void" },
    // mi_heap_t* mi_heap_main(void);
    mi_heap_main: { parameters: [], result: "pointer", since: "3.6.0" },
  },

  /** Arenas. */
  arenas: {
    // int mi_reserve_os_memory_ex(size_t size, bool commit, bool allow_large, bool exclusive, mi_arena_id_t* arena_id);
    mi_reserve_os_memory_ex: {
      parameters: ["size", "bool", "bool", "bool", "buffer"],
      result: "i32",
    },
    // bool mi_manage_os_memory_ex(void* start, size_t size, bool is_committed, bool is_pinned, bool is_zero,
    //                             int numa_node, bool exclusive, mi_arena_id_t* arena_id);
    mi_manage_os_memory_ex: {
      parameters: [
        "pointer",
        "size",
        "bool",
        "bool",
        "bool",
        "i32",
        "bool",
        "buffer",
      ],
      result: "bool",
    },
    // void* mi_arena_area(mi_arena_id_t arena_id, size_t* size);
    mi_arena_area: { parameters: ["arena", "buffer"], result: "pointer" },
    // size_t mi_arena_min_alignment(void);
    mi_arena_min_alignment: { parameters: [], result: "size", since: "3.6.0" },
  },

  /** Output and errors. */
  hooks: {
    // void mi_register_output(mi_output_fun* out, void* arg);
    mi_register_output: { parameters: ["pointer", "pointer"], result: "void" },
    // void mi_register_error(mi_error_fun* fun, void* arg);
    mi_register_error: { parameters: ["pointer", "pointer"], result: "void" },
  },

  /** Options and whole-process calls. */
  process: {
    // long mi_option_get(mi_option_t option);
    mi_option_get: { parameters: ["i32"], result: "i64" },
    // void mi_option_set(mi_option_t option, long value);
    mi_option_set: { parameters: ["i32", "i64"], result: "void" },
    // void mi_options_print_out(mi_output_fun* out, void* arg);
    mi_options_print_out: {
      parameters: ["pointer", "pointer"],
      result: "void",
      since: "3.6.0",
    },
    // void mi_stats_print_out(mi_output_fun* out, void* arg);
    mi_stats_print_out: { parameters: ["pointer", "pointer"], result: "void" },
    // void mi_collect(bool force);
    mi_collect: { parameters: ["bool"], result: "void" },
  },
} as const;

/** The name of a group of the symbol table. */
export type Group = keyof typeof symbols;

/** The exact C name of a function of the symbol table. */
export type SymbolName = {
  [G in Group]: keyof typeof symbols[G] & string;
}[Group];
