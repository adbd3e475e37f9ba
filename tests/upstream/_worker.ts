import { Worker } from "node:worker_threads";

/** Runs a program of this folder in a Worker with `input`; gives the message that it ends with. */
export async function runWorker<R>(program: string, input: unknown): Promise<R> {
  const worker = new Worker(new URL(`./programs/${program}`, import.meta.url), { workerData: input });
  try {
    return await new Promise<R>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", ({ error, result }: { error?: string; result?: R }) => {
        if (error === undefined) resolve(result as R);
        else reject(new Error(error));
      });
    });
  } finally {
    await worker.terminate();
  }
}
