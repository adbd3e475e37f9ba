/** Walks over blocks and heaps, with a callback that lives for the call. */
export const visits = {
  // bool mi_heap_visit_blocks(mi_heap_t* heap, bool visit_blocks, mi_block_visit_fun* visitor, void* arg);
  // Since 3.6 NULL is the main heap.
  mi_heap_visit_blocks: { parameters: ["pointer", "bool", "pointer", "pointer"], result: "bool" },
  // bool mi_heap_visit_abandoned_blocks(mi_heap_t* heap, bool visit_blocks, mi_block_visit_fun* visitor, void* arg);
  mi_heap_visit_abandoned_blocks: {
    parameters: ["pointer", "bool", "pointer", "pointer"],
    result: "bool",
    since: "3.2.6",
  },
  // bool mi_abandoned_visit_blocks(mi_subproc_id_t subproc_id, int heap_tag, bool visit_blocks, mi_block_visit_fun* visitor, void* arg);
  // On 3.0.1 it found no block in any attempt.
  mi_abandoned_visit_blocks: {
    parameters: ["pointer", "i32", "bool", "pointer", "pointer"],
    result: "bool",
    since: "2.1.8",
    until: "3.1.6",
    danger: "it ends the process in secure and debug builds of 2.x unless the option visit_abandoned is on",
  },
  // bool mi_theap_visit_blocks(const mi_theap_t* theap, bool visit_blocks, mi_block_visit_fun* visitor, void* arg);
  mi_theap_visit_blocks: { parameters: ["pointer", "bool", "pointer", "pointer"], result: "bool", since: "3.2.6" },
  // bool mi_subproc_visit_heaps(mi_subproc_id_t subproc, mi_heap_visit_fun* visitor, void* arg);
  mi_subproc_visit_heaps: { parameters: ["pointer", "pointer", "pointer"], result: "bool", since: "3.2.6" },
} as const;
