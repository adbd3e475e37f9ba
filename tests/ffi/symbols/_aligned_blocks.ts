/** Frees aligned blocks of full pages, takes others in their place, and tells how many of those overlap. */
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { addressOf, handleOf } from "./_tools.ts";

const BLOCKS = 4000;
const BYTES = 150;
const ALIGNMENT = 128;

const { mallocAligned } = library().bind("aligned");
const { malloc, free } = library().bind("blocks");
const blocks = Array.from({ length: BLOCKS }, () => addressOf(mallocAligned(BYTES, ALIGNMENT)));
const taken: [start: number, end: number][] = [];
for (const [index, address] of blocks.entries()) {
  if (index % 4 === 0) taken.push([address, address + BYTES]);
  else free(handleOf(address));
}
// As large as those that C had for an aligned one.
const room = BYTES + ALIGNMENT - 1;
for (let count = taken.length; count < BLOCKS; count++) {
  const address = addressOf(malloc(room));
  taken.push([address, address + room]);
}
taken.sort(([one], [other]) => one - other);
const overlapping = taken.filter(([start], index) => index > 0 && start < taken[index - 1]![1]).length;
process.stdout.write(`${overlapping > 0 ? "overlapping" : "apart"}\n`);
