import { parentPort } from "node:worker_threads";

/** Posts what `work` returns, or the error that it throws, to the thread that started this Worker. */
export function answer(work: () => unknown): void {
  try {
    parentPort?.postMessage({ result: work() });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? `${error.stack}` : String(error) });
  }
}
