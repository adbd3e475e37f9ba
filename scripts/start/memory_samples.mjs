// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types

const INTERVAL = 100;

/**
 * The memory of a server over the time in which it was at work: between `stop()` and `start()`, while another one is
 * looked at, time stands still.
 */
export class MemorySamples {
  /** @type {{ seconds: number, bytes: number }[]} */
  points = [];
  #read;
  #timer;
  #seconds = 0;
  #since = 0;

  /** @param {() => number | undefined} read bytes in RAM; `undefined` where nobody tells */
  constructor(read) {
    this.#read = read;
  }

  start() {
    this.#since = performance.now();
    this.#take();
    this.#timer = setInterval(() => this.#take(), INTERVAL);
  }

  stop() {
    clearInterval(this.#timer);
    this.#take();
    this.#seconds = this.#now();
  }

  #take() {
    const bytes = this.#read();
    if (bytes !== undefined) this.points.push({ seconds: this.#now(), bytes });
  }

  #now() {
    return this.#seconds + (performance.now() - this.#since) / 1000;
  }
}
