import type { Memory } from "./memory.ts";

/** What an arm can tell about its scopes. */
export interface ScopeFigures {
  /** Bytes of the arena that all scopes share. */
  readonly arenaBytes: number;
  readonly opened: number;
  readonly destroyed: number;
  readonly live: number;
  readonly retained: number;
  readonly liveBytes: number;
  readonly escapedBlocks: number;
  readonly quarantinedBlocks: number;
}

/** One way to have memory for requests. */
export interface Arm {
  readonly name: "scopes" | "ordinary";
  /** Runs `task` with the memory of one request, given back once it settles. */
  run<R>(task: (memory: Memory) => Promise<R>): Promise<R>;
  /** The status to answer when `error` says that memory cannot be had. */
  refusal(error: unknown): 413 | 503 | undefined;
  /** Figures of the scopes; `undefined` in the arm that has none. */
  figures(): ScopeFigures | undefined;
  /** Gives everything back. */
  close(): void;
}
