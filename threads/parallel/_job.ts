import type { ThreadMark } from "../../ffi/libc/realms.ts";

/** What a Worker of a pool is started with. */
export interface PoolWorkerData {
  /** The module with the tasks. */
  readonly module: string;
  /** Carries jobs and answers; nothing of the program can reach it. */
  readonly port: MessagePort;
}

/** Which word of {@linkcode Job.turns} is what. */
export const turn = { next: 0, stopped: 1, words: 2 } as const;

/** Memory that is lent to Workers, cut into chunks, and what is to be done with each. */
export interface Job {
  /** Its number. */
  readonly id: number;
  /** The name of the function. */
  readonly task: string;
  /** What every chunk is given besides. */
  readonly argument: unknown;
  /** Where the memory begins. */
  readonly address: number;
  /** The index of the class of its views. */
  readonly type: number;
  /** Bytes of an element. */
  readonly elementBytes: number;
  /** Elements. */
  readonly length: number;
  /** Elements of each chunk but the last. */
  readonly chunkLength: number;
  /** Chunks. */
  readonly chunks: number;
  /** The number of the next chunk that nobody has taken, and whether no more are to be; shared by all Workers. */
  readonly turns: Int32Array<SharedArrayBuffer>;
}

/** An error of a Worker, as text: not every runtime gives each error to another thread whole. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** What a Worker answers once its module is there, or cannot be. */
export interface Started {
  readonly kind: "started";
  readonly mark: ThreadMark;
  readonly failure: Failure | undefined;
}

/** What a Worker answers when it takes no more chunks of a job. */
export interface Done {
  readonly kind: "done";
  readonly id: number;
  /** What the task returned, by the numbers of the chunks. */
  readonly results: readonly (readonly [chunk: number, result: unknown])[];
  /** The chunk that failed, and why. */
  readonly failed: { readonly chunk: number; readonly failure: Failure } | undefined;
  /** Whether the task has moved the buffer of a chunk away, so that its memory may be used at any time from then on. */
  readonly moved: boolean;
}

/** What can come from a Worker. */
export type Answer = Started | Done;

/** `error` as text. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  let message: string;
  try {
    message = String(error);
  } catch {
    message = "a value that has no text";
  }
  return { name: "Error", message, stack: undefined };
}

/** The error that `failure` tells of. */
export function errorOf({ name, message, stack }: Failure): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
