import { arenaGranule } from "../../ffi/arena_rules.ts";
import { library } from "../../ffi/library/library.ts";
import { arenaAlignment } from "./_make_arena.ts";

/** What the loaded version asks of an arena. Sizes are in bytes. */
export interface ArenaLimits {
  /** The smallest arena (`mi_arena_min_size`): 32 MiB on every version. */
  readonly minimumByteLength: number;
  /** The multiple at which memory for `Arena.manage` has to begin (`mi_arena_min_alignment`). */
  readonly alignment: number;
  /**
   * The largest block that mimalloc takes from an arena (`mi_arena_max_object_size`), if that has room; `undefined`
   * before 3.6, which does not tell.
   */
  readonly largestBlockByteLength: number | undefined;
}

/**
 * What the loaded version asks of an arena.
 *
 * @example
 * ```ts
 * import { Arena, arenaLimits } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * const { minimumByteLength, alignment } = arenaLimits();
 * using arena = Arena.reserve(1);
 * assert.equal(arena.area.byteLength, minimumByteLength);
 * assert.equal(arena.area.address % alignment, 0);
 * ```
 */
export function arenaLimits(): ArenaLimits {
  const loaded = library();
  const { arenaMinSize, arenaMaxObjectSize } = loaded.bind("arenaFacts");
  return {
    minimumByteLength: loaded.has("mi_arena_min_size") ? Number(arenaMinSize()) : arenaGranule,
    alignment: arenaAlignment(),
    largestBlockByteLength: loaded.has("mi_arena_max_object_size") ? Number(arenaMaxObjectSize()) : undefined,
  };
}
