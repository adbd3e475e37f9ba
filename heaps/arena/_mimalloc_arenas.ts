import { arenaRules } from "../../ffi/arena_rules.ts";
import { library } from "../../ffi/library/library.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import { isWithin } from "../../ffi/releases.ts";
import type { Address, ArenaId } from "../../ffi/types.ts";
import { noteRange } from "../core/arena_ranges.ts";
import { currentSubprocess } from "../core/subprocess_state.ts";
import { captureOutput } from "../hooks/hooks.ts";

/** Where an arena lies. */
export interface ArenaArea {
  /** Address of the first byte. */
  readonly address: Address;
  /** Length in bytes. */
  readonly byteLength: number;
}

/**
 * The arenas that mimalloc tells of, whoever made them; 3.x tells only on the main thread. They are noted for all
 * threads, because mimalloc would take memory of one of its own arenas a second time.
 */
export function mimallocArenas(): ArenaArea[] {
  const areas = listIds().map(areaOf).filter(({ address }) => address > 0);
  for (const { address, byteLength } of areas) noteRange(address, byteLength, currentSubprocess().address);
  return areas;
}

/** What mimalloc prints of its arenas; throws `UnsupportedError` before 2.2.2, which prints nothing. */
export function printArenas(): string {
  const loaded = library();
  // Some of 3.0 have the older function alone; old 2.x has it too and prints nothing, hence the name in its error.
  const { arenasPrint, debugShowArenas } = loaded.bind("arenaFacts");
  const hasOlder = loaded.version.major === 3 && !loaded.has("mi_arenas_print");
  const takesFlag = isWithin(loaded.version, { until: "3.0.1" });
  return captureOutput(() => hasOlder ? takesFlag ? debugShowArenas(true) : debugShowArenas() : arenasPrint());
}

/** The identifiers of the arenas that mimalloc tells of. */
function listIds(): ArenaId[] {
  const loaded = library();
  if (!loaded.has("mi_arena_area")) return [];
  if (loaded.version.major < 3) {
    return Array.from({ length: arenaRules(loaded.version).most }, (_, index) => index + 1);
  }
  if (!onMainThread()) return [];
  return [...printArenas().matchAll(/^arena \d+ at (0x[\da-f]+):/gim)].map(([, address]) =>
    backend().toHandle(Number(address))
  );
}

function areaOf(id: ArenaId): ArenaArea {
  const size = new BigUint64Array(1);
  const start = library().bind("arenas").arenaArea(id, size);
  return { address: start === null ? 0 : backend().toAddress(start), byteLength: Number(size[0]) };
}
