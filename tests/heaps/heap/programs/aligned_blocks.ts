/** Aligned blocks of a heap whose pages mimalloc hands on; tells how many blocks lost what was written to them. */
import process from "node:process";
import { deleteHeap, Heap, mainHeap } from "../../../../mod.ts";

const BLOCKS = 4000;
const BYTES = 150;
const ALIGNMENT = 128;

const isDeleted = process.argv[2] === "deleted";
const first = isDeleted ? new Heap() : mainHeap();
const views = Array.from(
  { length: BLOCKS },
  (_, index) => first.allocate(Uint8Array, BYTES, { alignment: ALIGNMENT }).fill(index),
);
const heap = isDeleted ? deleteHeap(first) : first;
for (let index = 0; index < BLOCKS; index++) if (index % 4 !== 0) heap.free(views[index]!);
// Blocks of those that C had for an aligned one, filled to the end.
for (let index = 0; index < BLOCKS; index++) {
  if (index % 4 !== 0) views[index] = heap.allocate(Uint8Array, BYTES + ALIGNMENT - 1).fill(index);
}
const lost = views.filter((view, index) => view.some((byte) => byte !== index % 256)).length;
for (const view of views) heap.free(view);
process.stdout.write(`${lost} lost of ${BLOCKS}\n`);
