/**
 * Memory you control, in JavaScript: heaps, arenas and request scopes of mimalloc for Deno and Bun.
 *
 * ```ts
 * import { Arena, ScopePool } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using arena = Arena.reserve(64 * 2 ** 20);
 * using requests = new ScopePool({ arena, limit: 8 * 2 ** 20 });
 * const sum = requests.run((scope) => {
 *   const column = scope.allocate(Float64Array, 1000);
 *   column.fill(0.5);
 *   return column.reduce((total, value) => total + value, 0);
 * });
 * assert.equal(sum, 500);
 * assert.equal(requests.liveBytes, 0);
 * ```
 *
 * The first call that needs mimalloc opens the library, and throws {@linkcode LibraryLoadError} when there is none that
 * can be used.
 *
 * @module
 */
export { LibraryLoadError, type SearchedPlace, UnsupportedError } from "./ffi/errors.ts";
export type { Build } from "./ffi/library/build_type.ts";
export { type Library, library, loadLibrary, type LoadLibraryOptions } from "./ffi/library/library.ts";
export type { Version } from "./ffi/version.ts";
export * from "./heaps/mod.ts";
