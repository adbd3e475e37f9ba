/**
 * First-class heaps, arenas and request scopes.
 *
 * @module
 */
export * from "./allocator.ts";
export {
  Arena,
  type ArenaManageOptions,
  type ArenaMapOptions,
  type ArenaOptions,
  type ArenaReserveOptions,
  type MemoryRange,
} from "./arena.ts";
export * from "./checkpoint.ts";
export * from "./errors.ts";
export { Heap, type HeapOptions } from "./heap.ts";
export * from "./heap_ticket.ts";
export * from "./hooks.ts";
export * from "./read_text.ts";
export * from "./release.ts";
export { Scope } from "./scope.ts";
export { ScopePool, type ScopePoolOptions } from "./scope_pool.ts";
