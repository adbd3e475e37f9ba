import process from "node:process";
import { library } from "../../ffi/library/library.ts";

/** Figures of the whole process. Times are in milliseconds, memory is in bytes. */
export interface ProcessInfo {
  /** Time since the library was loaded. */
  readonly elapsedMilliseconds: number;
  /** Time that the processor spent in the program. */
  readonly userMilliseconds: number;
  /** Time that the processor spent in the operating system for the program. */
  readonly systemMilliseconds: number;
  /** Resident memory of the process now, as the operating system tells it. */
  readonly residentBytes: number;
  /** The most resident memory that the process ever had, as the operating system tells it. */
  readonly peakResidentBytes: number;
  /**
   * What mimalloc calls `current_rss`. On Linux it is not the resident memory of the process but `commitBytes`: what
   * mimalloc itself has committed.
   */
  readonly mimallocResidentBytes: number;
  /** Memory that mimalloc has committed; on 3.6 it does not fall when memory is given back. */
  readonly commitBytes: number;
  /** The most memory that mimalloc had committed. */
  readonly peakCommitBytes: number;
  /** Times that memory had to be read from a disk. */
  readonly pageFaults: number;
}

/** The figures in the order of the parameters of C. */
const words = new BigInt64Array(8);
const [elapsed, user, system, currentResident, peakResident, currentCommit, peakCommit, faults] = Array.from(
  words,
  (_, index) => words.subarray(index, index + 1),
) as [Word, Word, Word, Word, Word, Word, Word, Word];

type Word = BigInt64Array<ArrayBuffer>;

/**
 * The figures of the process that mimalloc knows (`mi_process_info`, all eight), and its resident memory as the
 * operating system tells it.
 *
 * @example
 * ```ts
 * import { Heap, processInfo } from "@mimalloc/ffi";
 * import assert from "node:assert/strict";
 *
 * using heap = new Heap();
 * const before = processInfo();
 * heap.allocate(Uint8Array, 8 * 2 ** 20).fill(1);
 * const after = processInfo();
 * assert.ok(after.peakResidentBytes >= before.peakResidentBytes);
 * assert.ok(after.peakCommitBytes >= after.commitBytes);
 * ```
 */
export function processInfo(): ProcessInfo {
  const { processInfo: readProcessInfo } = library().bind("processInfo");
  readProcessInfo(elapsed, user, system, currentResident, peakResident, currentCommit, peakCommit, faults);
  return {
    elapsedMilliseconds: Number(elapsed[0]),
    userMilliseconds: Number(user[0]),
    systemMilliseconds: Number(system[0]),
    residentBytes: process.memoryUsage.rss(),
    peakResidentBytes: Number(peakResident[0]),
    mimallocResidentBytes: notNegative(currentResident),
    commitBytes: notNegative(currentCommit),
    peakCommitBytes: Number(peakCommit[0]),
    pageFaults: Number(faults[0]),
  };
}

// 3.0 takes off more than it counted when an arena is unloaded; C would show that as 2^64 less a little.
function notNegative(word: Word): number {
  return Math.max(0, Number(word[0]));
}
