// What the Workers of a pool run.
import { setTimeout } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { markThread } from "../../ffi/libc/realms.ts";
import { backend } from "../../ffi/runtime/backend.ts";
import { detach, isDetached } from "../../heaps/core/detach.ts";
import { createView, VIEW_TYPES } from "../../heaps/core/view.ts";
import { type Answer, type Done, failureOf, type Job, type PoolWorkerData, turn } from "./_job.ts";
import type { Chunk, Task } from "./task.ts";

const { module, port } = workerData as PoolWorkerData;

function answer(message: Answer): void {
  port.postMessage(message);
}

/** How long to wait until the runtime's own input or output lets go of a buffer, in milliseconds. */
const PINNED = 5;

/** Takes the memory of a chunk back from whatever the task has kept; false when it had moved the buffer away. */
async function takeBack(buffer: ArrayBuffer): Promise<boolean> {
  if (isDetached(buffer)) return false;
  for (;;) {
    detach(buffer);
    if (isDetached(buffer)) return true;
    await setTimeout(PINNED);
  }
}

/** What is left of a result when the memory of its chunk is gone. */
function kept(result: unknown): unknown {
  const isPlain = (typeof result !== "object" || result === null) && typeof result !== "function";
  return isPlain ? result : structuredClone(result);
}

/** Runs a task on every chunk that no other Worker takes. */
async function run(tasks: ReadonlyMap<string, Task>, job: Job): Promise<Done> {
  const { id, task, argument, address, type, elementBytes, length, chunkLength, chunks, turns } = job;
  const results: [chunk: number, result: unknown][] = [];
  const isDataView = VIEW_TYPES[type] === DataView;
  for (;;) {
    if (Atomics.load(turns, turn.stopped) !== 0) break;
    const index = Atomics.add(turns, turn.next, 1);
    if (index >= chunks) break;
    const start = index * chunkLength;
    const chunk: Chunk = { index, start, length: Math.min(chunkLength, length - start), argument };
    const byteLength = chunk.length * elementBytes;
    const buffer = backend().wrap(backend().toHandle(address + start * elementBytes)!, 0, byteLength);
    let failed: Done["failed"];
    try {
      const run = tasks.get(task);
      if (run === undefined) throw new TypeError(`${module} exports no function of this name`);
      const result = run(createView(VIEW_TYPES[type]!, buffer, 0, isDataView ? byteLength : chunk.length), chunk);
      results.push([index, kept(result instanceof Promise ? await result : result)]);
    } catch (error) {
      failed = { chunk: index, failure: failureOf(error) };
    }
    const moved = !(await takeBack(buffer));
    if (failed === undefined && !moved) continue;
    Atomics.store(turns, turn.stopped, 1);
    return { kind: "done", id, results, failed, moved };
  }
  return { kind: "done", id, results, failed: undefined, moved: false };
}

/** The jobs one after the other, also when a task is asynchronous. */
let last: Promise<void> = Promise.resolve();

try {
  const tasks = new Map<string, Task>();
  for (const [name, value] of Object.entries(await import(module) as Record<string, unknown>)) {
    if (typeof value === "function") tasks.set(name, value as Task);
  }
  port.addEventListener("message", ({ data }: MessageEvent<Job>) => {
    last = last.then(async () => answer(await run(tasks, data)));
  });
  port.start();
  answer({ kind: "started", mark: markThread(), failure: undefined });
} catch (error) {
  answer({ kind: "started", mark: markThread(), failure: failureOf(error) });
}
