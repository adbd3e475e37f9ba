import { requireFunction } from "../argument.ts";
const REASON = "other tasks of the event loop would run inside while it waits";

/** Throws `TypeError` for a task that is an async function. */
export function refuseAsyncTask(task: unknown, label: string): void {
  requireFunction(task, `run a task in ${label}`);
  const tag = Object.prototype.toString.call(task);
  if (tag === "[object AsyncFunction]" || tag === "[object AsyncGeneratorFunction]") {
    throw new TypeError(`Cannot run an asynchronous task in ${label}: ${REASON}`);
  }
}

/** Returns `result`; throws `TypeError` when it is a promise. */
export function refusePromise<R>(result: R, label: string): R {
  if (typeof result !== "object" || result === null || !("then" in result)) return result;
  throw new TypeError(`Cannot run an asynchronous task in ${label}: it returned a promise, and ${REASON}`);
}
