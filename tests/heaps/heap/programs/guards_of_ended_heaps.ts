/** Heaps with guard pages that end one after another, in whose memory the next ones write. */
import process from "node:process";
import { Heap, setGuarded } from "../../../../mod.ts";

for (let round = 0; round < 100; round++) {
  const heap = new Heap();
  if (round % 2 === 0) setGuarded(heap, { rate: 7, minimum: 1, maximum: 2 ** 20 });
  for (let block = 0; block < 2000; block++) heap.allocate(Uint8Array, 1 + (block * 37) % 6000).fill(1);
  heap.destroy();
}
process.stdout.write("done\n");
