/**
 * The boundary to C: which library is loaded, what it exports, and its functions as raw calls. **UNSAFE**: nothing
 * below this line is checked; a wrong argument crashes the process. Heaps, arenas and scopes are in `@mimalloc/ffi`.
 *
 * Every function of mimalloc is in a group of the symbol table: `docs/api.md` lists them. `library().bind(group)` gives
 * the calls of a group, and `withCallback` a function pointer for those that call back.
 *
 * ```ts
 * import { library } from "@mimalloc/ffi/ffi";
 * import assert from "node:assert/strict";
 *
 * const { malloc, free } = library().bind("blocks");
 * const block = malloc(64);
 * assert.ok(block !== null);
 * free(block);
 * ```
 *
 * @module
 */
export * from "./area_layout.ts";
export * from "./arena_rules.ts";
export * from "./callback_signatures.ts";
export * from "./errors.ts";
export type { Build } from "./library/build_type.ts";
export * from "./library/library.ts";
export * from "./library/locate.ts";
export * from "./options_of.ts";
export * from "./options_table.ts";
export * from "./platform.ts";
export * from "./releases.ts";
export * from "./runtime/backend.ts";
export * from "./runtime/callback.ts";
export type { StatsLayout } from "./stats_layout.ts";
export * from "./symbols.ts";
export * from "./types.ts";
export * from "./version.ts";
