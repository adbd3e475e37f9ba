import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** What a Worker has to do. */
export interface WorkerTask {
  readonly prints?: number;
  readonly failures?: number;
  /** Starts again and again; the Worker is ready once it has started. */
  readonly forever?: boolean;
  /** Milliseconds to rest between the rounds. */
  readonly pause?: number;
}

/** Starts a Worker that provokes mimalloc; resolves when it has done so, or has started to do so forever. */
export async function startWorker(
  { prints = 0, failures = 0, forever = false, pause = 0 }: WorkerTask,
): Promise<Worker> {
  const worker = new Worker(new URL("_worker.ts", import.meta.url), {
    workerData: { prints, failures, forever, pause },
  });
  await once(worker, "message");
  return worker;
}
