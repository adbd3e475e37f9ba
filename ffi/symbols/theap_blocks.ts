/** Blocks of a thread's part of a heap: a hot path. Sizes are `size32`, so callers prove them below 2^32. */
export const theapBlocks = {
  // void* mi_theap_malloc(mi_theap_t* theap, size_t size);
  mi_theap_malloc: { parameters: ["pointer", "size32"], result: "pointer", since: "3.6.0" },
  // void* mi_theap_zalloc(mi_theap_t* theap, size_t size);
  mi_theap_zalloc: { parameters: ["pointer", "size32"], result: "pointer", since: "3.6.0" },
} as const;
