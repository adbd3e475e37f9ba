/**
 * What Workers leave behind that end soon: `short_workers.ts <arm> [workers]`. Prints KiB of RAM of each Worker that does
 * nothing, of each that does what the arm says, and the difference.
 */
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { library } from "../../../ffi/mod.ts";
import { Heap, stats } from "../../../heaps/mod.ts";
import { endWorkers } from "../../../threads/mod.ts";
import { print, residentBytes } from "../../stl/programs/_process.ts";

const NOTHING = "nothing";
const LEFT_OPEN = "a heap left open";

const arm = process.argv[2]!;
const count = Number(process.argv[3] ?? 1000);

/** Workers that are played before it counts: the memory of the process grows to what it needs for one. */
const FIRST = Math.ceil(count * 0.3);

/** After so many the heaps of those that have ended are destroyed. */
const EACH = 20;

if (!library().sharedHeaps || process.platform !== "linux") {
  const note = "on Linux from mimalloc 3.3 on, where the heap of a Worker that has ended can be destroyed";
  print({ nothing: null, each: null, over: null, note });
  process.exit(0);
}

// It is the first to open the library, and stays.
using heap = new Heap({ name: "main" });
heap.allocate(Uint8Array, 1000);
process.on("warning", () => {}); // that they leave something is meant

/** How many Workers have left a heap open, and how many of these were found when they had ended. */
let [opened, found] = [0, 0];

function sweep(): void {
  found += endWorkers("destroy").filter(({ leakedBlocks }) => leakedBlocks > 0).length;
}

async function playOne(what: string): Promise<void> {
  const worker = new Worker(new URL("./_short_worker.ts", import.meta.url), { type: "module" });
  const done = new Promise<number>((resolve) => worker.onmessage = ({ data }): void => resolve(data));
  worker.postMessage(what);
  if ((await done > 0) !== (what !== NOTHING)) throw new Error("Cannot trust it: the Worker has not done its work");
  worker.terminate();
}

async function play(what: string, workers: number): Promise<void> {
  for (let worker = 1; worker <= workers; worker++) {
    await playOne(what);
    if (worker % EACH === 0) sweep();
  }
  if (what === LEFT_OPEN) opened += workers;
  // Threads end some time after `terminate()` has returned.
  for (let wait = 0; wait < 10 || found < opened && wait < 1000; wait++) {
    await setTimeout(50);
    sweep();
  }
}

/** KiB that each Worker leaves. */
async function measure(what: string): Promise<number> {
  await play(what, FIRST);
  const before = residentBytes();
  await play(what, count);
  return (residentBytes() - before) / count / 1024;
}

const nothing = await measure(NOTHING);
const each = await measure(arm);
const { bytes } = stats({ threads: true }).live!;
if (found !== opened || bytes !== 1000) {
  throw new Error(`Cannot trust it: ${found} of ${opened} Workers were found, and ${bytes} B are in use`);
}
print({ nothing, each, over: each - nothing });
process.exit(0);
