// Prints by how many bytes resident memory grows when an outgrown block is freed in an arena of the program's own memory,
// and in a process whose memory mimalloc shall keep for an hour.
import { readFileSync } from "node:fs";
import process from "node:process";
import { library } from "../../../../ffi/library/library.ts";
import { optionsOf } from "../../../../ffi/options_of.ts";
import { mapPages } from "../../../../ffi/libc/pages.ts";
import { Arena, Heap, options, release } from "../../../../mod.ts";

const MIB = 2 ** 20;

function resident(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4096;
}

/** What resident memory grows by when an outgrown block of `heap` is freed. */
function freeOutgrown(heap: Heap): number {
  // On 2.x one above 16 MiB is a segment of its own, which always goes.
  const view = heap.allocate(Uint8Array, 15 * MIB).fill(1);
  release();
  const before = resident();
  heap.free(view, true);
  return resident() - before;
}

const name = "purge_delay" in optionsOf(library().version) ? "purge_delay" : "decommit_delay";
// mimalloc itself purges given memory after milliseconds, and what was freed before with it; 30 seconds are not forever.
options.set(name, 30_000);
using arena = Arena.manage({ address: mapPages(256 * MIB, 256 * MIB)!, byteLength: 256 * MIB });
using inArena = new Heap({ arena });
const given = freeOutgrown(inArena);
options.set(name, 3_600_000);
using heap = new Heap();
const own = freeOutgrown(heap);
process.stdout.write(JSON.stringify([given, own]));
