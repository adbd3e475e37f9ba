import { MOST_NAME_BYTES } from "./device.ts";
import { isName } from "./names.ts";
import type { Output } from "./output.ts";
import type { Store } from "./store.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Looks up the ids in the lines of a body, wherever its chunks end. */
export class IdReader {
  readonly #store: Store;
  readonly #output: Output;
  readonly #rest = new Uint8Array(MOST_NAME_BYTES + 2);
  #restBytes = 0;

  /** Writes every device that is found to `output`. */
  constructor(store: Store, output: Output) {
    this.#store = store;
    this.#output = output;
  }

  /** Looks up the ids of one more chunk. */
  push(chunk: Uint8Array): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== LINE_FEED) continue;
      if (this.#restBytes === 0) this.#find(chunk, start, at);
      else {
        this.#keep(chunk, start, at);
        this.end();
      }
      start = at + 1;
    }
    this.#keep(chunk, start, chunk.length);
  }

  /** Looks up the last id, which needs no line feed. */
  end(): void {
    const length = this.#restBytes;
    this.#restBytes = 0;
    this.#find(this.#rest, 0, length);
  }

  /** Keeps the beginning of a line: what is longer than an id is none, whatever else it has. */
  #keep(chunk: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#restBytes < this.#rest.length; at++) {
      this.#rest[this.#restBytes++] = chunk[at]!;
    }
  }

  #find(bytes: Uint8Array, start: number, end: number): void {
    if (end > start && bytes[end - 1] === CARRIAGE_RETURN) end--;
    if (end === start || end - start > MOST_NAME_BYTES || !isName(bytes, start, end)) return;
    this.#store.find(bytes, start, end, this.#output);
  }
}
