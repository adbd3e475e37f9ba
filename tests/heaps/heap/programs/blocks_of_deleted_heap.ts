/** Blocks that went on in the main heap, and then the ordinary use of other heaps. */
import process from "node:process";
import { deleteHeap, Heap } from "../../../../mod.ts";
import { countOverwritten, fillAndThin, SIZES, useOtherHeaps } from "./_churn.ts";

const heap = new Heap();
const kept = SIZES.flatMap((size) => fillAndThin(heap, size));
const main = deleteHeap(heap);
useOtherHeaps();
process.stdout.write(`${countOverwritten(kept)} overwritten of ${kept.length}\n`);
for (const view of kept) main.free(view);
useOtherHeaps();
