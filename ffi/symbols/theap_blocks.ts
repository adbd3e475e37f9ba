/**
 * Blocks of a thread's part of a heap, its theap: a hot path. Sizes are `size32`, so callers prove them below 2^32.
 *
 * `mi_heap_malloc` looks the theap up, which `mi_theap_malloc` saves: 0.2 ns in C when the heap is that of the call
 * before, 9 ns when 4 to 256 heaps take turns. Of `Heap.allocate` and `free`, measured against a copy that kept its
 * theaps, that is nothing of 340 ns in Deno and 220 in Bun with one heap, and 10 ns of 350 and 240 with several.
 *
 * A theap ends with its heap, and with every `mi_thread_done` of its thread, whoever calls that: entering and leaving
 * sub-processes does. From then on it gives blocks of another heap, or crashes, and nothing can tell before. That is
 * why `Heap` keeps none.
 */
export const theapBlocks = {
  // void* mi_theap_malloc(mi_theap_t* theap, size_t size);
  mi_theap_malloc: { parameters: ["pointer", "size32"], result: "pointer", since: "3.2.6" },
  // void* mi_theap_zalloc(mi_theap_t* theap, size_t size);
  mi_theap_zalloc: { parameters: ["pointer", "size32"], result: "pointer", since: "3.2.6" },
} as const;
