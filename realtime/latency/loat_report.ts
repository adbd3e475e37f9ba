import type { LatencyHistogram } from "./latency_histogram.ts";

/** The times of one kind of step. */
export interface StepLatencies {
  /** All of them. */
  readonly all: LatencyHistogram;
  /**
   * Those in which there was no page fault, no change of the thread on the processor, and no run of the collector nearby:
   * what the allocator itself takes, as far as the system and the runtime tell.
   */
  readonly undisturbed: LatencyHistogram;
}

/** Where the time of all steps went, in nanoseconds. */
export interface LoatTime {
  /** Steps in which nothing came in between, as far as is told. */
  readonly own: number;
  /** Steps in which the system had to provide a page. */
  readonly faults: number;
  /** Steps in which the thread waited or lost its processor. */
  readonly scheduler: number;
  /** Steps around a run of the collector; `undefined` where the runtime does not tell of one (Bun). */
  readonly collector: number | undefined;
}

/** What {@linkcode measureLoat} found. A figure that the system or the runtime does not tell is `undefined`. */
export interface LoatReport {
  /** The times of allocations; the longest one is `allocate.all.max`. */
  readonly allocate: StepLatencies;
  /** The times of frees. */
  readonly free: StepLatencies;
  /** The times of nothing, measured in the same way: what clock, scheduler and machine add. */
  readonly floor: StepLatencies;
  /** Where the time of all steps went. */
  readonly nanoseconds: LoatTime;
  /** Pages of the heap's memory that the system provided meanwhile (Linux, and only where the memory is known). */
  readonly newPages: number | undefined;
  /** Pages that this thread had to be provided with, those of the collector among them (Linux). */
  readonly minorFaults: number | undefined;
  /** Pages that had to be read from a disk (Linux). */
  readonly majorFaults: number | undefined;
  /** How often this thread waited for something, such as the collector's other threads (Linux). */
  readonly waits: number | undefined;
  /** How often the system gave the processor to something else (Linux). */
  readonly preemptions: number | undefined;
  /** How often the collector ran, at least (Deno, by the memory that it leaves); a program in Bun is told with `BUN_JSC_logGC=1`. */
  readonly collections: number | undefined;
}
