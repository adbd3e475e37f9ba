const THEAP = "`heap.allocate` finds the theap of its thread by itself; `theapBlocks` says why it keeps none.";

/** Why a function has no typed form, by its C name; a typed form in `HOMES` makes the reason void. */
export const RAW_REASONS: ReadonlyMap<string, string> = new Map([
  ["mi_reallocf", "It frees the block when there is no room; `heap.reallocate` leaves it as it is."],
  ["mi_heap_reallocf", "It frees the block when there is no room; `heap.reallocate` leaves it as it is."],
  ["mi_realpath", "`realpathSync` of `node:fs` tells it as a string."],
  ["mi_heap_realpath", "`realpathSync` of `node:fs` tells it as a string, and `heap.text` copies that."],
  ["mi_wcsdup", "JavaScript has no type for such characters, and nothing else here reads them."],
  ["mi_dupenv_s", "`process.env` tells it as a string, and `heap.text` copies that."],
  ["mi_wdupenv_s", "`process.env` tells it as a string, and `heap.text` copies that."],
  ["mi_heap_new_qsbr", "It gives NULL, and reports error 38, in every build that was tested."],
  [
    "mi_heap_set_default",
    "Calls of C that name no heap would take blocks that the end of this one frees; typed calls name their heap.",
  ],
  ["mi_heap_set_debug_fill_preserve", "Debug builds alone fill memory; it tells them how much of a block to spare."],
  ["mi_heap_unload", "Views of the heap would reach memory that is gone; 3.0.1 alone has it."],
  ["mi_heap_reload", "It takes up what `mi_heap_unload` left, whose views are lost."],
  [
    "mi_thread_id_of",
    "It names the thread that has the page at the moment, 0 for none, and crashes for what is not a block; a view that " +
    "`heapOf` knows was made by this thread.",
  ],
  ["mi_thread_init", "The first call of a thread does it."],
  ["mi_process_init", "Loading the library does it."],
  ["mi_process_done", "The end of the process does it."],
  ["mi_option_get_clamp", "`Math.min` and `Math.max` bound what `options.get(name)` tells."],
  [
    "mi_option_get_size",
    "It multiplies an option in KiB by 1,024; `options.get(name)` is in the unit that `options.list()` tells.",
  ],
  ["mi_theap_malloc_small", THEAP],
  ["mi_theap_zalloc_small", THEAP],
  ["mi_theap_malloc", THEAP],
  ["mi_theap_zalloc", THEAP],
  ["mi_theap_calloc", THEAP],
  ["mi_theap_realloc", THEAP],
  ["mi_theap_rezalloc", THEAP],
  ["mi_theap_malloc_aligned", THEAP],
  ["mi_theap_zalloc_aligned", THEAP],
  ["mi_heap_theap", THEAP],
  ["mi_theap_get_default", THEAP],
  ["mi_theap_set_default", "Calls of C that name no heap would go to this one; typed calls name their heap."],
  ["mi_theap_collect", "`heap.collect(force)` does it with all of the heap."],
  ["mi_theap_quiescent_abandon", "The end of a thread does it."],
  ["mi_theap_delete", "The end of a thread, or of the heap, does it."],
  ["mi_theap_visit_blocks", "`heap.blocks()` tells those of every thread."],
  ["mi_theap_stats_get", "`heap.stats()` tells them after `mergeStats(heap)`."],
  ["mi_theap_stats_merge_to_heap", "`mergeStats(heap)` does it."],
  ["mi_abandoned_visit_blocks", "`heap.blocks()` tells every block of a heap; this found none in any attempt."],
  ["mi_manage_memory", "mimalloc calls the function inside of an allocation, on any thread."],
  ["mi_arena_unload", "Views of the arena would reach memory that is gone; `arena.release()` is the way of 3.6."],
  ["mi_arena_reload", "It takes up what `mi_arena_unload` left."],
  ["mi_stats_as_json", "`JSON.stringify(stats())` writes figures that were read before."],
]);

/** Why functions of a group that have no reason of their own have no typed form, by the name of the group. */
export const RAW_GROUPS: ReadonlyMap<string, string> = new Map([
  ["posix", "For C; views have `heap.allocate` and `heap.reallocate`, at any alignment."],
  ["cxx", "For C++; views have `heap.allocate`, which throws `AllocationError` after `heap.onDeferredFree` made room."],
]);
