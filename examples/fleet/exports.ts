import type { Memory } from "../core/memory.ts";
import { ORDINARY_MEMORY } from "../core/memory.ts";
import { BinaryOutput, JsonOutput } from "./output.ts";
import type { Store, Walk } from "./store.ts";

/** How much is written at a time. */
const PIECE = 65_536;
/** Exports that may go on at the same time. */
const MOST = 64;
const encoder = new TextEncoder();

/** The exports that go on, each in memory of its own until it ends or its reader leaves. */
export class Exports {
  readonly #store: Store;
  readonly #live = new Set<() => void>();

  /** Exports of a store. */
  constructor(store: Store) {
    this.#store = store;
  }

  /** How many go on. */
  get live(): number {
    return this.#live.size;
  }

  /** Whether there are as many as there may be. */
  get full(): boolean {
    return this.#live.size >= MOST;
  }

  /** Begins an export, which asks for devices as fast as it is read. */
  begin(kind: "binary" | "json"): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return new Promise((resolve, reject) => {
      this.#store.run((memory) => new Promise<void>((end) => resolve(this.#stream(memory, kind, end))))
        .catch(reject);
    });
  }

  #stream(
    memory: Memory,
    kind: "binary" | "json",
    end: () => void,
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    const walk = this.#store.walk(memory);
    const write = kind === "binary" ? writeRecords : writeLines;
    let ended = false;
    const finish = (): void => {
      if (ended) return;
      ended = true;
      this.#live.delete(stop);
      end();
    };
    let stop = finish;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        stop = (): void => {
          if (ended) return;
          finish();
          controller.error(new Error("Cannot go on with an export: its reader has left, or the server ends"));
        };
        this.#live.add(stop);
      },
      pull: (controller) => {
        const { piece, more } = write(walk);
        if (piece.length > 0) controller.enqueue(piece);
        if (more) return;
        finish();
        controller.close();
      },
      cancel: finish,
    }, { highWaterMark: 0 });
    return stream;
  }

  /** Ends all of them where they are. */
  stop(): void {
    for (const stop of [...this.#live]) stop();
  }
}

interface Piece {
  readonly piece: Uint8Array<ArrayBuffer>;
  readonly more: boolean;
}

// What is handed to the runtime is sent later: it lies in memory that nobody takes back.
function writeRecords(walk: Walk): Piece {
  const output = new BinaryOutput(ORDINARY_MEMORY, PIECE + 256);
  const more = walk.next(output, PIECE);
  return { piece: output.end(), more };
}

function writeLines(walk: Walk): Piece {
  const output = new JsonOutput("lines");
  const more = walk.next(output, PIECE);
  return { piece: encoder.encode(output.end()), more };
}
