import type { DeferredFreeListener } from "../hooks/deferred_free.ts";

/** After how many allocations of a heap its listener is called. */
const PERIOD = 1024;

/** The calls of one heap's deferred-free listener: when they are due, and never one inside another. */
export class DeferredCalls {
  readonly #listener: DeferredFreeListener;
  #countdown = PERIOD;
  #heartbeat = 0;
  #running = false;

  /** Takes over a listener. */
  constructor(listener: DeferredFreeListener) {
    this.#listener = listener;
  }

  /** Counts one allocation; true when the listener is to be called. */
  due(): boolean {
    return !this.#running && --this.#countdown <= 0;
  }

  /** Calls the listener now; does nothing inside of it. */
  call(force: boolean): void {
    if (this.#running) return;
    this.#running = true;
    this.#countdown = PERIOD;
    try {
      this.#listener({ force, heartbeat: ++this.#heartbeat });
    } catch (error) {
      reportError(error);
    } finally {
      this.#running = false;
    }
  }
}
