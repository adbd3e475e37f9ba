import type { Begin } from "./work.ts";

/** A Worker that plays a part of a workload, and how long it took to start. */
export class Hand {
  readonly #worker: Worker;
  readonly #started: number;

  private constructor(worker: Worker, started: number) {
    this.#worker = worker;
    this.#started = started;
  }

  /** Starts one; resolves when it can begin. */
  static async start(arm: string, workload: string, ports: readonly MessagePort[] = []): Promise<Hand> {
    const begin = performance.now();
    const worker = new Worker(new URL("../programs/_workload_worker.ts", import.meta.url), { type: "module" });
    const ready = next(worker);
    worker.postMessage({ arm, workload, ports } satisfies Begin, [...ports]);
    await ready;
    return new Hand(worker, performance.now() - begin);
  }

  /** Milliseconds that it took to start. */
  get startTime(): number {
    return this.#started;
  }

  /** Where blocks are sent to. */
  get port(): Worker {
    return this.#worker;
  }

  /** What it says next. */
  next(): Promise<unknown> {
    return next(this.#worker);
  }

  /** Ends it. */
  end(): void {
    this.#worker.terminate();
  }
}

function next(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<unknown>): void => resolve(data);
    worker.onerror = (event): void => {
      event.preventDefault();
      reject(new Error(`Cannot trust it: a Worker ended with ${event.message}`));
    };
  });
}
