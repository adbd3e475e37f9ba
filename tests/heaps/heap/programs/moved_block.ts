// Prints by how many bytes resident memory grows when the first block of a process moves from 40 MiB to 100.
import { readFileSync } from "node:fs";
import process from "node:process";
import { Heap } from "../../../../mod.ts";

const MIB = 2 ** 20;

function resident(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[1]) * 4096;
}

using heap = new Heap();
const view = heap.allocate(Uint8Array, 40 * MIB).fill(1);
const before = resident();
const moved = heap.reallocate(view, 100 * MIB);
process.stdout.write(`${resident() - before}`);
if (moved[0] !== 1 || moved[40 * MIB - 1] !== 1) throw new Error("the contents are lost");
