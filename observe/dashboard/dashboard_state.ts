import type { Metrics } from "../metrics/metrics_types.ts";

/** What a dashboard keeps of each reading, for its charts. */
export interface DashboardSample {
  /** Counts the readings from 1 on. */
  readonly number: number;
  /** When it was read, in milliseconds since 1970. */
  readonly time: number;
  /** Bytes that are handed out, of all threads that tell. */
  readonly liveBytes: number;
  /** Bytes that mimalloc has committed. */
  readonly commitBytes: number;
  /** Resident memory of the process. */
  readonly residentBytes: number;
  /** The limits of all heaps that have one, summed up; `null` when none has. */
  readonly limitBytes: number | null;
  /** Blocks that are handed out. */
  readonly liveBlocks: number;
  /** Blocks and views that heaps and scopes have handed out, of this thread and all others that count and tell them. */
  readonly allocations: number;
}

/** A line that mimalloc printed, or an error that it reported. */
export interface DashboardMessage {
  /** Counts the messages from 1 on. */
  readonly number: number;
  /** When it was heard, in milliseconds since 1970. */
  readonly time: number;
  /** Whether it was printed or reported. */
  readonly kind: "output" | "error";
  /** The line, or the name of the error. */
  readonly text: string;
}

/** What a dashboard tells at `api/state`: the last reading, and what is new since the one that was asked for. */
export interface DashboardState {
  /** Milliseconds from one reading to the next. */
  readonly every: number;
  /** Readings since then, the last one included. */
  readonly samples: readonly DashboardSample[];
  /** The last reading in full. */
  readonly metrics: Metrics;
  /** The last messages. */
  readonly messages: readonly DashboardMessage[];
  /** Whether messages are heard: in a Worker they are not. */
  readonly hearsMessages: boolean;
  /** Whether there is a leak detector to ask. */
  readonly hasLeaks: boolean;
  /** Whether there is a profiler to ask. */
  readonly hasProfile: boolean;
}

/** The blocks of one size in all heaps of the thread. */
export interface DashboardSize {
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** Blocks that are allocated; those that other threads freed may still count. */
  readonly blocks: number;
  /** Bytes of them. */
  readonly usedBytes: number;
  /** Bytes of the pages that are made into blocks. */
  readonly committedBytes: number;
}

/** What a dashboard tells at `api/sizes`. */
export interface DashboardSizes {
  /** The sizes, smallest first. */
  readonly sizes: readonly DashboardSize[];
  /** Heaps that could not be looked at, because other threads use them. */
  readonly leftOut: number;
}

/** A place of the program whose memory leaks, or may. */
export interface DashboardLeak {
  /** Whether it is reported as a leak, or only suspected. */
  readonly found: boolean;
  /** Why. */
  readonly reason: string;
  /** What it is: `"block"`, `"scope"` … */
  readonly kind: string;
  /** The call that allocated. */
  readonly site: string;
  /** All calls, a line each. */
  readonly stack: string;
  /** The heap that it lies in. */
  readonly heap: string;
  /** How many there are: an estimate where the detector samples. */
  readonly count: number;
  /** Their bytes: an estimate where the detector samples. */
  readonly bytes: number;
  /** The age of the oldest, in milliseconds. */
  readonly age: number;
}
