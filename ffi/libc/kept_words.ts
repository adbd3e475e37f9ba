import { backend } from "../runtime/backend.ts";
import type { Handle } from "../types.ts";
import { libc } from "./libc.ts";

/** Memory that a function of the system writes into again and again. */
export interface KeptWords {
  /** What the function is given. */
  readonly memory: Handle;
  /** What it has written. */
  readonly words: Uint32Array<ArrayBuffer>;
}

/**
 * Memory of C, never freed: Bun makes an object of each typed array that is passed to a function. `undefined` when there
 * is none.
 */
export function keptWords(byteLength: number): KeptWords | undefined {
  const memory = libc("streams").calloc(1, byteLength);
  return memory === null ? undefined : { memory, words: new Uint32Array(backend().wrap(memory, 0, byteLength)) };
}
