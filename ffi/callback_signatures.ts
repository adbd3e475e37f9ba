/**
 * The callbacks that mimalloc takes, each with its C declaration.
 *
 * @module
 */

/** The signatures of mimalloc's callbacks, for `withCallback`. They are the same in all versions. */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const callbackSignatures = {
  // typedef bool (mi_block_visit_fun)(const mi_heap_t* heap, const mi_heap_area_t* area, void* block, size_t block_size, void* arg);
  blockVisit: { parameters: ["pointer", "pointer", "pointer", "size", "pointer"], result: "bool" },
  // typedef bool (mi_heap_visit_fun)(mi_heap_t* heap, void* arg);
  heapVisit: { parameters: ["pointer", "pointer"], result: "bool" },
  // typedef void (mi_deferred_free_fun)(bool force, unsigned long long heartbeat, void* arg);
  deferredFree: { parameters: ["bool", "u64", "pointer"], result: "void" },
  // typedef void (mi_output_fun)(const char* msg, void* arg);
  output: { parameters: ["pointer", "pointer"], result: "void" },
  // typedef void (mi_error_fun)(int err, void* arg);
  error: { parameters: ["i32", "pointer"], result: "void" },
  // typedef bool (mi_commit_fun_t)(bool commit, void* start, size_t size, bool* is_zero, void* user_arg);
  commit: { parameters: ["bool", "pointer", "size", "pointer", "pointer"], result: "bool" },
} as const;
