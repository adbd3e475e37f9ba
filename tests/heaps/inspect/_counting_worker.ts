import { parentPort, workerData } from "node:worker_threads";
import { Heap, mainHeap, ScopePool } from "../../../mod.ts";
import { nameThread } from "../../../threads/mod.ts";

/** What the main thread shares with this one: the turn, and for each Worker its bytes and blocks. */
interface Given {
  readonly index: number;
  readonly seed: number;
  readonly turns: Int32Array;
  readonly counts: Float64Array;
}

const { index, seed, turns, counts } = workerData as Given;
nameThread(`counter ${index}`);
const heaps = [new Heap(), new Heap(), mainHeap()];
const pool = new ScopePool();
const views: { heap: Heap; view: Uint8Array<ArrayBuffer> }[] = [];
let state = seed;

function random(below: number): number {
  state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x297a2d39 | 0;
  return (state >>> 0) % below;
}

function step(): void {
  const heap = heaps[random(heaps.length)]!;
  const which = random(5);
  if (which < 3 || views.length === 0) views.push({ heap, view: heap.allocate(Uint8Array, 1 + random(2000)) });
  else if (which === 3) {
    const [{ heap, view }] = views.splice(random(views.length), 1) as [typeof views[number]];
    heap.free(view);
  } else {
    const entry = views[random(views.length)]!;
    entry.view = entry.heap.reallocate(entry.view, 1 + random(4000));
  }
}

// Never back to the event loop between the first allocation and the end.
parentPort!.postMessage("ready");
for (let turn = 1; turn <= 5; turn++) {
  for (let each = 0; each < 1000; each++) step();
  pool.run((scope) => scope.allocate(Float64Array, 100));
  // The chunk that the pool keeps ready has been given to nobody.
  counts[index * 2] = heaps.reduce((sum, { liveBytes }) => sum + liveBytes, 0);
  counts[index * 2 + 1] = heaps.reduce((sum, { liveBlocks }) => sum + liveBlocks, 0);
  Atomics.store(turns, index, turn);
  Atomics.wait(turns, 8, turn - 1);
}
pool.destroy();
for (const { heap, view } of views) heap.free(view);
heaps[0]!.close();
heaps[1]!.close();
Atomics.store(turns, index, 6);
Atomics.wait(turns, 8, 5);
