import type { AnyView } from "../../heaps/allocator.ts";

/** What a task is told of the chunk that it has been given. */
export interface Chunk<A = unknown> {
  /** Its number, from 0 on. */
  readonly index: number;
  /** Where it begins in the whole: the first element, for structs the first struct. */
  readonly start: number;
  /** How many elements it has. */
  readonly length: number;
  /** What `parallel()` was given for all chunks, as a copy. */
  readonly argument: A;
}

/** A function that a module exports, and Workers run on parts of one view. */
// deno-lint-ignore no-explicit-any -- what is to be passed is the view that the task wants
export type Task = (view: any, chunk: Chunk<any>) => unknown;

/** The names of the functions of a module `M` that take views of the class `V`. */
export type TaskName<M, V extends AnyView> = {
  [K in keyof M & string]: M[K] extends (view: V, chunk: Chunk<never>) => unknown ? K : never;
}[keyof M & string];

/** What a task returns in the end. */
export type TaskResult<T> = T extends (...parameters: never) => infer R ? Awaited<R> : never;
