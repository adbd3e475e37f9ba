import { library } from "../../ffi/library/library.ts";

/**
 * Whether the C library's own `malloc` leads to mimalloc by the redirection of Windows (`mi_is_redirected`); elsewhere
 * always false, also where mimalloc is preloaded.
 *
 * Throws `UnsupportedError` on 3.0.
 *
 * @example
 * ```ts
 * import { isRedirected, library } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * if (library().has("mi_is_redirected")) assert.equal(typeof isRedirected(), "boolean");
 * ```
 */
export function isRedirected(): boolean {
  return library().bind("processInfo").isRedirected();
}
