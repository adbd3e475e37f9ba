// Applies the preset named on the command line, destroys a heap with 64 MiB and writes how many
// bytes of their pages that gave back: at once, and after a collection.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { pageByteLength } from "../../../../ffi/libc/pages.ts";
import { residentPages } from "../../../../ffi/libc/resident_pages.ts";
import { library } from "../../../../ffi/mod.ts";
import { Heap, options, presets } from "../../../../mod.ts";
import { addressOf, MIB } from "../../_support.ts";

const name = process.argv[2];
if (name !== "default") options.apply(presets[name as keyof typeof presets]);

const heap = new Heap();
const addresses = Array.from({ length: 64 }, () => addressOf(heap.allocate(Uint8Array, MIB).fill(1)));

/** Bytes of the blocks that the system provides: the runtime itself takes memory and gives it back meanwhile. */
function resident(): number {
  const pages = addresses.flatMap((address) => [...residentPages(address, MIB) ?? []]);
  return pages.reduce((sum, page) => sum + (page & 1), 0) * pageByteLength();
}

const before = resident();
heap.destroy();
const atOnce = before - resident();

// Longer than the delays of 2.0.9, which gives everything back when it is forced.
await setTimeout(600);
const { version } = library();
library().bind("process").collect(version.major > 2);
const collected = before - resident();
process.stdout.write(JSON.stringify({ atOnce, collected }));
