import { parentPort, workerData } from "node:worker_threads";
import { mapPages } from "../../../ffi/libc/pages.ts";
import { arenaAlignment } from "../../../heaps/arena/_make_arena.ts";
import { Arena, type MemoryRange } from "../../../mod.ts";

function outcome(memory: MemoryRange): string {
  try {
    Arena.manage(memory);
    return "managed";
  } catch (error) {
    return String(error);
  }
}

const { taken } = workerData as { taken: readonly MemoryRange[] };
const byteLength = 64 * 2 ** 20;
const mapped: MemoryRange = { address: mapPages(byteLength, arenaAlignment())!, byteLength };
parentPort!.postMessage({
  refusals: taken.map(outcome),
  mapped,
  ours: outcome(mapped),
  reserved: Arena.reserve(byteLength).area,
});
