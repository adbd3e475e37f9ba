/** Takes large blocks of an arena where a larger one lay, so that what mimalloc writes in front of one was data before. */
import process from "node:process";
import { Arena, Heap } from "../../../mod.ts";

const MIB = 2 ** 20;

const arena = Arena.reserve(256 * MIB, { exclusive: true });
const heap = new Heap({ arena });
heap.free(heap.allocate(Uint8Array, 40 * MIB).fill(0xff));
for (let count = 0; count < 3; count++) heap.allocate(Uint8Array, 20 * MIB).fill(1);
process.stdout.write("taken\n");
