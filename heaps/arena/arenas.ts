import { onMainThread } from "../../ffi/runtime/main_thread.ts";
import { mimallocArenas, printArenas } from "./_mimalloc_arenas.ts";
import { arenaSlots } from "./arena_slot.ts";

/** What is known of an arena. */
export interface ArenaInfo {
  /** Address of the first byte. */
  readonly address: number;
  /** Length in bytes. */
  readonly byteLength: number;
  /** How it came to be; `"mimalloc"` for one that mimalloc reserved for itself or another thread made. */
  readonly origin: "reserved" | "mapped" | "managed" | "hugePages" | "mimalloc";
  /** Whether only heaps that are bound to it allocate in it; not known of those of mimalloc. */
  readonly exclusive: boolean | undefined;
  /** The name of the `Arena`; none while a closed one waits for its next use, and for those of mimalloc. */
  readonly name: string | undefined;
  /** Heaps and scope pools of this thread that are bound to it. */
  readonly liveHeaps: number;
}

/**
 * The arenas of the process: those that this thread made, and those that mimalloc tells of. 3.x tells only on the main
 * thread, because for that it has to print them (`mi_arenas_print`).
 *
 * @example
 * ```ts
 * import { Arena, arenas } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using arena = Arena.reserve(64 * 2 ** 20, { name: "requests" });
 * const found = arenas().find(({ name }) => name === "requests");
 * assert.equal(found?.byteLength, arena.area.byteLength);
 * assert.equal(found?.address, arena.area.address);
 * ```
 */
export function arenas(): ArenaInfo[] {
  const own = arenaSlots().map(({ address, byteLength, shape, holder, members }): ArenaInfo => ({
    address,
    byteLength,
    origin: shape.origin,
    exclusive: shape.exclusive,
    name: holder?.name,
    liveHeaps: members.size,
  }));
  const known = new Set(own.map(({ address }) => address));
  const others = mimallocArenas().filter(({ address }) => !known.has(address)).map((area): ArenaInfo => ({
    ...area,
    origin: "mimalloc",
    exclusive: undefined,
    name: undefined,
    liveHeaps: 0,
  }));
  return [...own, ...others];
}

/**
 * A picture of the arenas in text, one letter for each 64 KiB, as mimalloc prints it (`mi_arenas_print`, on some of 3.0
 * `mi_debug_show_arenas`); with escape sequences for colours. 2.x prints one letter for each 32 MiB.
 *
 * Throws `UnsupportedError` before 2.2.2, which prints nothing, and where the C library cannot record streams
 * (Windows); `Error` outside the main thread.
 */
export function arenasText(): string {
  if (!onMainThread()) {
    throw new Error("Cannot print the arenas in a Worker: mimalloc prints them to the output of the main thread");
  }
  return printArenas();
}
