import type { Heap } from "../../heaps/heap/heap.ts";

/**
 * What becomes of the heaps that a Worker has left when it ended: they are destroyed with all that is in them, or go on
 * as heaps of this thread, or stay where they are for good.
 */
export type WorkerEndPolicy = "destroy" | "adopt" | "keep";

/** A Worker that has ended, and what it left. */
export interface WorkerEnd {
  /** What it was called. */
  readonly name: string;
  /** Its number among the threads that ever used the library. */
  readonly number: number;
  /** The number that the system had for its thread. */
  readonly threadId: number;
  /** When it made its first heap, in milliseconds since 1970. */
  readonly since: number;
  /** Bytes of the blocks that it has not freed. */
  readonly leakedBytes: number;
  /** Blocks that it has not freed. */
  readonly leakedBlocks: number;
  /** Heaps that it has not closed, the main one and those of scope pools included. */
  readonly openHeaps: number;
  /** Heaps that were destroyed. */
  readonly destroyedHeaps: number;
  /** Heaps that go on as heaps of this thread. */
  readonly adoptedHeaps: readonly Heap[];
}
