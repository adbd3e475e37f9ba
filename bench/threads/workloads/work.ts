import type { Memory } from "./memory.ts";

/** What the first message to a Worker says. */
export interface Begin {
  readonly arm: string;
  readonly workload: string;
  /** Where it sends blocks to, or has them from. */
  readonly ports: readonly MessagePort[];
}

/** The other side of a Worker: the thread that started it. */
export interface Here {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: unknown): void;
}

/** A workload in three parts. */
export interface Workload {
  /** The numbers that it is called with, as those of the program in C. */
  readonly parameters: readonly string[];
  /** The same with less repetition, for an arm that would take a minute. */
  readonly fewer: readonly string[];
  /** Plays the part of a Worker; called once it is there. */
  inWorker<B>(memory: Memory<B>, here: Here, ports: readonly MessagePort[]): void;
  /** Plays the whole; `arm` is for the Workers. */
  play<B>(memory: Memory<B>, arm: string, values: readonly number[]): Promise<Played>;
  /** How many blocks are allocated and freed. */
  blocks(values: readonly number[]): number;
}

/** What was played. */
export interface Played {
  readonly checksum: number;
  /** Milliseconds of work, and of Workers that started before it could go on. */
  readonly work: number;
  readonly starting: number;
}
