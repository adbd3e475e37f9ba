/**
 * The groups of the symbol table.
 *
 * @module
 */
export { identity } from "./identity.ts";
export { blocks } from "./blocks.ts";
export { small } from "./small.ts";
export { allocation } from "./allocation.ts";
export { aligned } from "./aligned.ts";
export { zeroing } from "./zeroing.ts";
export { blockSizes } from "./block_sizes.ts";
export { strings } from "./strings.ts";
export { posix } from "./posix.ts";
export { cxx } from "./cxx.ts";
export { heaps } from "./heaps.ts";
export { heapSettings } from "./heap_settings.ts";
export { heapAllocation } from "./heap_allocation.ts";
export { heapAligned } from "./heap_aligned.ts";
export { heapZeroing } from "./heap_zeroing.ts";
export { theapBlocks } from "./theap_blocks.ts";
export { theaps } from "./theaps.ts";
export { ownership } from "./ownership.ts";
export { visits } from "./visits.ts";
export { arenas } from "./arenas.ts";
export { arenaFacts } from "./arena_facts.ts";
export { reservations } from "./reservations.ts";
export { subprocesses } from "./subprocesses.ts";
export { threads } from "./threads.ts";
export { hooks } from "./hooks.ts";
export { process } from "./process.ts";
export { processInfo } from "./process_info.ts";
export { options } from "./options.ts";
export { statistics } from "./statistics.ts";
export { profiling } from "./profiling.ts";
