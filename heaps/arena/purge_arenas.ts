import { library } from "../../ffi/library/library.ts";
import { sweepQuarantine } from "../core/quarantine.ts";

/**
 * Gives memory of arenas that no heap uses any more back to the operating system, now (`mi_arenas_purge`); heaps keep
 * what they hold ready, which `release()` gives back too.
 *
 * Throws `UnsupportedError` before 3.6.
 *
 * @example
 * ```ts
 * import { Arena, Heap, library, purgeArenas } from "@mimalloc/ffi";
 *
 * using arena = Arena.reserve(64 * 2 ** 20);
 * const heap = new Heap({ arena });
 * heap.allocate(Uint8Array, 16 * 2 ** 20).fill(1);
 * heap.destroy();
 * if (library().has("mi_arenas_purge")) purgeArenas();
 * ```
 */
export function purgeArenas(): void {
  sweepQuarantine();
  library().bind("arenaFacts").arenasPurge();
}
