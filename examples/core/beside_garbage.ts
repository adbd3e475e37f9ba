import { Worker } from "node:worker_threads";

/** Runs `work` beside a thread that makes garbage. */
export async function besideGarbage<T>(work: () => T): Promise<T> {
  const stop = new SharedArrayBuffer(4);
  const worker = new Worker(new URL("./garbage_thread.ts", import.meta.url), { workerData: stop });
  await new Promise((resolve) => worker.once("online", resolve));
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  try {
    return work();
  } finally {
    Atomics.store(new Int32Array(stop), 0, 1);
    Atomics.notify(new Int32Array(stop), 0);
    await ended;
  }
}
