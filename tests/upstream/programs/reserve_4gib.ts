/** Reserves 4 GiB for heaps without an arena of their own; prints the lengths of the blocks that they had. */
import process from "node:process";
import { Arena, Heap } from "../../../mod.ts";

Arena.reserve(4 * 2 ** 30, { exclusive: false, commit: false, allowLarge: true });
const heap = new Heap();
const lengths = [100, 100_000, 2 * 2 ** 30, 2 ** 30 + 123_123].map((byteLength) => {
  const view = heap.allocate(Uint8Array, byteLength);
  view[byteLength - 1] = 1;
  heap.free(view);
  return byteLength;
});
process.stdout.write(`${lengths.join(" ")}\n`);
