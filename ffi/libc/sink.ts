import { UnsupportedError } from "../errors.ts";
import { currentPlatform } from "../platform.ts";
import { backend } from "../runtime/backend.ts";
import type { Handle } from "../types.ts";
import { libc, libcAddresses } from "./libc.ts";

/**
 * A stream of the C library that records what C writes to it, from any thread, without entering JavaScript. It is the
 * argument of a mimalloc hook whose function is `fputs` or `fputc`: no callback can outlive its thread, because there
 * is none. A sink is never closed: mimalloc may write to it until the process ends.
 */
export class Sink {
  readonly #functions = libc("streams");
  readonly #slots: BigUint64Array;
  /** The `FILE*` to hand to C. */
  readonly stream: Handle;

  /**
   * Opens a stream in memory.
   *
   * Throws {@linkcode UnsupportedError} where the C library has no `open_memstream` (Windows).
   */
  constructor() {
    // The two words that the stream keeps up to date must never move, so C owns them.
    const slots = this.#functions.calloc(2, 8);
    const sizeSlot = slots &&
      backend().toHandle(backend().toAddress(slots) + 8);
    const stream = slots && this.#functions.openMemstream(slots, sizeSlot);
    if (slots === null || stream === null) {
      throw new Error("Cannot record output: the C library is out of memory");
    }
    this.#slots = new BigUint64Array(backend().wrap(slots, 0, 16));
    this.stream = stream;
  }

  /** Takes out what was written since the last call; the stream is empty afterwards. */
  drain(): Uint8Array<ArrayBuffer> {
    return this.#lock(() => this.#take());
  }

  /** Runs `action` and throws away what it wrote, and what nobody took before; other threads wait. */
  skip(action: () => void): void {
    this.#lock(() => {
      action();
      this.#take();
    });
  }

  // A writer between the copy and the rewind would lose its text, hence the lock.
  #lock<R>(task: () => R): R {
    const { flockfile, funlockfile } = this.#functions;
    flockfile(this.stream);
    try {
      return task();
    } finally {
      funlockfile(this.stream);
    }
  }

  #take(): Uint8Array<ArrayBuffer> {
    const { fflush, rewind } = this.#functions;
    fflush(this.stream);
    const bytes = this.#copy();
    if (bytes.length > 0) {
      rewind(this.stream);
      // musl leaves the size as it is until something is written again.
      this.#slots[1] = 0n;
    }
    return bytes;
  }

  #copy(): Uint8Array<ArrayBuffer> {
    const byteLength = Number(this.#slots[1]);
    if (byteLength === 0) return new Uint8Array(0);
    const text = backend().toHandle(Number(this.#slots[0]));
    if (text === null) return new Uint8Array(0);
    const window = backend().wrap(text, 0, byteLength);
    const bytes = new Uint8Array(window).slice();
    window.transfer(0);
    return bytes;
  }
}

/** The functions of the C library that have the signatures of mimalloc's output and error hooks. */
export interface SinkFunctions {
  /** Writes output (`fputs`). */
  readonly output: Handle;
  /** Writes an error number (`fputc`). */
  readonly error: Handle;
  /** An error hook that does nothing (`abs`). */
  readonly ignore: Handle;
}

let functions: SinkFunctions | undefined;

/**
 * The functions that write to a {@linkcode Sink}, looked up once.
 *
 * Throws {@linkcode UnsupportedError} where the C library lacks one.
 */
export function sinkFunctions(): SinkFunctions {
  return functions ??= findFunctions();
}

function findFunctions(): SinkFunctions {
  const { fputs, fputc, abs } = libcAddresses(["fputs", "fputc", "abs"]);
  if (!fputs || !fputc || !abs) {
    const { os, arch } = currentPlatform();
    throw new UnsupportedError({
      feature: "output and error hooks",
      found: `the C library of ${os} ${arch}`,
      needed: "fputs, fputc and abs",
    });
  }
  return { output: fputs, error: fputc, ignore: abs };
}
