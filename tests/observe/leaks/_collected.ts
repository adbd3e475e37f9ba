// Prints what a leak detector says of views and containers that are dropped, and of sites that only grow.
import process from "node:process";
import { Heap } from "../../../mod.ts";
import { type Leak, LeakDetector } from "../../../observe/mod.ts";
import { f64, Vector } from "../../../stl/mod.ts";

declare const gc: () => void;

async function collect(): Promise<void> {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The turns of a loop that ends by itself: the engine tells of what it has collected when it finds the time. */
const MOST = 1000;

const heap = new Heap({ name: "dropped" });
const leaks = new LeakDetector({ of: heap, level: "all" });

function dropView(): void {
  heap.allocate(Uint8Array, 100).fill(1);
}

function dropVector(): void {
  const vector = new Vector(f64, { allocator: heap });
  for (let i = 0; i < 20; i++) vector.push(i);
}

function useWell(): Uint8Array<ArrayBuffer> {
  const freed = heap.allocate(Uint8Array, 10);
  heap.free(freed);
  const grown = heap.reallocate(heap.allocate(Uint8Array, 10), 20);
  return heap.reallocate(grown, 5000);
}

for (let i = 0; i < 3; i++) dropView();
dropVector();
const kept = useWell();
const find = (name: string): Leak | undefined => leaks.leaks.find(({ site }) => site.frames[0]?.functionName === name);
for (let turn = 0; turn < MOST && (find("dropView")?.count !== 3 || find("dropVector") === undefined); turn++) {
  await collect();
}
// Whatever else would be reported has the time to be.
for (let turn = 0; turn < 10; turn++) await collect();
const dropped = find("dropView");
const collected = leaks.leaks.map(({ reason, site }) => `${reason} ${site.frames[0]?.functionName}`).sort();

using _watching = leaks.watch({ collections: 4 });
const cache: Uint8Array<ArrayBuffer>[] = [];
const steady: Uint8Array<ArrayBuffer>[] = [];
function growCache(): void {
  cache.push(heap.allocate(Uint8Array, 32));
}
function replaceSteady(): void {
  steady.push(heap.allocate(Uint8Array, 64));
  if (steady.length > 2) heap.free(steady.shift()!);
}
for (let turn = 0; turn < 12 || turn < MOST && find("growCache") === undefined; turn++) {
  growCache();
  replaceSteady();
  await collect();
}
const growing = leaks.leaks.filter(({ reason }) => reason === "growing").map(({ site }) =>
  site.frames[0]?.functionName
);
process.stdout.write(`${JSON.stringify({ collected, count: dropped?.count, growing, kept: kept.length })}\n`);
process.exit(0);
