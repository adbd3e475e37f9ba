// A program that uses the library itself: prints the file that it has opened and a sum out of a heap.
import process from "node:process";
import { Heap, library } from "../../mod.ts";

using heap = new Heap();
const numbers = heap.allocate(Float64Array, 1000).fill(0.5);
process.stdout.write(`${library().path} ${numbers.reduce((sum, number) => sum + number, 0)}\n`);
