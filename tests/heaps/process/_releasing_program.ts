import process from "node:process";
import { Heap, release } from "../../../mod.ts";

const MEBIBYTE = 2 ** 20;

release();
const before = process.memoryUsage().rss;
const heap = new Heap();
for (let block = 0; block < 64; block++) heap.allocate(Uint8Array, MEBIBYTE).fill(1);
const taken = process.memoryUsage().rss - before;
heap.destroy();
process.stdout.write(JSON.stringify([taken, release()]));
