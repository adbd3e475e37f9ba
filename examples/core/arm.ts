import type { Memory } from "./memory.ts";
import type { ScopePoolFigures } from "./process_metrics.ts";

/** What an arm can tell about its scopes. */
export interface ScopeFigures extends ScopePoolFigures {
  /** Bytes of the arena that all scopes share. */
  readonly arenaBytes: number;
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
