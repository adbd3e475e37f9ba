/** What arenas hold, and their limits. */
export const arenaFacts = {
  // bool mi_arena_contains(mi_arena_id_t arena_id, const void* p);
  mi_arena_contains: { parameters: ["arena", "pointer"], result: "bool", since: "3.0.0" },
  // size_t mi_arena_min_size(void);
  mi_arena_min_size: { parameters: [], result: "size", since: "3.3.0" },
  // size_t mi_arena_max_object_size(void);
  mi_arena_max_object_size: { parameters: [], result: "size", since: "3.6.0" },
  // void mi_arenas_print(void);
  mi_arenas_print: { parameters: [], result: "void", since: "2.2.2", missing: ["3.0.0 to 3.0.1", "3.0.7 to 3.0.12"] },
  // void mi_arenas_purge(void);
  mi_arenas_purge: { parameters: [], result: "void", since: "3.6.0" },
  // void mi_debug_show_arenas(void);
  // It took up to three flags in between: void mi_debug_show_arenas(bool show_pages, bool, bool);
  mi_debug_show_arenas: {
    parameters: [],
    result: "void",
    older: [
      { since: "2.1.4", until: "2.1.7", parameters: ["bool", "bool", "bool"] },
      { since: "2.1.8", until: "2.1.9", parameters: ["bool"] },
      { since: "3.0.0", until: "3.0.1", parameters: ["bool"] },
    ],
  },
} as const;
