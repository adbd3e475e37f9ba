import process from "node:process";
import { Arena, Heap } from "../../../mod.ts";

const arenas: Arena[] = [];
let failure: Error | undefined;
while (failure === undefined) {
  try {
    arenas.push(Arena.reserve(32 * 2 ** 20));
  } catch (error) {
    failure = error as Error;
  }
}
const [first] = arenas;
const { address } = first!.area;
first!.close();
arenas[0] = Arena.reserve(32 * 2 ** 20);
const reused = arenas[0].area.address === address;
// Every arena still works, and so does memory outside of them.
const heaps = [...arenas.map((arena) => new Heap({ arena })), new Heap()];
const allocated = heaps.filter((heap) => heap.allocate(Uint8Array, 100_000).fill(1).every((byte) => byte === 1)).length;
const { message, name } = failure;
process.stdout.write(JSON.stringify({ reserved: arenas.length, message, name, reused, allocated }));
