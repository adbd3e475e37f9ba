import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** A Worker that answers each message with one, and is terminated at the end of its `using`. */
export class AskedWorker implements AsyncDisposable {
  /** The Worker. */
  readonly worker: Worker;

  /** Starts the file at `url`. */
  constructor(url: URL) {
    this.worker = new Worker(url);
  }

  /** Posts `question`, and resolves to the next answer. */
  async ask<A>(question: unknown): Promise<A> {
    this.worker.postMessage(question);
    const [answer] = await once(this.worker, "message");
    return answer as A;
  }

  /** Terminates it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.terminate();
  }
}

/** A port that keeps what is posted to it instead of carrying it elsewhere. */
export class KeptPort {
  /** What was posted. */
  readonly posted: unknown[] = [];

  /** Keeps `message` as another thread would get it. */
  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message));
  }
}
