// Prints what processInfo() tells before and after a block is allocated, and after it is written.
import process from "node:process";
import { Heap, processInfo } from "../../../../mod.ts";

const MIB = 2 ** 20;

using heap = new Heap();
heap.allocate(Uint8Array, 16);
const before = processInfo();
const view = heap.allocate(Uint8Array, 200 * MIB);
const allocated = processInfo();
view.fill(1);
const written = processInfo();
process.stdout.write(JSON.stringify([before, allocated, written]));
