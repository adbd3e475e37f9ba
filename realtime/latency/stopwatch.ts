import { shown } from "../../heaps/argument.ts";
import { type MonotonicClock, monotonicClock } from "../../ffi/libc/clock.ts";

/**
 * Tells how long something took without making an object, where `performance.now()` makes one each time in Deno. Reading
 * it takes about 30 ns.
 *
 * @example
 * ```ts
 * import { LatencyHistogram, Stopwatch } from "@mimalloc/ffi/realtime";
 * import assert from "node:assert/strict";
 *
 * const stopwatch = new Stopwatch();
 * const latencies = new LatencyHistogram();
 * for (let i = 0; i < 1000; i++) {
 *   stopwatch.start();
 *   Math.hypot(i, i);
 *   latencies.record(stopwatch.elapsed());
 * }
 * assert.equal(latencies.count, 1000);
 * ```
 */
export class Stopwatch {
  readonly #clock: MonotonicClock = monotonicClock() ?? runtimeClock();
  readonly #start: Uint32Array<ArrayBuffer> = new Uint32Array(2);

  /** Starts at once. */
  constructor() {
    this.start();
  }

  /** Starts anew. */
  start(): void {
    const { words, read } = this.#clock;
    read();
    this.#start[0] = words[0]!;
    this.#start[1] = words[2]!;
  }

  /**
   * Moves the start on by whole nanoseconds from 0 to 10^15, so that a loop with a fixed rate neither drifts nor comes to numbers
   * that are objects. Throws `RangeError` for others.
   */
  advance(nanoseconds: number): void {
    if (!(Number.isInteger(nanoseconds) && nanoseconds >= 0 && nanoseconds <= 1e15)) {
      throw new RangeError(
        `Cannot advance a stopwatch by ${shown(nanoseconds)} ns: expected an integer from 0 to 10^15`,
      );
    }
    const sum = this.#start[1]! + nanoseconds;
    this.#start[0] = this.#start[0]! + Math.floor(sum / 1e9);
    this.#start[1] = sum % 1e9;
  }

  /** Whole nanoseconds since the start; the same or more at every call, and negative before an advanced start. */
  elapsed(): number {
    const { words, read } = this.#clock;
    read();
    return (words[0]! - this.#start[0]!) * 1e9 + (words[2]! - this.#start[1]!);
  }
}

/** The clock of the runtime, where there is no other. */
function runtimeClock(): MonotonicClock {
  const words = new Uint32Array(4);
  const read = (): void => {
    const now = performance.now();
    words[0] = now / 1000;
    words[2] = now % 1000 * 1e6;
  };
  return { words, read };
}
