/** Allocates until it is told to stop, and profiles a heap of its own meanwhile; the last profiler stays open. */
import assert from "node:assert/strict";
import { parentPort, workerData } from "node:worker_threads";
import { Heap, type HeapTicket, Profiler } from "../../../mod.ts";

/** What the thread is told. */
export interface ProfilerWorkerInput {
  /** What its profilers write to, or `undefined` for none. */
  readonly path: string | undefined;
  /** The heap of the main thread. */
  readonly ticket: HeapTicket;
  /** Not 0 when it is to end. */
  readonly stop: SharedArrayBuffer;
}

const { path, ticket, stop } = workerData as ProfilerWorkerInput;
const heap = Heap.attach(ticket);
const own = new Heap();
const stopped = new Int32Array(stop);
let rounds = 0;
let profiler: Profiler | undefined;
do {
  profiler?.close();
  if (path !== undefined) profiler = new Profiler({ path: `${path} ${rounds}`, of: own, sampleRate: 4096 });
  profiler?.start();
  rounds++;
  for (const each of [heap, own]) {
    const views = Array.from({ length: 1000 }, () => each.allocate(Uint8Array, 8192));
    for (const view of views.splice(500)) each.free(view);
    // Snapshots of other threads are in the way.
    if (profiler !== undefined) assert.equal(new Set([profiler.snapshot(), profiler.snapshot()]).size, 2);
    for (const view of views) each.free(view);
  }
} while (Atomics.load(stopped, 0) === 0);
parentPort?.postMessage(rounds);
