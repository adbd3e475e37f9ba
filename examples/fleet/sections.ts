import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Heap } from "../../mod.ts";
import { FormatError } from "../../stl/mod.ts";
import { SnapshotError, writeAll, writeWhole } from "./snapshot_file.ts";

// "fleetmem", a version of this file, and for each section its length in bytes as f64 and its bytes.
const MAGIC = new TextEncoder().encode("fleetmem");
const VERSION = 1;
const HEAD_BYTES = 12;
const LENGTH_BYTES = 8;

/** Writes sections to a file, whole or not at all; one is in memory at a time. */
export function writeSections(path: string, sections: readonly (() => Uint8Array)[]): void {
  const head = new Uint8Array(HEAD_BYTES);
  head.set(MAGIC);
  new DataView(head.buffer).setUint32(MAGIC.length, VERSION, true);
  writeWhole(path, (part) => {
    const file = openSync(part, "w");
    try {
      writeAll(file, head);
      for (const make of sections) {
        const bytes = make();
        const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
        length.setFloat64(0, bytes.length, true);
        writeAll(file, new Uint8Array(length.buffer));
        writeAll(file, bytes);
      }
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Reads what `writeSections` wrote: `make` asks for one section after the other, each valid until the next.
 *
 * Throws `SnapshotError` for a file that was damaged, cut or written by another version.
 */
export function readSections<T>(path: string, make: (next: () => Uint8Array) => T): T {
  const file = openSync(path, "r");
  // Freed at once, where the garbage collector would take its time.
  using heap = new Heap({ name: "snapshot" });
  try {
    const reader = new SectionReader(path, file, heap);
    const made = make(() => reader.next());
    reader.end();
    return made;
  } catch (error) {
    if (error instanceof FormatError) {
      throw new SnapshotError(path, `it is damaged (${error.message})`, { cause: error });
    }
    throw error;
  } finally {
    closeSync(file);
  }
}

class SectionReader {
  readonly #path: string;
  readonly #file: number;
  #left: number;
  /** Room for the longest section: the pages of one serve the next, and no others are ever touched. */
  readonly #section: Uint8Array<ArrayBuffer>;

  constructor(path: string, file: number, heap: Heap) {
    this.#path = path;
    this.#file = file;
    this.#left = fstatSync(file).size;
    this.#section = heap.allocate(Uint8Array, Math.max(1, this.#left));
    const head = this.#read(new Uint8Array(HEAD_BYTES));
    if (MAGIC.some((byte, at) => head[at] !== byte)) throw new SnapshotError(path, "it is no snapshot of this store");
    const version = new DataView(head.buffer).getUint32(MAGIC.length, true);
    if (version !== VERSION) throw new SnapshotError(path, `it has version ${version}, not ${VERSION}`);
  }

  /** Fills `bytes`. */
  #read(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (bytes.length > this.#left) throw new SnapshotError(this.#path, "it was cut");
    for (let at = 0; at < bytes.length;) {
      const count = readSync(this.#file, bytes, at, Math.min(bytes.length - at, 2 ** 26), null);
      if (count === 0) throw new SnapshotError(this.#path, "it was cut");
      at += count;
    }
    this.#left -= bytes.length;
    return bytes;
  }

  next(): Uint8Array {
    const length = new DataView(this.#read(new Uint8Array(LENGTH_BYTES)).buffer).getFloat64(0, true);
    if (!(Number.isInteger(length) && length > 0 && length <= this.#left)) {
      throw new SnapshotError(this.#path, "it was cut");
    }
    return this.#read(this.#section.subarray(0, length));
  }

  end(): void {
    if (this.#left > 0) throw new SnapshotError(this.#path, `${this.#left} bytes follow its end`);
  }
}
