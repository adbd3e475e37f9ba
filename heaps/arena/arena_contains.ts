import type { AnyView } from "../allocator.ts";
import { refuseArgument } from "../argument.ts";
import { addressOfView } from "../core/extent.ts";
import { ClosedError } from "../errors.ts";
import { Arena } from "./arena.ts";

/**
 * Whether the first byte of `view` lies in `arena`, whoever allocated it: what `mi_arena_contains` tells since 3.0, on
 * every version. False for a view of length 0.
 *
 * Throws `TypeError` when `arena` is not an Arena or `view` not a view, {@linkcode ClosedError} when the arena is
 * closed, and `UnsupportedError` where the C library is not known.
 *
 * @example
 * ```ts
 * import { Arena, arenaContains, Heap } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using arena = Arena.reserve(64 * 2 ** 20);
 * using inside = new Heap({ arena });
 * using outside = new Heap();
 * assert.equal(arenaContains(arena, inside.allocate(Uint8Array, 100)), true);
 * assert.equal(arenaContains(arena, outside.allocate(Uint8Array, 100)), false);
 * ```
 */
export function arenaContains(arena: Arena, view: AnyView): boolean {
  if (!(arena instanceof Arena)) refuseArgument(arena, "look into an arena", "an Arena");
  if (arena.closed) throw new ClosedError(`Cannot look into ${arena.name}: it is closed`);
  const start = addressOfView(view, "look up a view");
  if (start === undefined) return false;
  const { address, byteLength } = arena.area;
  return start >= address && start < address + byteLength;
}
