import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { requireObject, shown } from "../../heaps/argument.ts";
import { type DecideWorkerEnd, endWorkers } from "./end_workers.ts";
import type { WorkerEnd, WorkerEndPolicy } from "./worker_end.ts";

/** Options of {@linkcode watchWorkers}. */
export interface WatchWorkersOptions {
  /**
   * What becomes of the heaps of a Worker that has ended; a function decides it for each.
   *
   * @default {"keep"}
   */
  readonly onWorkerEnd?: WorkerEndPolicy | DecideWorkerEnd;
  /**
   * How often to look, in milliseconds.
   *
   * @default {100}
   */
  readonly every?: number;
}

/**
 * Does {@linkcode endWorkers} again and again, until what this returns is disposed of: Workers that end are found within
 * `every` milliseconds, and their leaks are told by a process warning of the name `LeakWarning` with the name of the
 * Worker. Call it on a thread that outlives them. A look takes some 30 µs for each thread; the timer does not keep the
 * program alive.
 *
 * Throws `RangeError` for a period that is not a positive number, and like `endWorkers`.
 *
 * @example
 * ```ts
 * import { watchWorkers } from "@mimalloc/ffi/threads";
 *
 * using watch = watchWorkers({ onWorkerEnd: "destroy" });
 * ```
 */
export function watchWorkers(options: WatchWorkersOptions = {}): Disposable {
  const { onWorkerEnd = "keep", every = 100 } = requireObject(options, "watch Workers");
  if (typeof every !== "number" || !(every > 0 && every < 2 ** 31)) {
    throw new RangeError(`Cannot watch Workers every ${shown(every)} milliseconds: expected a positive number`);
  }
  const look = (): void => endWorkers(onWorkerEnd).forEach(warn);
  look();
  const timer = setInterval(look, every);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function warn({ name, leakedBytes, leakedBlocks }: WorkerEnd): void {
  if (leakedBlocks === 0) return;
  process.emitWarning(
    `the Worker "${name}" ended with ${leakedBlocks} live blocks (${leakedBytes} bytes): free them before it ends`,
    "LeakWarning",
  );
}
