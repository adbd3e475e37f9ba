import { processWord, processWords } from "../../ffi/libc/process_words.ts";
import { readEnvironment } from "../../ffi/platform.ts";

/** The word counts those whose blocks may live, and above them those that take snapshots by the bytes in use. */
const BY_USE = 1n << 32n;

/**
 * Notes that a profiler begins to take samples, on whatever thread.
 *
 * When a block is freed that an earlier profiler has sampled, 3.6.0 takes it from the bytes in use of the one that is
 * attached now. They fall below zero, which is a huge number, and the next allocation counts up to it in steps of the
 * interval. So one that goes by the bytes in use must be the only one.
 *
 * Throws `Error` when it is not.
 */
export function beginSampling(byUse: boolean): void {
  if (byUse && readEnvironment("MIMALLOC_PROFILE") !== undefined) refuse(1n);
  change((count) => {
    if (byUse && count > 0n) refuse(count % BY_USE);
    if (count >= BY_USE) {
      throw new Error(
        "Cannot start this profiler: another one takes snapshots by the bytes in use (inUseInterval), which mimalloc " +
          "would get wrong, close that first",
      );
    }
    return byUse ? count + 1n + BY_USE : count + 1n;
  });
}

/** Notes that a profiler that goes by the bytes in use is detached. */
export function endSamplingByUse(): void {
  change((count) => count - BY_USE);
}

/** Notes that no block lives that a profiler has sampled. */
export function endSampling(): void {
  change((count) => count - 1n);
}

function change(next: (count: bigint) => bigint): void {
  const words = processWords();
  if (words === undefined) return;
  for (;;) {
    const before = Atomics.load(words, processWord.profilers);
    if (Atomics.compareExchange(words, processWord.profilers, before, next(before)) === before) return;
  }
}

function refuse(others: bigint): never {
  throw new Error(
    `Cannot start this profiler with an inUseInterval: blocks may live that ${others} other profilers of this process ` +
      "have sampled, and mimalloc 3.6 would never return from an allocation after they are freed; leave it out, or make " +
      "this profiler the first one",
  );
}
