// What the Workers of the stress test note where it outlives them.

/** What is noted of each Worker. */
export const column = { gone: 0, newsBegun: 1, newsSent: 2, jobsTaken: 3, relayBegun: 4 } as const;

/** A number that is noted of each Worker. */
export type Column = keyof typeof column;

const COLUMNS = 8;

/** Workers have numbers below this. */
export const MOST_WORKERS: number = 2 ** 14;

/** Which Worker writes to the board stands in the row of nobody. */
const INSIDE = 0;

/** Numbers of every Worker, in memory that JavaScript shares. Workers count from 1. */
export class Ledger {
  /** What `postMessage()` carries. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** A new one, or that of another thread. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(MOST_WORKERS * COLUMNS * 4)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** What is noted of a Worker. */
  get(worker: number, name: Column): number {
    return Atomics.load(this.#words, worker * COLUMNS + column[name]);
  }

  /** Notes it. */
  set(worker: number, name: Column, value: number): void {
    if (worker >= MOST_WORKERS) throw new Error("too many Workers");
    Atomics.store(this.#words, worker * COLUMNS + column[name], value);
  }

  /** The Worker that writes to the board, and has not left it; 0 when there is none. */
  get inside(): number {
    return Atomics.load(this.#words, INSIDE);
  }

  /** Says that `worker` writes to the board from now on; the one that did not leave it. */
  enter(worker: number): number {
    return Atomics.exchange(this.#words, INSIDE, worker);
  }

  /** Says that nobody writes to the board. */
  leave(): void {
    Atomics.store(this.#words, INSIDE, 0);
  }
}
