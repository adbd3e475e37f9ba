// A Worker of either kind that tries to listen and posts what came of it.
import { isMainThread, parentPort } from "node:worker_threads";
import { flushHooks, onError, onOutput } from "../../../../heaps/hooks/hooks.ts";

const answers = [onOutput, onError].map((listen) => {
  try {
    listen(() => {});
    return "no error";
  } catch (error) {
    return String(error);
  }
});
flushHooks();
const port = parentPort ?? globalThis as unknown as { postMessage(value: unknown): void };
port.postMessage({ answers, isMainThread });
