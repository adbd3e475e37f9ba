import { listRealms, nameRealm, type Realm } from "../../ffi/libc/realms.ts";
import { refuseArgument } from "../argument.ts";
import { HandedBlock } from "../core/handed_block.ts";
import { HandedHeap } from "../core/handed_heap.ts";
import { native } from "../core/native.ts";
import type { LiveTotals, ThreadFigures } from "../stats/stats_types.ts";

/**
 * The threads of the process that use the library and still run, in the order in which they began, with what their heaps
 * have in use at this moment. Each thread counts in memory of the process, so the figures are exact whatever it does
 * meanwhile, busy or waiting. It takes some 30 µs for each thread: the system is asked whether that still runs (Linux;
 * elsewhere threads that ended stay in the list).
 *
 * On Windows, where threads find no memory in common, the list is empty.
 *
 * @example
 * ```ts
 * import { Heap } from "@mimalloc/ffi";
 * import { nameThread, threads } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * nameThread("reader");
 * using heap = new Heap();
 * const before = threads().find(({ name }) => name === "reader")!;
 * heap.allocate(Uint8Array, 1000);
 * const after = threads().find(({ name }) => name === "reader")!;
 * assert.equal(after.liveBytes - before.liveBytes, 1000);
 * assert.equal(after.liveBlocks - before.liveBlocks, 1);
 * ```
 */
export function threads(): ThreadFigures[] {
  // Opens the library, so that this thread is among them.
  native();
  return listRealms().filter(({ alive }) => alive).sort((a, b) => a.number - b.number).map(figuresOf);
}

function figuresOf({ alive: _, ...figures }: Realm): ThreadFigures {
  return figures;
}

/** What all threads have in use. */
export function liveTotals(): LiveTotals {
  let bytesOnTheWay = 0;
  let blocksOnTheWay = 0;
  for (const { byteLength, blocks } of [...HandedBlock.allOnTheWay(), ...HandedHeap.allOnTheWay()]) {
    bytesOnTheWay += byteLength;
    blocksOnTheWay += blocks;
  }
  const list = threads();
  return {
    bytes: list.reduce((sum, { liveBytes }) => sum + liveBytes, bytesOnTheWay),
    blocks: list.reduce((sum, { liveBlocks }) => sum + liveBlocks, blocksOnTheWay),
    bytesOnTheWay,
    blocksOnTheWay,
    threads: list,
  };
}

/**
 * Gives this thread a name for {@linkcode threads} and for what is said of it when it has ended; 128 bytes of it are kept.
 *
 * Throws `TypeError` for what is no text.
 *
 * @example
 * ```ts
 * import { nameThread, threads } from "@mimalloc/ffi/threads";
 * import assert from "node:assert/strict";
 *
 * nameThread("thumbnails 3");
 * assert.ok(threads().some(({ name }) => name === "thumbnails 3"));
 * ```
 */
export function nameThread(name: string): void {
  if (typeof name !== "string") refuseArgument(name, "name a thread", "a text");
  native();
  nameRealm(name);
}
