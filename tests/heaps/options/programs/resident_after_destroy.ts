// Applies the preset named on the command line, destroys a heap with 64 MiB and writes how many
// bytes of resident memory that gave back: at once, and after a collection.
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { library } from "../../../../ffi/mod.ts";
import { Heap, options, presets } from "../../../../mod.ts";

const name = process.argv[2];
if (name !== "default") options.apply(presets[name as keyof typeof presets]);

const heap = new Heap();
for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, 2 ** 20).fill(1);
const before = process.memoryUsage().rss;
heap.destroy();
const atOnce = before - process.memoryUsage().rss;

// Longer than the delays of 2.0.9, which gives everything back when it is forced.
await setTimeout(600);
const { version } = library();
library().bind("process").collect(version.major > 2);
const collected = before - process.memoryUsage().rss;
process.stdout.write(JSON.stringify({ atOnce, collected }));
